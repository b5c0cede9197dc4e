import { hex16 } from '../verdicts/phrases.ts';
import { MS_SMB2, SMB_DIALECTS, SMB_SECURITY } from '../verdicts/references.ts';
import { networkRemedy, NEWEST_DIALECT } from '../verdicts/remedies.ts';
import { defineHostFinding, type Outcome } from './finding.ts';
import { absent, NO_SMB2_ANSWER } from './observed.ts';
import { mostOffered, type ServerHistory, type Sighting } from './server-history.ts';
import type { Evidence } from '../verdicts/verdict.ts';

const WILDCARD = 0x02ff;
const SMB_202 = 0x0202;

export default defineHostFinding({
  id: 'downgrade-dialect',
  title: 'A lower dialect was agreed on than both sides know',
  severity: 'high',
  since: '0.1.0',
  explanation: 'Elsewhere in the capture the server answered a higher SMB2 dialect, and here the client offered that one too; or the same client (by its ClientGuid) offered less here than elsewhere, and the server knows more. Somebody in between who changes the negotiation leaves this trace. 3.1.1 protects itself; below it only the client’s later validation does.',
  falsePositives: 'The settings of one side were changed between the connections, a cluster limits its dialects, or several machines answer at one address. Over NetBIOS Windows stops at 3.0.2, and that is not counted; Samba does not.',
  remediation: [networkRemedy('Compare a capture from the client with one from the server: what differs was changed on the way.'), ...NEWEST_DIALECT],
  references: [MS_SMB2, SMB_SECURITY, SMB_DIALECTS],

  judge(history) {
    const greatest = history.greatest(Number.MAX_SAFE_INTEGER);
    const packet = history.packetOf(greatest);
    if (packet === null) return NO_SMB2_ANSWER;
    return byServer(history) ?? byClient(history) ?? absent(packet, 'smb2.dialect', hex16(greatest), 'no connection ended below what both sides showed elsewhere');
  },
});

/** It was offered here, and answered elsewhere. */
function byServer(history: ServerHistory): Outcome | null {
  for (const sighting of history.below) {
    const answered = sighting.answered ?? 0;
    const missed = sighting.offered.filter((code) => code !== WILDCARD && code > answered && code <= sighting.limit && history.packetOf(code) !== null);
    // "SMB 2.???" is answered with 0x02FF by every server that has 2.1 or later. [MS-SMB2] 3.3.5.3.1
    const wildcard = answered === SMB_202 && sighting.offered.includes(WILDCARD) && history.greatest(sighting.limit) > SMB_202;
    const better = wildcard ? history.greatest(sighting.limit) : Math.max(0, ...missed);
    if (better > answered) return evidence(history, sighting, better, `was answered, though ${hex16(better)} was offered too`, answered);
  }
  return null;
}

/** The same client offered more elsewhere. */
function byClient(history: ServerHistory): Outcome | null {
  for (const { most, least } of history.clients.values()) {
    const better = history.greatest(Math.min(mostOffered(most), least.limit));
    if (mostOffered(least) < mostOffered(most) && better > mostOffered(least)) {
      return evidence(history, least, better, `is the greatest that the client offered, which offers ${hex16(mostOffered(most))} elsewhere (packet ${most.packet})`, mostOffered(least));
    }
  }
  return null;
}

function evidence(history: ServerHistory, sighting: Sighting, better: number, meaning: string, value: number): Outcome {
  const lower: Evidence = { packet: sighting.packet, field: 'smb2.dialect', value: hex16(value), meaning };
  const higher: Evidence = { packet: history.packetOf(better) ?? sighting.packet, field: 'smb2.dialect', value: hex16(better), meaning: 'the same server answers more' };
  return { is: 'present', evidence: [lower, higher] };
}

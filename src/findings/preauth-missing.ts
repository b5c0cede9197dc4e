import type { NegotiateContext } from '../smb/messages.ts';
import type { Evidence } from '../verdicts/verdict.ts';
import { MS_SMB2, SMB_SECURITY } from '../verdicts/references.ts';
import { clientRemedy, serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, CUT, NO_SMB2_REQUEST, ONLY_311, presentWhenAny, smb2Request, smb2Selection } from './observed.ts';

const SHA512 = 1;

export default defineFinding({
  id: 'preauth-missing',
  title: 'SMB 3.1.1 without proper pre-authentication integrity',
  severity: 'high',
  since: '0.1.0',
  explanation: 'SMB 3.1.1 protects its negotiation by a hash over the messages, for which each side sends exactly one PREAUTH_INTEGRITY context with SHA-512. Without it a Windows server answers STATUS_INVALID_PARAMETER, and a peer that goes on anyway does not notice a downgrade.',
  falsePositives: 'The malformed context of nmap counts as present: its identifiers are both 1.',
  remediation: [clientRemedy('any', 'Update the client’s SMB library.'), serverRemedy('any', 'Update the server’s SMB software.')],
  references: [MS_SMB2, SMB_SECURITY],

  judge(x) {
    const request = smb2Request(x);
    const response = smb2Selection(x);
    const offered = request !== null && request.message.dialects.includes(0x0311);
    const selected = response !== null && response.message.dialectRevision === 0x0311;
    if (!offered && !selected) return request === null && response === null ? NO_SMB2_REQUEST : ONLY_311;
    if ((offered && request.cut) || (selected && response.cut)) return CUT;
    const evidence: Evidence[] = [];
    if (offered) collect(request.packet, request.message.contexts, 'the request', evidence);
    if (selected) collect(response.packet, response.message.contexts, 'the answer', evidence);
    const packet = selected ? response.packet : (request?.packet ?? x.firstPacket);
    return presentWhenAny(evidence, absent(packet, 'smb2.negotiate_context.hash_algorithm', '0x0001', 'SHA-512, in exactly one context'));
  },
});

function collect(packet: number, contexts: readonly NegotiateContext[], where: string, evidence: Evidence[]): void {
  let count = 0;
  let hashed = false;
  for (const context of contexts) {
    if (context.type !== 1) continue;
    count += 1;
    // A context that cannot be read is not proven to lack SHA-512.
    if (context.name !== 'PREAUTH_INTEGRITY' || context.hashAlgorithms.includes(SHA512)) hashed = true;
  }
  if (count !== 1) evidence.push({ packet, field: 'smb2.negotiate_context.type', value: '0x0001', meaning: `${where} holds ${count} pre-authentication contexts instead of one` });
  else if (!hashed) evidence.push({ packet, field: 'smb2.negotiate_context.hash_algorithm', value: '', meaning: `${where} does not name SHA-512` });
}

import type { NegotiateContext } from '../smb/messages.ts';
import type { Evidence } from '../verdicts/verdict.ts';
import { MS_SMB2 } from '../verdicts/references.ts';
import { clientRemedy, serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, contextOf, CUT, NO_SMB2_REQUEST, notApplicable, type Observed, presentWhenAny, smb2Request, smb2Selection, unreadableContext } from './observed.ts';

const NO_SALT = notApplicable('no pre-authentication context was seen');
/** Windows, Samba and Linux send 32. */
const SHORTEST = 16;

export default defineFinding({
  id: 'short-salt',
  title: 'The pre-authentication salt is shorter than 16 bytes',
  severity: 'low',
  since: '0.1.0',
  explanation: 'The salt makes the hash over the negotiation unique. Windows, Samba and Linux send 32 random bytes; a shorter one, or none, is the mark of a tool.',
  falsePositives: 'nmap sends 2 bytes.',
  remediation: [clientRemedy('any', 'Find out what program sends it; update its SMB library.'), serverRemedy('any', 'Update the server’s SMB software.')],
  references: [MS_SMB2],

  judge(x) {
    const request = smb2Request(x);
    const response = smb2Selection(x);
    const asked = request === null ? null : contextOf(request.message.contexts, 'PREAUTH_INTEGRITY');
    const answered = response === null ? null : contextOf(response.message.contexts, 'PREAUTH_INTEGRITY');
    const evidence: Evidence[] = [];
    if (request !== null && asked !== null && asked.saltLength < SHORTEST) evidence.push(salt(request.packet, asked.saltLength, 'the client’s salt'));
    if (response !== null && answered !== null && answered.saltLength < SHORTEST) evidence.push(salt(response.packet, answered.saltLength, 'the server’s salt'));
    if (request !== null && asked !== null) return presentWhenAny(evidence, absent(request.packet, 'smb2.negotiate_context.salt_length', String(asked.saltLength), 'the client’s salt'));
    if (response !== null && answered !== null) return presentWhenAny(evidence, absent(response.packet, 'smb2.negotiate_context.salt_length', String(answered.saltLength), 'the server’s salt'));
    if (request === null && response === null) return NO_SMB2_REQUEST;
    return lacks(request) || lacks(response) ? CUT : NO_SALT;
  },
});

/** Its contexts may have held one. */
function lacks(message: Observed<{ readonly contexts: readonly NegotiateContext[] }> | null): boolean {
  return message !== null && (message.cut || unreadableContext(message.message.contexts, 1));
}

function salt(packet: number, length: number, meaning: string): Evidence {
  return { packet, field: 'smb2.negotiate_context.salt_length', value: String(length), meaning };
}

import type { Exchange } from '../negotiation/exchange.ts';
import type { Smb2NegotiateRequest, Smb2NegotiateResponse } from '../smb/messages.ts';
import { hex16 } from '../verdicts/phrases.ts';
import { MS_SMB2, SMB_SECURITY } from '../verdicts/references.ts';
import { ENCRYPT, NEWEST_DIALECT } from '../verdicts/remedies.ts';
import { defineFinding, type Outcome } from './finding.ts';
import { absent, contextOf, CUT, NO_SMB2_ANSWER, NO_SMB2_REQUEST, type Observed, present, presentWith, smb2Request, smb2Selection, unreadableContext } from './observed.ts';

const CAP_ENCRYPTION = 0x40;
const NOT_ASKED = { note: 'The client did not offer encryption, and a server that could encrypt then does not say so.' };

export default defineFinding({
  id: 'no-encryption',
  title: 'This connection cannot be encrypted',
  severity: 'medium',
  since: '0.1.0',
  explanation: 'SMB 2.x cannot encrypt. SMB 3.0 and 3.0.2 can if both sides set CAP_ENCRYPTION, and 3.1.1 if an encryption context with a common cipher was answered. Here that is not the case, so that everything is readable on the way.',
  falsePositives: 'A server leaves the context out, and Samba clears the capability, when the client did not offer encryption: the note says so where the request shows it.',
  remediation: [...ENCRYPT, ...NEWEST_DIALECT],
  references: [SMB_SECURITY, MS_SMB2],

  judge(x) {
    if (x.encrypted !== null) return absent(x.encrypted, 'smb2.protocol_id', '0xfd534d42', 'encrypted traffic');
    const response = smb2Selection(x);
    if (response === null) return NO_SMB2_ANSWER;
    const dialect = response.message.dialectRevision;
    if (dialect < 0x0300) return present(response.packet, 'smb2.dialect', hex16(dialect), 'SMB 2.x cannot encrypt');
    return dialect < 0x0311 ? judgeCapability(x, response) : judgeContext(x, response);
  },
});

/** 3.0 and 3.0.2. [MS-SMB2] 3.3.5.4 */
function judgeCapability(x: Exchange, response: Observed<Smb2NegotiateResponse>): Outcome {
  const request = smb2Request(x);
  const byClient = request === null ? null : (request.message.capabilities & CAP_ENCRYPTION) !== 0;
  if ((response.message.capabilities & CAP_ENCRYPTION) === 0) {
    const outcome = present(response.packet, 'smb2.capabilities.encryption', '0', 'the server does not offer encryption');
    return byClient === false ? presentWith(outcome, NOT_ASKED) : outcome;
  }
  if (request === null) return NO_SMB2_REQUEST;
  return byClient === true
    ? absent(response.packet, 'smb2.capabilities.encryption', '1', 'both sides can encrypt')
    : present(request.packet, 'smb2.capabilities.encryption', '0', 'the client does not offer encryption');
}

/** 3.1.1. [MS-SMB2] 2.2.4.1.2 */
function judgeContext(x: Exchange, response: Observed<Smb2NegotiateResponse>): Outcome {
  const { contexts } = response.message;
  const context = contextOf(contexts, 'ENCRYPTION');
  const cipher = context?.ciphers[0];
  if (cipher !== undefined && cipher !== 0) return absent(response.packet, 'smb2.negotiate_context.cipher_id', hex16(cipher), 'a common cipher');
  if (response.cut || unreadableContext(contexts, 2) || (context !== null && cipher === undefined)) return CUT;
  if (cipher === 0) return present(response.packet, 'smb2.negotiate_context.cipher_id', '0x0000', 'no common cipher');
  const outcome = present(response.packet, 'smb2.negotiate_context.count', String(contexts.length), 'no encryption context was answered');
  const request = smb2Request(x);
  return request !== null && !request.cut && !asksForEncryption(request.message) ? presentWith(outcome, NOT_ASKED) : outcome;
}

/** Samba wants the capability too, which 3.1.1 does not ask for. PROTOCOL 7 */
function asksForEncryption({ contexts, capabilities }: Smb2NegotiateRequest): boolean {
  return contextOf(contexts, 'ENCRYPTION') !== null && (capabilities & CAP_ENCRYPTION) !== 0;
}

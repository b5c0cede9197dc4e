import type { Exchange } from '../negotiation/exchange.ts';
import { MS_SMB2, SMB_CONF, SMB_SIGNING } from '../verdicts/references.ts';
import { REQUIRE_SIGNING } from '../verdicts/remedies.ts';
import { defineFinding, type Outcome } from './finding.ts';
import { absent, NO_ANSWER, notApplicable, present, presentWith, smb1Selection, smb2Request, smb2Response } from './observed.ts';

const NO_FIELD = notApplicable('core answers have no SecurityMode');
const CLIENT_REQUIRES = { note: 'The client requires signing, so this session is signed; sessions of other clients need not be.' };

export default defineFinding({
  id: 'signing-not-required',
  title: 'Server does not require message signing',
  severity: 'medium',
  since: '0.1.0',
  explanation: 'The server accepts unsigned sessions. Whoever sits on the path can relay a client’s authentication to it and act as that client. On a domain controller this is a high risk; the negotiation does not tell whether the server is one.',
  falsePositives: 'A session is signed when either side requires it, so a client that does protects itself. Guest and anonymous sessions are never signed, and encrypted ones need no signature.',
  remediation: REQUIRE_SIGNING,
  references: [SMB_SIGNING, MS_SMB2, SMB_CONF],

  judge(x) {
    const smb2 = smb2Response(x);
    if (smb2 === null) return judgeSmb1(x);
    if ((smb2.message.securityMode & 0x02) !== 0) return absent(smb2.packet, 'smb2.sec_mode.sign_required', '1', 'the server requires signing');
    const outcome = present(smb2.packet, 'smb2.sec_mode.sign_required', '0', 'the server does not require signing');
    const request = smb2Request(x);
    return request !== null && (request.message.securityMode & 0x02) !== 0 ? presentWith(outcome, CLIENT_REQUIRES) : outcome;
  },
});

function judgeSmb1(x: Exchange): Outcome {
  const smb1 = smb1Selection(x);
  if (smb1 === null) return NO_ANSWER;
  const mode = smb1.message.nt?.securityMode ?? smb1.message.lanman?.securityMode;
  if (mode === undefined) return NO_FIELD;
  return (mode & 0x08) === 0
    ? present(smb1.packet, 'smb.sm.sig_required', '0', 'the server does not require signing')
    : absent(smb1.packet, 'smb.sm.sig_required', '1', 'the server requires signing');
}

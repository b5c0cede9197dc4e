import { MS_SMB2, SMB_SIGNING } from '../verdicts/references.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB2_REQUEST, present, smb2Request } from './observed.ts';

export default defineFinding({
  id: 'client-signing-req',
  title: 'Client requires message signing',
  severity: 'info',
  since: '0.1.0',
  explanation: 'The SecurityMode of the request holds SIGNING_REQUIRED, so that every authenticated session of this connection is signed. It is the default of Windows 11 24H2 and Server 2025. Servers that cannot sign, and guest access, fail with it.',
  falsePositives: 'None known: the bit says it.',
  remediation: [],
  references: [SMB_SIGNING, MS_SMB2],

  judge(x) {
    const request = smb2Request(x);
    if (request === null) return NO_SMB2_REQUEST;
    return (request.message.securityMode & 0x02) !== 0
      ? present(request.packet, 'smb2.sec_mode.sign_required', '1', 'the client requires signing')
      : absent(request.packet, 'smb2.sec_mode.sign_required', '0', 'the client does not require signing');
  },
});

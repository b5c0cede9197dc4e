import clientSigningReq from '../../src/findings/client-signing-req.ts';
import { exchange, seen, smb2Request } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(clientSigningReq, [
  { when: 'the request requires it, as of Windows 11 24H2', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ securityMode: 2 })) }), is: 'present', evidence: [[4, 'smb2.sec_mode.sign_required', '1']], severity: 'info' },
  { when: 'smbclient sets both bits', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ securityMode: 3 })) }), is: 'present' },
  { when: 'the request only enables it', given: exchange(), is: 'absent' },
  { when: 'the request was not captured', given: exchange({ smb2Request: null }), is: 'unknown' },
]);

import guidNull from '../../src/findings/guid-null.ts';
import { exchange, seen, smb1Response, smb1Selected, smb2Request, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(guidNull, [
  { when: 'the ServerGuid is zero, as of ksmbd', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ serverGuid: new Uint8Array(16) })) }), is: 'present', evidence: [[5, 'smb2.server_guid', '00000000-0000-0000-0000-000000000000']], severity: 'info' },
  { when: 'the ClientGuid is zero', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ clientGuid: new Uint8Array(16) })) }), is: 'present', evidence: [[4, 'smb2.client_guid', '00000000-0000-0000-0000-000000000000']] },
  { when: 'the SMB1 ServerGuid is zero', given: smb1Selected(['NT LM 0.12'], smb1Response({}, { serverGuid: new Uint8Array(16) })), is: 'present' },
  { when: 'the GUIDs are random', given: exchange(), is: 'absent' },
  { when: 'nothing was captured', given: exchange({ smb2Request: null, smb2Response: null }), is: 'unknown' },
]);

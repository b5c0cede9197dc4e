import guidAscii from '../../src/findings/guid-ascii.ts';
import { exchange, seen, smb2Request, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

const ascii = (text: string) => Uint8Array.from({ length: 16 }, (_, index) => (index < text.length ? text.charCodeAt(index) : 0));

describeFinding(guidAscii, [
  { when: 'the ClientGuid is that of nmap', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ clientGuid: ascii('1234567890123456') })) }), is: 'present', evidence: [[4, 'smb2.client_guid', '1234567890123456']], severity: 'info' },
  { when: 'the ServerGuid is letters, as of impacket', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ serverGuid: ascii('aBcDeFgHiJkLmNoP') })) }), is: 'present', evidence: [[5, 'smb2.server_guid', 'aBcDeFgHiJkLmNoP']] },
  { when: 'it is a name filled with zeros, as of Samba', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ serverGuid: ascii('labsrv') })) }), is: 'absent' },
  { when: 'the GUIDs are random', given: exchange(), is: 'absent' },
  { when: 'nothing was captured', given: exchange({ smb2Request: null, smb2Response: null }), is: 'unknown' },
]);

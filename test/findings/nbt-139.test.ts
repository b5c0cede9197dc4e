import nbt139 from '../../src/findings/nbt-139.ts';
import { WITHOUT_SMB2, exchange } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(nbt139, [
  { when: 'SMB runs on port 139', given: exchange({ transport: 'netbios', server: { port: 139 } }), is: 'present', evidence: [[4, 'tcp.port', '139']], severity: 'low' },
  { when: 'a NetBIOS session request came on port 445', given: exchange({ transport: 'netbios' }), is: 'present' },
  { when: 'SMB runs on port 445', given: exchange(), is: 'absent' },
  { when: 'port 139 was only connected, as in a lost race', given: exchange({ ...WITHOUT_SMB2, transport: 'netbios', server: { port: 139 }, messages: [], offer: { kind: 'none', packet: null, smb2Packet: null } }), is: 'not-applicable' },
  { when: 'the offer was not captured', given: exchange({ ...WITHOUT_SMB2, transport: 'netbios', server: { port: 139 }, messages: [], offer: { kind: 'not-captured', packet: null, smb2Packet: null } }), is: 'unknown' },
]);

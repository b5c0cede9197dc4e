import smbInternet from '../../src/findings/smb-internet.ts';
import { WITHOUT_SMB2, exchange } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(smbInternet, [
  { when: 'the server has a public address', given: exchange({ server: { address: '8.8.8.8', isPublic: true } }), is: 'present', evidence: [[1, 'ip.addr', '8.8.8.8']], severity: 'high' },
  { when: 'the client has a public address', given: exchange({ client: { address: '2a00:1450:4001:82b::200e', isPublic: true }, server: { address: 'fd00::1' }, ipVersion: 6 }), is: 'present', evidence: [[1, 'ipv6.addr', '2a00:1450:4001:82b::200e']] },
  { when: 'nothing was sent on the connection', given: exchange({ ...WITHOUT_SMB2, messages: [], offer: { kind: 'none', packet: null, smb2Packet: null }, server: { address: '8.8.8.8', isPublic: true } }), is: 'present', severity: 'medium' },
  { when: 'it is SMB over QUIC', given: exchange({ transport: 'quic', server: { address: '8.8.8.8', isPublic: true, port: 443 } }), is: 'present', severity: 'info' },
  { when: 'both addresses are private', given: exchange(), is: 'absent' },
  { when: 'both are link local', given: exchange({ client: { address: 'fe80::1' }, server: { address: 'fe80::2' }, ipVersion: 6 }), is: 'absent' },
]);

import oddPort from '../../src/findings/odd-port.ts';
import { WITHOUT_SMB2, exchange } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(oddPort, [
  { when: 'SMB runs on port 4445', given: exchange({ server: { port: 4445 } }), is: 'present', evidence: [[4, 'tcp.port', '4445']], severity: 'info' },
  { when: 'SMB runs on port 80', given: exchange({ server: { port: 80 } }), is: 'present', severity: 'medium' },
  { when: 'it runs on port 445', given: exchange(), is: 'absent' },
  { when: 'it runs on port 139', given: exchange({ server: { port: 139 } }), is: 'absent' },
  { when: 'the port is 5445 of SMB Direct', given: exchange({ server: { port: 5445 } }), is: 'absent' },
  { when: 'it is QUIC', given: exchange({ transport: 'quic', server: { port: 8443 } }), is: 'not-applicable' },
  { when: 'no SMB message was seen', given: exchange({ ...WITHOUT_SMB2, server: { port: 4445 }, messages: [], offer: { packet: null, smb2Packet: null } }), is: 'unknown' },
]);

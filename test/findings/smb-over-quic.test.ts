import smbOverQuic from '../../src/findings/smb-over-quic.ts';
import { exchange } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(smbOverQuic, [
  { when: 'the application protocol is smb', given: exchange({ transport: 'quic', quic: { version: 1, sni: 'files.example', alpn: ['smb'] } }), is: 'present', evidence: [[1, 'tls.handshake.extensions_alpn_str', 'smb']], severity: 'info' },
  { when: 'the connection is TCP', given: exchange(), is: 'not-applicable' },
  { when: 'the application protocol is another one', given: exchange({ transport: 'quic', quic: { version: 1, sni: null, alpn: ['h3'] } }), is: 'not-applicable' },
]);

import { MS_SMB2, SMB_QUIC } from '../verdicts/references.ts';
import { defineFinding } from './finding.ts';
import { notApplicable, present } from './observed.ts';

const ON_TCP = notApplicable('the connection is TCP');
const OTHER = notApplicable('the QUIC connection is not for SMB');

export default defineFinding({
  id: 'smb-over-quic',
  title: 'SMB runs over QUIC',
  severity: 'info',
  since: '0.1.0',
  explanation: 'The client asks for the application protocol "smb" in a QUIC handshake. The connection is protected by TLS 1.3; beyond the server name and the protocol nothing of it can be seen.',
  falsePositives: 'None known. The server’s consent is encrypted and not seen.',
  remediation: [],
  references: [SMB_QUIC, MS_SMB2],

  judge(x) {
    if (x.transport !== 'quic' || x.quic === null) return ON_TCP;
    return x.quic.alpn.includes('smb') ? present(x.firstPacket, 'tls.handshake.extensions_alpn_str', 'smb', 'the application protocol of the QUIC connection') : OTHER;
  },
});

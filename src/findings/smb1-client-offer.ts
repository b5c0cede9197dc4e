import { DETECT_SMB1, MS_SMB2 } from '../verdicts/references.ts';
import { clientRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, present, unknown } from './observed.ts';

const NOT_CAPTURED = unknown('the client’s first negotiate was not captured');

export default defineFinding({
  id: 'smb1-client-offer',
  title: 'Client begins with an SMB1-framed request',
  severity: 'info',
  since: '0.1.0',
  explanation: 'The first negotiate of the client is framed as SMB1. Together with an SMB2 string in its list it is a decoy: Windows sends it to servers that it does not know yet, also where SMB1 is not installed.',
  falsePositives: 'Normal for Windows without SMB1 and for macOS. It says nothing about the use of SMB1.',
  remediation: [clientRemedy('macos', 'Begin with SMB2 in /etc/nsmb.conf.', 'protocol_vers_map=6')],
  references: [MS_SMB2, DETECT_SMB1],

  judge({ offer }) {
    if (offer.smb1Packet !== null) return present(offer.smb1Packet, 'smb.cmd', '0x72', 'an SMB1-framed negotiate');
    return offer.smb2Packet !== null && offer.kind === 'smb2-only' ? absent(offer.smb2Packet, 'smb2.cmd', '0', 'the client begins with SMB2') : NOT_CAPTURED;
  },
});

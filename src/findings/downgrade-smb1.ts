import { MS_SMB2, SMB_SECURITY, STOP_USING_SMB1 } from '../verdicts/references.ts';
import { networkRemedy, SERVER_WITHOUT_SMB1 } from '../verdicts/remedies.ts';
import { defineHostFinding } from './finding.ts';
import { absent, unknown } from './observed.ts';

const NO_SMB2 = unknown('no answer in SMB2 was captured');

export default defineHostFinding({
  id: 'downgrade-smb1',
  title: 'SMB1 was selected by a server that speaks SMB2',
  severity: 'high',
  since: '0.1.0',
  explanation: 'The client offered SMB2 in its SMB1-framed request, and the server selected an SMB1 dialect, though it answers in SMB2 elsewhere in the capture. A server that has SMB2 takes it whenever it is offered; somebody in between who takes the SMB2 strings out on the way to the server leaves this trace.',
  falsePositives: 'SMB2 was switched on or off in between, or several machines answer at one address (a load balancer, NAT with another device behind port 139).',
  remediation: [networkRemedy('Compare a capture from the client with one from the server: what differs was changed on the way.'), ...SERVER_WITHOUT_SMB1],
  references: [MS_SMB2, STOP_USING_SMB1, SMB_SECURITY],

  judge({ smb1, smb2Packet }) {
    if (smb2Packet === null) return NO_SMB2;
    if (smb1 === null) return absent(smb2Packet, 'smb2.dialect', '', 'no SMB1 dialect was selected where SMB2 was offered');
    const { dialect, packet } = smb1;
    return {
      is: 'present',
      evidence: [
        { packet, field: 'smb.dialect.name', value: dialect, meaning: 'was selected, though SMB2 was offered' },
        { packet: smb2Packet, field: 'smb2.dialect', value: '', meaning: 'the same server answers in SMB2' },
      ],
    };
  },
});

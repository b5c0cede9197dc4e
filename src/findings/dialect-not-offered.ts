import { hex16 } from '../verdicts/phrases.ts';
import { MS_SMB2 } from '../verdicts/references.ts';
import { serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB2_ANSWER, present, smb2Selection, unknown } from './observed.ts';

const NO_OFFER = unknown('what was offered was not captured');

export default defineFinding({
  id: 'dialect-not-offered',
  title: 'The server selected a dialect that was not offered',
  severity: 'medium',
  since: '0.1.0',
  explanation: 'The answer names an SMB2 dialect that the client did not offer. A proper client disconnects. Servers made by tools (impacket’s ntlmrelayx answers 2.0.2 to everything) do this, and so does somebody who changes the request on its way.',
  falsePositives: 'Any SMB2 dialect counts as offered by the string "SMB 2.???". Where the request was not captured nothing is said.',
  remediation: [serverRemedy('any', 'Find out what answers at this address; it is hardly a file server of Windows or Samba.')],
  references: [MS_SMB2],

  judge(x) {
    const response = smb2Selection(x);
    if (!x.smb2Success || response === null) return NO_SMB2_ANSWER;
    if (x.smb2Offered === null) return NO_OFFER;
    const value = hex16(response.message.dialectRevision);
    return x.smb2Offered
      ? absent(response.packet, 'smb2.dialect', value, 'one of the offered dialects')
      : present(response.packet, 'smb2.dialect', value, 'was not offered');
  },
});

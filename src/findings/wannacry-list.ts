import { hex16 } from '../verdicts/phrases.ts';
import { CVE_2017_0144, STOP_USING_SMB1 } from '../verdicts/references.ts';
import { clientRemedy, SERVER_WITHOUT_SMB1 } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, presentWith, present, smb1Request, unknown } from './observed.ts';

const NO_REQUEST = unknown('no SMB1 negotiate request was captured');
const SIX = ['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'Windows for Workgroups 3.1a', 'LM1.2X002', 'LANMAN2.1', 'NT LM 0.12'];
const FOUR = ['LANMAN1.0', 'LM1.2X002', 'NT LANMAN 1.0', 'NT LM 0.12'];
/** Flags2 tells these from what Windows and smbclient send with the same strings. PROTOCOL 5.1, 5.7 */
const FLAGS2 = { six: 0xc053, four: 0x2801 } as const;

export default defineFinding({
  id: 'wannacry-list',
  title: 'The client sends the list of EternalBlue tooling',
  severity: 'medium',
  since: '0.1.0',
  explanation: 'The SMB1 request is the one that the EternalBlue exploit and WannaCry send: the six dialects of Windows 2000 with Flags2 0xC053 and TID 0, or LANMAN1.0, LM1.2X002, NT LANMAN 1.0, NT LM 0.12 with Flags2 0x2801. Windows itself sends the six with 0xC853 or 0xC843.',
  falsePositives: 'Old audit tools and scanners that look for the hole send the same.',
  remediation: [clientRemedy('any', 'Examine the client: it looks for, or attacks, SMB1 servers.'), ...SERVER_WITHOUT_SMB1],
  references: [CVE_2017_0144, STOP_USING_SMB1],

  judge(x) {
    const request = smb1Request(x);
    if (request === null) return NO_REQUEST;
    const { header: { flags2, tid }, dialects } = request.message;
    const outcome = present(request.packet, 'smb.flags2', hex16(flags2), 'with the dialect strings of EternalBlue tooling');
    if (flags2 === FLAGS2.six && tid === 0 && same(dialects, SIX)) return outcome;
    if (flags2 === FLAGS2.four && same(dialects, FOUR)) return presentWith(outcome, { note: 'Metasploit and older scanners send this list of four.' });
    return absent(request.packet, 'smb.flags2', hex16(flags2), 'another request');
  },
});

function same(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, at) => text === right[at]);
}

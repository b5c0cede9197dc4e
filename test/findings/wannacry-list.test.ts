import wannacryList from '../../src/findings/wannacry-list.ts';
import { exchange, seen, smb1Header, smb1Request } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

const SIX = ['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'Windows for Workgroups 3.1a', 'LM1.2X002', 'LANMAN2.1', 'NT LM 0.12'];
const FOUR = ['LANMAN1.0', 'LM1.2X002', 'NT LANMAN 1.0', 'NT LM 0.12'];
const sent = (dialects: string[], flags2: number, tid = 0) => exchange({ smb1Request: seen(4, 'client', smb1Request(dialects, { header: smb1Header({ flags2, tid }) })) });

describeFinding(wannacryList, [
  { when: 'the six dialects come with Flags2 C053', given: sent(SIX, 0xc053), is: 'present', evidence: [[4, 'smb.flags2', '0xC053']], severity: 'medium' },
  { when: 'the four dialects come with Flags2 2801', given: sent(FOUR, 0x2801, 0xffff), is: 'present' },
  { when: 'Windows XP sends the six', given: sent(SIX, 0xc853), is: 'absent' },
  { when: 'the legacy redirector of Windows 10 sends the six', given: sent(SIX, 0xc843), is: 'absent' },
  { when: 'the TID is another', given: sent(SIX, 0xc053, 0xffff), is: 'absent' },
  { when: 'smbclient sends the four among others', given: sent([...FOUR, 'SMB 2.002'], 0x2801), is: 'absent' },
  { when: 'no SMB1 request was captured', given: exchange(), is: 'unknown' },
]);

import scanner from '../../src/findings/scanner.ts';
import { compression, encryption, exchange, preauth, seen, smb1Header, smb1Request, smb2Request } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

const sent = (dialects: string[], flags2: number) => exchange({ smb2Request: null, smb2Response: null, smb1Request: seen(4, 'client', smb1Request(dialects, { header: smb1Header({ flags2 }) })) });
const asked = (over: Parameters<typeof smb2Request>[0], cut = false) => exchange({ smb2Request: seen(4, 'client', smb2Request(over), { cut }) });
const GHOST = [0x0202, 0x0210, 0x0222, 0x0224, 0x0300, 0x0302, 0x0310, 0x0311];
const ZGRAB = { dialects: [0x0202, 0x0210], securityMode: 0, capabilities: 0, clientGuid: new Uint8Array(16) };

describeFinding(scanner, [
  { when: 'the GUID is that of nmap', given: asked({ clientGuid: new TextEncoder().encode('1234567890123456') }), is: 'present', evidence: [[4, 'smb2.client_guid', '1234567890123456']], severity: 'info' },
  { when: 'nmap asks in SMB1', given: sent(['NT LM 0.12', ''], 0x6845), is: 'present', evidence: [[4, 'smb.flags2', '0x6845']] },
  { when: 'Metasploit asks with its four strings', given: sent(['LANMAN1.0', 'LM1.2X002', 'NT LANMAN 1.0', 'NT LM 0.12'], 0x2801), is: 'present' },
  { when: 'Metasploit asks with one', given: sent(['NT LM 0.12'], 0x6801), is: 'present' },
  { when: 'zgrab asks', given: asked(ZGRAB), is: 'present', evidence: [[4, 'smb2.sec_mode', '0x0000']] },
  { when: 'SMBGhost is looked for', given: asked({ dialects: GHOST, contexts: [preauth(), compression(1, 1)] }), is: 'present' },
  { when: 'old smbclient offers the same dialects, with ciphers', given: asked({ dialects: GHOST, contexts: [preauth(), encryption(1, 2)] }), is: 'absent' },
  { when: 'an npm client offers what zgrab does, with its security mode', given: asked({ ...ZGRAB, securityMode: 1 }), is: 'absent' },
  { when: 'curl asks', given: sent(['NT LM 0.12'], 0x0041), is: 'absent' },
  { when: 'it is Windows', given: exchange(), is: 'absent' },
  { when: 'nothing was asked', given: exchange({ smb2Request: null, smb2Response: null }), is: 'unknown' },
]);

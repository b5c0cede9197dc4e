import { fromHex } from '../../bytes/text.ts';
import { type Smb1HeaderFields, type Smb2HeaderFields, writeSmb1Header, writeSmb2Header } from './header.ts';
import { NBSS } from '../nbss.ts';
import { Writer } from './writer.ts';

/** NTLM NEGOTIATE_MESSAGE without domain and workstation. [MS-NLMP] 2.2.1.1 */
const NTLM_NEGOTIATE = fromHex('4e544c4d535350000100000097820862000000000000000000000000000000000601000000000000');
const COMMAND = { smb1: 0x73, smb2: 1 } as const;
const EXTENDED_SECURITY_CAPS = 0x8000_00d4;
const NO_ANDX = 0xff;

/** With prefix. [MS-SMB2] 2.2.5 */
export function buildSmb2SessionSetup(header: Smb2HeaderFields, securityMode: number): Uint8Array {
  const out = new Writer();
  writeSmb2Header(out, { ...header, command: COMMAND.smb2 });
  out.u16(25).u8(0).u8(securityMode).u32(0).u32(0).u16(88).u16(NTLM_NEGOTIATE.length).u64(0n).bytes(NTLM_NEGOTIATE);
  return out.framed(NBSS.sessionMessage);
}

/** With prefix: WordCount 12 with extended security [MS-SMB] 2.2.4.6.1, 13 without [MS-CIFS] 2.2.4.53.1, 10 for LANMAN; without a name or password. */
export function buildSmb1SessionSetup(header: Smb1HeaderFields, form: 'extended' | 'nt' | 'lanman'): Uint8Array {
  const out = new Writer();
  writeSmb1Header(out, { ...header, command: COMMAND.smb1 });
  const maxima = (words: number): Writer => out.u8(words).u8(NO_ANDX).u8(0).u16(0).u16(16_644).u16(50).u16(1).u32(0);
  if (form === 'extended') maxima(12).u16(NTLM_NEGOTIATE.length).u32(0).u32(EXTENDED_SECURITY_CAPS).u16(NTLM_NEGOTIATE.length + 2).bytes(NTLM_NEGOTIATE).zeros(2);
  else if (form === 'nt') maxima(13).u16(0).u16(0).u32(0).u32(0x54).u16(4).zeros(4);
  else maxima(10).u16(0).u32(0).u16(4).zeros(4);
  return out.framed(NBSS.sessionMessage);
}

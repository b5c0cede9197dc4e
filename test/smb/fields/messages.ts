import { ascii, join, type Part, SPNEGO_NTLMSSP, smb2Command, u16, u32, u64, utf16le, zeros } from '../../build/smb.ts';

/** Messages behind the negotiation, written from [MS-SMB2] 2.2.5, 2.2.6, 2.2.9 and [MS-NLMP] 2.2.1. */

const SIGNATURE = [...ascii('NTLMSSP'), 0];
const VERSION = [10, 0, ...u16(20_348), 0, 0, 0, 15];
const part = (length: number, offset: number): number[] => [...u16(length), ...u16(length), ...u32(offset)];
const pair = (id: number, value: Part): number[] => [...u16(id), ...u16(value.length), ...value];

export const TIME = 132_444_736_000_000_000n;

export const negotiate = (): Uint8Array => join(SIGNATURE, u32(1), u32(0xe208_8297), part(0, 0), part(0, 0), VERSION);

export function challenge(): Uint8Array {
  const target = utf16le('CORP');
  const info = [...pair(2, utf16le('CORP')), ...pair(3, utf16le('fs01.corp.example')), ...pair(6, u32(2)), ...pair(7, u64(TIME)), ...pair(0, [])];
  return join(SIGNATURE, u32(2), part(target.length, 56), u32(0xe289_8215), [1, 2, 3, 4, 5, 6, 7, 8], zeros(8), part(info.length, 56 + target.length), VERSION, target, info);
}

export function authenticate(): Uint8Array {
  const domain = utf16le('CORP');
  const user = utf16le('alice');
  const host = utf16le('PC7');
  const response = [...zeros(16), 1, 1, ...zeros(6), ...u64(TIME), ...zeros(8), ...zeros(4), ...pair(9, utf16le('cifs/fs01')), ...pair(0, []), ...zeros(4)];
  const lengths = [domain.length, user.length, host.length, 24, response.length, 16];
  const at = lengths.map((_length, index) => 88 + lengths.slice(0, index).reduce((sum, length) => sum + length, 0));
  const field = (index: number): number[] => part(lengths[index] ?? 0, at[index] ?? 0);
  return join(SIGNATURE, u32(3), field(3), field(4), field(0), field(1), field(2), field(5), u32(0xe288_8215), VERSION, zeros(16), domain, user, host, zeros(24), response, zeros(16));
}

const der = (tag: number, ...content: readonly Part[]): number[] => {
  const bytes = [...join(...content)];
  const { length } = bytes;
  return [tag, ...(length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]), ...bytes];
};
const NTLMSSP_OID = der(0x06, [0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0a]);

/** NegTokenInit with the token in it; without one the negotiation's own blob. */
export function negTokenInit(token?: Uint8Array): Uint8Array {
  if (token === undefined) return SPNEGO_NTLMSSP;
  return join(der(0x60, der(0x06, [0x2b, 6, 1, 5, 5, 2]), der(0xa0, der(0x30, der(0xa0, der(0x30, NTLMSSP_OID)), der(0xa2, der(0x04, token))))));
}

export const negTokenResp = (token: Uint8Array): Uint8Array => join(der(0xa1, der(0x30, der(0xa0, [0x0a, 1, 1]), der(0xa1, NTLMSSP_OID), der(0xa2, der(0x04, token)))));

export function sessionSetupRequest(token: Uint8Array): Uint8Array {
  const blob = negTokenInit(token);
  return smb2Command(1, { body: join(u16(25), [0, 1], u32(1), u32(0), u16(88), u16(blob.length), u64(0n), blob) });
}

export function sessionSetupResponse(token: Uint8Array): Uint8Array {
  const blob = negTokenResp(token);
  return smb2Command(1, { response: true, status: 0xc000_0016, body: join(u16(9), u16(1), u16(72), u16(blob.length), blob) });
}

export function treeConnectRequest(path: string): Uint8Array {
  const name = utf16le(path);
  return smb2Command(3, { body: join(u16(9), u16(0), u16(72), u16(name.length), name) });
}

import { buildSmb1NegotiateRequest } from '../../src/smb/build/smb1-negotiate.ts';
import { buildSmb2NegotiateRequest } from '../../src/smb/build/smb2-negotiate.ts';
import type { ContextFields } from '../../src/smb/build/contexts.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';

/** Requests by which servers are made to answer in each way that they have; what an answer owes to its request shows between them. */

const EXTENDED_SECURITY = 0xc853;
const PLAIN = 0xc001;
const OEM = 0x0001;
const LANMAN = ['PC NETWORK PROGRAM 1.0', 'LANMAN1.0', 'LM1.2X002', 'LANMAN2.1'];
const NT = [...LANMAN, 'NT LM 0.12'];
/** Flags of Windows, of Samba 3 and macOS, of Windows 9x: Windows servers echo them. */
const FLAGS = [0x18, 0x08, 0x00];

const smb1 = (dialects: readonly string[], flags: number, flags2: number): Uint8Array => buildSmb1NegotiateRequest({ header: { flags, flags2, pid: 0xfeff }, dialects });

const PREAUTH = { name: 'PREAUTH_INTEGRITY', hashAlgorithms: [1], salt: DEFAULT_VALUES.salt } as const satisfies ContextFields;
const ALL_CONTEXTS: readonly ContextFields[] = [
  PREAUTH, { name: 'ENCRYPTION', ciphers: [2, 1, 4, 3] }, { name: 'COMPRESSION', flags: 1, algorithms: [4, 2, 3, 1, 5] }, { name: 'SIGNING', signingAlgorithms: [2, 1, 0] },
  { name: 'NETNAME', netName: DEFAULT_VALUES.target }, { name: 'POSIX_EXTENSIONS', data: Uint8Array.of(0x93, 0xad, 0x25, 0x50, 0x9c, 0xb4, 0x11, 0xe7, 0xb4, 0x23, 0x83, 0xde, 0x96, 0x8b, 0xcd, 0x7c) },
];
const ALL_CAPABILITIES = 0xff;

function smb2(dialects: readonly number[], capabilities: number, contexts: readonly ContextFields[], credits = 31): Uint8Array {
  return buildSmb2NegotiateRequest({ header: { credits, processId: 0xfeff }, securityMode: 1, capabilities, clientGuid: DEFAULT_VALUES.clientGuid, dialects, contexts });
}

const NO_DIALECT = 0x0222;
const NO_HASH = 0x7777;

/** Those that may get an answer of this class. */
export function requestsFor(answerClass: string): readonly Uint8Array[] {
  if (answerClass === 's2e') return [smb2([NO_DIALECT], 0, []), smb2([], 0, []), smb2([NO_DIALECT], 0, [], 1), smb2([0x0311], 0, [{ ...PREAUTH, hashAlgorithms: [NO_HASH] }])];
  if (answerClass === 's2:02ff') return FLAGS.map((flags) => smb1(['NT LM 0.12', 'SMB 2.002', 'SMB 2.???'], flags, EXTENDED_SECURITY));
  if (answerClass.startsWith('s2:')) {
    const code = Number.parseInt(answerClass.slice(3), 16);
    // some answer a real dialect to the wildcard, and some need two dialects
    const framed = smb1(['NT LM 0.12', 'SMB 2.002', ...(code === 0x0202 ? [] : ['SMB 2.???'])], 0x18, EXTENDED_SECURITY);
    return [smb2([code], ALL_CAPABILITIES, ALL_CONTEXTS), smb2([code], 0, [PREAUTH], 1), smb2([0x0202, code], 0, [PREAUTH]), framed];
  }
  if (answerClass === 's1:nt-extended') return FLAGS.map((flags) => smb1(NT, flags, EXTENDED_SECURITY));
  if (answerClass === 's1:nt') return FLAGS.flatMap((flags) => [smb1(NT, flags, PLAIN), smb1(NT, flags, OEM)]);
  if (answerClass === 's1:lanman') return FLAGS.flatMap((flags) => [smb1(LANMAN, flags, PLAIN), smb1(['LANMAN1.0'], flags, OEM)]);
  if (answerClass === 's1:core') return FLAGS.map((flags) => smb1(LANMAN.slice(0, 1), flags, OEM));
  return FLAGS.flatMap((flags) => [smb1(['NT LM 0.12'], flags, EXTENDED_SECURITY), smb1(['UNKNOWN'], flags, EXTENDED_SECURITY), smb1([], flags, EXTENDED_SECURITY)]);
}

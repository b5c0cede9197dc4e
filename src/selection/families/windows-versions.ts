import { LEVEL } from '../dialect-level.ts';
import { PolicyProblem } from '../policy.ts';

/** What a Windows server does without settings. PROTOCOL 4.2, 4.3, 5.3 */
export interface WindowsVersion {
  /** Names by which it is known, the build among them. */
  readonly names: readonly string[];
  /** Greatest dialect that it has code for. */
  readonly greatest: number;
  /** SMB1 server on by default. */
  readonly smb1: boolean;
  readonly signing: 'default' | 'required';
  readonly ciphers: readonly string[];
  /** Null: it has no signing context yet. */
  readonly signingAlgorithms: readonly string[] | null;
  readonly compression: readonly string[];
  /** It answers the first common compression algorithm alone, and never CHAINED. */
  readonly firstCompressionOnly: boolean;
  readonly maxSize: number;
  /** ServerStartTime is the start of the service, not 0. */
  readonly tellsStart: boolean;
  readonly blob: 'empty' | 'ntlmssp' | 'negoex';
  readonly smb1Buffer: number;
  readonly smb1Mpx: number;
  readonly smb1Capabilities: number;
  readonly notifications: boolean;
}

const MEGABYTE = 1024 * 1024;
const OLD = {
  greatest: LEVEL.nt1, smb1: true, signing: 'default', ciphers: [], signingAlgorithms: null, compression: [], firstCompressionOnly: false, maxSize: 65_536,
  tellsStart: true, blob: 'empty', smb1Buffer: 4356, smb1Mpx: 10, smb1Capabilities: 0xe3fd, notifications: false,
} as const satisfies Omit<WindowsVersion, 'names'>;
const VISTA = { ...OLD, greatest: LEVEL.smb202, blob: 'ntlmssp', smb1Buffer: 16_644, smb1Mpx: 50, smb1Capabilities: 0x1e3fd } as const;
const SEVEN = { ...VISTA, greatest: LEVEL.smb210, maxSize: MEGABYTE, blob: 'negoex', smb1Capabilities: 0x1e3fc } as const;
const EIGHT = { ...SEVEN, greatest: LEVEL.smb300, ciphers: ['AES-128-CCM'] } as const;
const EIGHT_ONE = { ...EIGHT, greatest: LEVEL.smb302, maxSize: 8 * MEGABYTE } as const;
const TEN = { ...EIGHT_ONE, greatest: LEVEL.smb311, ciphers: ['AES-128-GCM', 'AES-128-CCM'] } as const;
const TEN_1709 = { ...TEN, smb1: false, tellsStart: false } as const;
const TEN_1903 = { ...TEN_1709, compression: ['LZ77', 'LZ77+Huffman', 'LZNT1'], firstCompressionOnly: true } as const;
const TEN_2004 = { ...TEN_1903, compression: ['LZ77', 'Pattern_V1'], firstCompressionOnly: false } as const;
const ELEVEN = { ...TEN_2004, ciphers: ['AES-128-GCM', 'AES-128-CCM', 'AES-256-GCM', 'AES-256-CCM'], signingAlgorithms: ['AES-GMAC', 'AES-CMAC', 'HMAC-SHA256'] } as const;
const LATEST = { ...ELEVEN, compression: ['LZ77', 'Pattern_V1', 'LZ4'], notifications: true } as const;

const CLIENT_SKU = { smb1Buffer: 4356, smb1Mpx: 10 } as const;

const VERSIONS: readonly WindowsVersion[] = [
  { ...OLD, names: ['2000', '5.0'], smb1Buffer: 16_644, smb1Mpx: 50, smb1Capabilities: 0xf3fd },
  { ...OLD, names: ['xp', '5.1'] },
  { ...OLD, names: ['server-2003', '5.2'], smb1Buffer: 16_644, smb1Mpx: 50, smb1Capabilities: 0x1f3fd },
  { ...VISTA, names: ['vista'] },
  { ...VISTA, names: ['server-2008', '6.0.6001'] },
  { ...SEVEN, ...CLIENT_SKU, names: ['7'], smb1Mpx: 50 },
  { ...SEVEN, names: ['server-2008-r2', '6.1.7601'], smb1Capabilities: 0x1f3fc },
  { ...EIGHT, ...CLIENT_SKU, names: ['8'] },
  { ...EIGHT, names: ['server-2012', '6.2.9200'] },
  { ...EIGHT_ONE, ...CLIENT_SKU, names: ['8.1'] },
  { ...EIGHT_ONE, names: ['server-2012-r2', '6.3.9600'] },
  { ...TEN, ...CLIENT_SKU, names: ['10-1507', '10-1511', '10-1607', '10-1703', '10.0.10240', '10.0.10586', '10.0.15063'] },
  { ...TEN, names: ['server-2016', '10.0.14393'] },
  { ...TEN_1709, names: ['10-1709', '10-1803', '10-1809', 'server-2019', '10.0.16299', '10.0.17134', '10.0.17763'] },
  { ...TEN_1903, names: ['10-1903', '10-1909', '10.0.18362', '10.0.18363'] },
  { ...TEN_2004, names: ['10-2004', '10-20h2', '10-21h1', '10-21h2', '10-22h2', '10.0.19041', '10.0.19042', '10.0.19043', '10.0.19044', '10.0.19045'] },
  { ...ELEVEN, names: ['server-2022', '11-21h2', '11-22h2', '11-23h2', '10.0.20348', '10.0.22000', '10.0.22621', '10.0.22631'] },
  { ...LATEST, names: ['11-24h2', '11-25h2', '10.0.26200'], signing: 'required' },
  { ...LATEST, names: ['server-2025', '10.0.26100'] },
];

export const DEFAULT_WINDOWS = 'server-2022';

export function windowsVersion(name: string): WindowsVersion {
  const version = VERSIONS.find(({ names }) => names.includes(name.toLowerCase()));
  if (version === undefined) throw new PolicyProblem('unknown-value', 'version', `There is no Windows ${name}. Known are ${VERSIONS.flatMap(({ names }) => names.filter((each) => !/^\d+\.\d+\.\d+$/.test(each))).join(', ')}.`);
  return version;
}

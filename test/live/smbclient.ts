import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ClientSettings } from '../../src/selection/client-offer.ts';
import { type Smbd, USER } from './smbd.ts';

/** smbclient as it is started: the same settings in its own words and in ours. */
export interface LiveClient {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
  readonly settings: ClientSettings;
  readonly protection?: 'sign' | 'encrypt';
}

/** It wants to sign what it will encrypt. */
const ENCRYPTING: ClientSettings = { encryption: 'required', signing: 'required' };

export const CLIENTS: readonly LiveClient[] = [
  { name: 'no settings', options: {}, settings: {} },
  { name: 'encrypting', options: {}, settings: ENCRYPTING, protection: 'encrypt' },
  { name: 'signing', options: {}, settings: { signing: 'required' }, protection: 'sign' },
  { name: 'SMB1 and later', options: { 'client min protocol': 'NT1' }, settings: { minDialect: 'NT1' } },
  { name: 'SMB1 alone', options: { 'client min protocol': 'NT1', 'client max protocol': 'NT1' }, settings: { minDialect: 'NT1', maxDialect: 'NT1' } },
  { name: '2.0.2 alone', options: { 'client max protocol': 'SMB2_02' }, settings: { maxDialect: '2.0.2' } },
  { name: 'up to 2.1', options: { 'client max protocol': 'SMB2_10' }, settings: { maxDialect: '2.1' } },
  { name: 'up to 3.0.2, encrypting', options: { 'client max protocol': 'SMB3_02' }, settings: { ...ENCRYPTING, maxDialect: '3.0.2' }, protection: 'encrypt' },
  { name: '3.1.1 alone, signing', options: { 'client min protocol': 'SMB3_11' }, settings: { minDialect: '3.1.1', signing: 'required' }, protection: 'sign' },
  { name: 'AES-256-CCM first', options: { 'client smb3 encryption algorithms': 'AES-256-CCM, AES-128-GCM' }, settings: { ...ENCRYPTING, ciphers: ['AES-256-CCM', 'AES-128-GCM'] }, protection: 'encrypt' },
  { name: 'HMAC-SHA256 alone', options: { 'client smb3 signing algorithms': 'HMAC-SHA256' }, settings: { signingAlgorithms: ['HMAC-SHA256'], signing: 'required' }, protection: 'sign' },
];

const LIMIT_SECONDS = 20;

/** What smbclient prints on both channels, fed with commands; it is ended after `limit` seconds. */
export async function smbclient(port: number, { options, protection }: LiveClient, commands: string, limit = LIMIT_SECONDS): Promise<string> {
  const settings = Object.entries(options).map(([option, value]) => `--option=${option}=${value}`);
  const protect = protection === undefined ? [] : [`--client-protection=${protection}`];
  const child = spawn('timeout', [String(limit), 'smbclient', '//127.0.0.1/share', '-s', '/dev/null', '-p', String(port), '-U', USER, ...settings, ...protect], { stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => { said += text.toString(); });
  child.stdin.on('error', () => undefined); // it may have given up already
  child.stdin.end(commands);
  await once(child, 'close');
  return said;
}

/** What smbd itself says of the session: dialect, cipher and signing algorithm; null where there is none. */
export async function agreed(smbd: Smbd, client: LiveClient): Promise<{ readonly dialect: string; readonly cipher: string | null; readonly signing: string | null } | null> {
  const said = await smbclient(smbd.port, client, `!smbstatus -s ${smbd.configuration} -b\nquit\n`);
  const row = /\(ipv4:127\.0\.0\.1:\d+\)\s+(\S+)\s+(\S+)\s+(\S+)/.exec(said);
  if (row === null) return null;
  const [dialect, cipher, signing] = row.slice(1).map((word) => word.replace(/^partial\((.+)\)$/, '$1'));
  return { dialect: dialect ?? '', cipher: cipher === '-' ? null : cipher ?? '', signing: signing === '-' ? null : signing ?? '' };
}

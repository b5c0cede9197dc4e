import type { Encryption, Signing } from '../policy.ts';
import { squeezed } from './smb-conf-lines.ts';

/** How Samba reads the value. */
export type ParameterKind = 'protocol' | 'signing' | 'encryption' | 'boolean' | 'integer' | 'bytes' | 'list' | 'text';

/** A parameter of smb.conf that an answer, or a client's request, depends on. */
export interface SambaParameter {
  readonly name: string;
  readonly synonyms?: readonly string[];
  readonly kind: ParameterKind;
  readonly side: 'server' | 'client';
  /** It may stand in a share too, and then is about that share alone. */
  readonly share?: true;
  /** The field of a policy or of a client's settings that it is; without one it stays an option. */
  readonly field?: 'minDialect' | 'maxDialect' | 'signing' | 'encryption' | 'ciphers' | 'signingAlgorithms';
}

const server = (name: string, kind: ParameterKind, more: Partial<SambaParameter> = {}): SambaParameter => ({ name, kind, side: 'server', ...more });
const client = (name: string, kind: ParameterKind, field: NonNullable<SambaParameter['field']>): SambaParameter => ({ name, kind, side: 'client', field });

/** Names, synonyms and kinds: smb.conf(5), held against testparm. */
const PARAMETERS: readonly SambaParameter[] = [
  server('server min protocol', 'protocol', { synonyms: ['min protocol'], field: 'minDialect' }),
  server('server max protocol', 'protocol', { synonyms: ['max protocol', 'protocol'], field: 'maxDialect' }),
  server('server signing', 'signing', { field: 'signing' }),
  server('server smb encrypt', 'encryption', { synonyms: ['smb encrypt'], field: 'encryption', share: true }),
  server('server smb3 encryption algorithms', 'list', { field: 'ciphers' }),
  server('server smb3 signing algorithms', 'list', { field: 'signingAlgorithms' }),
  ...['server multi channel support', 'host msdfs', 'smb2 leases', 'encrypt passwords', 'nt status support', 'large readwrite', 'async smb echo handler', 'read raw', 'write raw', 'unicode']
    .map((name) => server(name, 'boolean')),
  server('oplocks', 'boolean', { share: true }),
  server('kernel oplocks', 'boolean', { share: true }),
  server('smb1 unix extensions', 'boolean', { synonyms: ['unix extensions'] }),
  server('max mux', 'integer'),
  ...['max xmit', 'smb2 max read', 'smb2 max write', 'smb2 max trans'].map((name) => server(name, 'bytes')),
  server('netbios name', 'text'),
  server('workgroup', 'text'),
  client('client min protocol', 'protocol', 'minDialect'),
  client('client max protocol', 'protocol', 'maxDialect'),
  client('client signing', 'signing', 'signing'),
  client('client smb encrypt', 'encryption', 'encryption'),
  client('client smb3 encryption algorithms', 'list', 'ciphers'),
  client('client smb3 signing algorithms', 'list', 'signingAlgorithms'),
];

const BY_NAME = new Map(PARAMETERS.flatMap((parameter) => [parameter.name, ...(parameter.synonyms ?? [])].map((name) => [squeezed(name), parameter])));

export function sambaParameter(name: string): SambaParameter | undefined {
  return BY_NAME.get(squeezed(name));
}

const WHO = 'it decides who is answered at all; here everyone is';
const DOMAIN = 'in a domain the security blob offers Kerberos too; here it is that of a standalone server';
const IPC = 'it is about connections to IPC$ alone';

/** Parameters that change no dialect, but are worth a word. */
const REASONS: Readonly<Record<string, string>> = {
  'hosts allow': WHO, 'allow hosts': WHO, 'hosts deny': WHO, 'deny hosts': WHO, 'interfaces': WHO, 'bind interfaces only': WHO, 'smb ports': WHO, 'disable netbios': WHO, 'server smb transports': WHO,
  'security': DOMAIN, 'realm': DOMAIN, 'kerberos method': DOMAIN,
  'client ipc min protocol': IPC, 'client ipc max protocol': IPC, 'client ipc signing': IPC,
  'lanman auth': 'it is about passwords, behind the negotiation', 'ntlm auth': 'it is about passwords, behind the negotiation',
};
const REASON_BY_NAME = new Map(Object.entries(REASONS).map(([name, reason]) => [squeezed(name), reason]));

/** Why a parameter was left out. */
export function reasonLeftOut(name: string): string {
  return REASON_BY_NAME.get(squeezed(name)) ?? 'nothing in a negotiation depends on it';
}

/** Words of `server min protocol` and its like, as the policy calls them. COREPLUS is a level of its own there. */
export const PROTOCOL_WORDS: Readonly<Record<string, string>> = {
  'default': 'default', 'smb3': 'SMB3', 'smb3_11': '3.1.1', 'smb3_02': '3.0.2', 'smb3_00': '3.0', 'smb2': 'SMB2', 'smb2_10': '2.1', 'smb2_02': '2.0.2',
  'nt1': 'NT1', 'lanman2': 'LANMAN2', 'lanman1': 'LANMAN1', 'core': 'CORE', 'coreplus': 'COREPLUS', 'core+': 'COREPLUS',
};

const wordsOf = <T>(...groups: readonly (readonly [T, string])[]): Readonly<Record<string, T>> => Object.fromEntries(groups.flatMap(([meant, words]) => words.split(' ').map((word) => [word, meant])));

/** Both have the same words; what they mean for signing is not what they mean for encryption. */
export const SIGNING_WORDS = wordsOf<Signing>(
  ['default', 'default'], ['auto', 'auto if_required enabled desired yes on true 1'], ['required', 'required mandatory forced enforced'], ['disabled', 'disabled no off false 0'],
);
export const ENCRYPTION_WORDS = wordsOf<Encryption>(
  ['default', 'default auto if_required enabled yes on true 1'], ['desired', 'desired'], ['required', 'required mandatory forced enforced'], ['off', 'disabled no off false 0'],
);

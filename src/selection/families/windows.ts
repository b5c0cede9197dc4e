import type { ContextFields } from '../../smb/build/contexts.ts';
import type { ServerMessage } from '../../smb/build/server-message.ts';
import type { Smb1ResponseFields } from '../../smb/build/smb1-negotiate.ts';
import type { Smb2ResponseFields } from '../../smb/build/smb2-negotiate.ts';
import { negTokenInit } from '../../smb/build/spnego.ts';
import type { Smb2NegotiateRequest } from '../../smb/messages.ts';
import { COMPRESSION_ALGORITHMS } from '../algorithms.ts';
import type { ClientMessage } from '../client-message.ts';
import { LEVEL } from '../dialect-level.ts';
import type { ConnectionState, Reaction, Server, ServerFamily } from '../family.ts';
import type { Policy } from '../policy.ts';
import { type Rule, rules } from '../rule.ts';
import { keepSilent, SMB2_CAP, smb2Refusal, STATUS } from '../smb2-reply.ts';
import type { Values } from '../values.ts';
import { specification } from './specification.ts';
import { SPECIFICATION_RULES } from './specification-rules.ts';
import { WINDOWS_OPTIONS, windowsPolicy, windowsRange } from './windows-policy.ts';
import { DEFAULT_WINDOWS, windowsVersion, type WindowsVersion } from './windows-versions.ts';

const RULES = rules('windows', {
  'smb1-reset': { clause: 'MS-SMB2 3.3.5.3.2; impacket PR 749', text: 'No SMB2 string is offered, and SMB1 is not installed or switched off: the connection is reset.', certainty: 'observed' },
  'smb2-too-many': { clause: 'MS-SMB2 3.3.5.4, note on Windows', text: 'More than 64 dialects: STATUS_INVALID_PARAMETER.', certainty: 'specification' },
  'smb2-reserved': { clause: 'MS-SMB2 3.3.5.4, note on Windows 8.1 and later', text: 'The Reserved field is not 0: STATUS_NOT_SUPPORTED.', certainty: 'specification' },
  'smb2-silent': { clause: 'smbprotocol issue 4', text: 'Windows up to Server 2003 knows no SMB2: no answer, and the client waits.', certainty: 'observed', deviatesFrom: { clause: 'MS-CIFS 3.3.5.2', text: 'A message that is no SMB ends the connection.' } },
});

/** Windows does what its specification says: the rules are those, under its name. */
const OWN: ReadonlyMap<Rule, Rule> = new Map(Object.values(SPECIFICATION_RULES).map((rule) => [rule, { ...rule, id: rule.id.replace('specification-', 'windows-') }]));
const MOST_DIALECTS = 64;
const SMALL_SIZE = 65_536;
/** Since when its service runs, in 100 ns. */
const A_DAY = 864_000_000_000n;
const EXTENDED_SECURITY = 0x8000_0000;
const NOTHING = new Uint8Array(0);
const BLOBS = { empty: NOTHING, ntlmssp: negTokenInit({ mechTypes: ['NTLMSSP'] }), negoex: negTokenInit({ mechTypes: ['NEGOEX', 'NTLMSSP'] }) } as const;

/** A Windows server in a workgroup: the specification's author, and what its notes and captures add. */
export const windows: ServerFamily = {
  name: 'windows',
  title: 'Windows server service',
  options: WINDOWS_OPTIONS,
  dialects: [],
  range: (policy) => windowsRange(policy, windowsVersion(policy.version ?? DEFAULT_WINDOWS)),
  server: (policy: Policy): Server => {
    const version = windowsVersion(policy.version ?? DEFAULT_WINDOWS);
    windowsRange(policy, version);
    const specified = specification.server(windowsPolicy(policy, version));
    return (message, connection, values) => answer(version, specified, message, connection, values);
  },
};

function answer(version: WindowsVersion, specified: Server, message: ClientMessage, connection: ConnectionState, values: Values): Reaction | null {
  const [request] = message.decoded;
  if (version.greatest < LEVEL.smb202 && (request?.kind ?? '').startsWith('smb2')) return keepSilent(RULES['smb2-silent']);
  const refused = request?.kind === 'smb2-negotiate-request' ? refusal(version, request) : null;
  const reaction = refused ?? specified(message, connection, withGuid(values));
  if (reaction === null) return null;
  if (reaction.rule === SPECIFICATION_RULES['smb1-not-implemented']) return { ...reaction, after: 'reset', rule: RULES['smb1-reset'] };
  const { reply } = reaction;
  return { ...reaction, rule: OWN.get(reaction.rule) ?? reaction.rule, reply: reply === null ? null : asWindows(version, reply, request?.kind === 'smb2-negotiate-request' ? request : null, connection, values) };
}

/** Drawn anew at each start of the service; this one shows itself as invented. [MS-SMB2] 3.3.3 */
const SERVICE_GUID = Uint8Array.of(0x5e, 0x7e, 0xd0, 0x11, 0x5e, 0x7e, 0x11, 0xed, 0xa5, 0x5e, 0x7e, 0x5e, 0x7e, 0x5e, 0x7e, 0x11);

function withGuid(values: Values): Values {
  return values.serverGuid === null ? { ...values, serverGuid: SERVICE_GUID } : values;
}

function refusal(version: WindowsVersion, { header, dialectCount, reserved }: Smb2NegotiateRequest): Reaction | null {
  if (dialectCount > MOST_DIALECTS) return smb2Refusal(header, STATUS.invalidParameter, RULES['smb2-too-many']);
  return reserved !== 0 && version.greatest >= LEVEL.smb302 ? smb2Refusal(header, STATUS.notSupported, RULES['smb2-reserved']) : null;
}

function asWindows(version: WindowsVersion, reply: ServerMessage, request: Smb2NegotiateRequest | null, connection: ConnectionState, values: Values): ServerMessage {
  if (reply.kind === 'smb2-negotiate-response') return asWindowsSmb2(version, reply, request, connection, values);
  return reply.kind === 'smb1-negotiate-response' ? asWindowsSmb1(version, reply) : reply;
}

function asWindowsSmb2(version: WindowsVersion, reply: Smb2ResponseFields, request: Smb2NegotiateRequest | null, connection: ConnectionState, values: Values): Smb2ResponseFields {
  const { dialectRevision: code } = reply;
  const large = connection.transport === 'direct-tcp' && code >= 0x0210;
  const size = large ? version.maxSize : SMALL_SIZE;
  const asked = code >= 0x0300 ? request?.capabilities ?? 0 : 0;
  const capabilities = SMB2_CAP.dfs
    | (code >= 0x0210 ? SMB2_CAP.leasing : 0) | (large ? SMB2_CAP.largeMtu : 0)
    | (asked & (SMB2_CAP.multiChannel | SMB2_CAP.directoryLeasing))
    | (reply.capabilities & SMB2_CAP.encryption)
    | (version.notifications && code === 0x0311 ? asked & SMB2_CAP.notifications : 0);
  return {
    ...reply, capabilities, maxTransactSize: size, maxReadSize: size, maxWriteSize: size, securityBlob: BLOBS[version.blob],
    serverStartTime: version.tellsStart ? values.time - A_DAY : 0n,
    contexts: (reply.contexts ?? []).flatMap((context) => asWindowsContext(version, context)),
  };
}

function asWindowsContext(version: WindowsVersion, context: ContextFields): ContextFields[] {
  if (context.name === 'SIGNING') return version.signingAlgorithms === null ? [] : [context];
  if (context.name !== 'COMPRESSION') return [context];
  if (version.firstCompressionOnly) return [{ ...context, flags: 0, algorithms: context.algorithms.slice(0, 1) }];
  // Observed: its own order, where the specification's is the client's.
  const own = version.compression.map((name) => COMPRESSION_ALGORITHMS[name]);
  return [{ ...context, algorithms: context.algorithms.toSorted((left, right) => own.indexOf(left) - own.indexOf(right)) }];
}

function asWindowsSmb1(version: WindowsVersion, reply: Smb1ResponseFields): Smb1ResponseFields {
  const { words } = reply;
  if (words === null || words.form === 'index' || words.form === 'index-as-data') return reply;
  const shared = { maxBufferSize: version.smb1Buffer, maxMpxCount: version.smb1Mpx, sessionKey: 0 };
  if (words.form === 'lanman') return { ...reply, words: { ...words, ...shared } };
  const extended = !('challenge' in words.data);
  const capabilities = (version.smb1Capabilities | (extended ? EXTENDED_SECURITY : 0)) >>> 0;
  const data = 'challenge' in words.data ? words.data : { ...words.data, securityBlob: BLOBS[version.blob] };
  return { ...reply, words: { ...words, ...shared, capabilities, data } };
}

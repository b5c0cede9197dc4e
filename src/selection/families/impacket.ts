import { fromHex } from '../../bytes/text.ts';
import { negTokenInit } from '../../smb/build/spnego.ts';
import type { Smb1HeaderFields, Smb2HeaderFields } from '../../smb/build/header.ts';
import { SMB1_NEGOTIATE, SMB2_NEGOTIATE } from '../../smb/commands.ts';
import { u16At, u32At } from '../../smb/little-endian.ts';
import { NBSS } from '../../smb/nbss.ts';
import type { Smb1Header } from '../../smb/messages.ts';
import { readSmb1Header, SMB1_HEADER_LENGTH } from '../../smb/smb1-header.ts';
import { readSmb2Header, SMB2_HEADER_LENGTH } from '../../smb/smb2-header.ts';
import { oem } from '../../smb/wire-text.ts';
import type { ClientMessage } from '../client-message.ts';
import { LEVEL } from '../dialect-level.ts';
import type { ConnectionState, Reaction, Server, ServerFamily } from '../family.ts';
import { dialectLevel, type Policy, PolicyProblem, refuseSettings, refuseUnknownOptions } from '../policy.ts';
import { type Rule, rules } from '../rule.ts';
import { hangUp, STATUS } from '../smb2-reply.ts';
import type { Values } from '../values.ts';

const OBSERVED = { clause: 'impacket 0.10.0, smbserver.py', certainty: 'observed' } as const;
const RULES = rules('impacket', {
  'smb1-202': { ...OBSERVED, text: '"SMB 2.002" or "SMB 2.???" stands in the list, and SMB2 is supported: answered with 0x0202, never with 0x02FF.', deviatesFrom: { clause: 'MS-SMB2 3.3.5.3.1', text: '"SMB 2.???" is answered with 0x02FF.' } },
  'smb1-nt': { ...OBSERVED, text: '"NT LM 0.12" as it stands: its first index.' },
  'smb1-none': {
    ...OBSERVED, text: '"NT LM 0.12" is not in the list: WordCount 0 and 0xFFFF as data; the connection stays open.',
    deviatesFrom: { clause: 'MS-CIFS 2.2.4.52.2', text: 'WordCount 1 and the index 0xFFFF.' },
  },
  'smb1-first': { ...OBSERVED, text: 'A session setup before the negotiation succeeds; any other command gets STATUS_ACCESS_DENIED.' },
  'smb2-202': { ...OBSERVED, text: 'Every SMB2 negotiate is answered with 0x0202, whatever was offered, any number of times.', deviatesFrom: { clause: 'MS-SMB2 3.3.5.4', text: 'A dialect that the client offered, else STATUS_NOT_SUPPORTED.' } },
  'smb2-off': { ...OBSERVED, text: 'SMB2 is not supported: STATUS_NOT_SUPPORTED to every negotiate.', deviatesFrom: { clause: 'MS-SMB2 3.3.5.2', text: 'A server without SMB2 disconnects.' } },
  'smb2-first': { ...OBSERVED, text: 'A command before the negotiation: a session setup closes the connection, any other gets STATUS_ACCESS_DENIED.' },
  'session': { ...OBSERVED, text: 'A session setup: STATUS_MORE_PROCESSING_REQUIRED, whatever the MessageId is.' },
  'nbss-accepted': { ...OBSERVED, text: 'A NetBIOS session request is accepted, and its names are sent back.' },
  'unreadable': { ...OBSERVED, text: 'A message that cannot be read closes the connection.' },
});

const PROTOCOL = { smb1: 0x424d_53ff, smb2: 0x424d_53fe } as const;
const FLAGS_REPLY = 0x80;
const SERVER_TO_REDIR = 0x1;
const EXTENDED_SECURITY = 0x0800;
const FLAGS2 = { extended: 0xc800, plain: 0xc000, none: 0 } as const;
const COMMAND = { smb1SessionSetup: 0x73, smb2SessionSetup: 1 } as const;
const ACCESS_DENIED = 0xc000_0022;
const NONE = 0xffff;
const SMALL_SIZE = 65_536;
const GUID = fromHex('41'.repeat(16));
const CHALLENGE = fromHex('1122334455667788');
const BLOB = negTokenInit({ mechTypes: ['NTLMSSP'] });
const OPTION = 'smb2support';

/** smbserver.py and what is built on its class. Observed: 0.10.0. */
export const impacket: ServerFamily = {
  name: 'impacket',
  title: 'impacket smbserver',
  options: [OPTION],
  dialects: [],
  range: (policy) => ({ min: LEVEL.nt1, max: supportsSmb2(policy) ? LEVEL.smb202 : LEVEL.nt1 }),
  server: (policy): Server => {
    refuseSettings(policy, ['minDialect', 'smb1', 'signing', 'encryption', 'ciphers', 'signingAlgorithms', 'compression'], 'impacket');
    refuseUnknownOptions(policy, [OPTION], 'impacket');
    const smb2 = supportsSmb2(policy);
    return (message, connection, values) => answer(smb2, message, connection, values);
  },
};

/** `-smb2support`, or a greatest dialect of SMB2; without either it is off. */
function supportsSmb2(policy: Policy): boolean {
  const byDialect = policy.maxDialect === undefined ? undefined : dialectLevel(policy, 'maxDialect', LEVEL.nt1) >= LEVEL.smb202;
  const text = policy.options?.[OPTION];
  if (text === undefined) return byDialect ?? false;
  if (!/^(?:yes|no|true|false|on|off|1|0)$/i.test(text)) throw new PolicyProblem('unknown-value', `options.${OPTION}`, `"${OPTION}" is yes or no, not "${text}".`);
  const byOption = /^(?:yes|true|on|1)$/i.test(text);
  if (byDialect !== undefined && byDialect !== byOption) throw new PolicyProblem('contradiction', `options.${OPTION}`, `maxDialect says ${policy.maxDialect}, "${OPTION}" says ${text}.`);
  return byOption;
}

function answer(smb2: boolean, { type, bytes }: ClientMessage, connection: ConnectionState, values: Values): Reaction | null {
  if (type === NBSS.keepalive) return null;
  if (type === NBSS.sessionRequest) return { reply: { kind: 'nbss', type: NBSS.positive, body: bytes }, after: 'open', rule: RULES['nbss-accepted'] };
  const protocol = type === NBSS.sessionMessage && bytes.length >= 4 ? u32At(bytes, 0) : 0;
  if (protocol === PROTOCOL.smb1) return answerSmb1(smb2, bytes, values);
  if (protocol === PROTOCOL.smb2) return answerSmb2(smb2, bytes, connection, values);
  return hangUp(RULES['unreadable']);
}

function answerSmb1(smb2: boolean, bytes: Uint8Array, values: Values): Reaction {
  const at = SMB1_HEADER_LENGTH + 1 + 2 * (bytes[SMB1_HEADER_LENGTH] ?? 0) + 2;
  if (at > bytes.length) return hangUp(RULES['unreadable']);
  const header = readSmb1Header(bytes);
  if (header.command !== SMB1_NEGOTIATE) {
    const status = header.command === COMMAND.smb1SessionSetup ? 0 : ACCESS_DENIED;
    return { reply: { kind: 'other', bytes: null, command: header.command, status }, after: 'open', rule: RULES['smb1-first'] };
  }
  // It cuts the list at the format bytes, so each string must end with its NUL.
  const dialects = oem(bytes.subarray(at, at + u16At(bytes, at - 2))).split('\u0002').slice(1);
  if (smb2 && (dialects.includes('SMB 2.002\0') || dialects.includes('SMB 2.???\0'))) return smb2Response({ flags: SERVER_TO_REDIR, credits: 1 }, RULES['smb1-202'], values);
  const index = dialects.indexOf('NT LM 0.12\0');
  if (index < 0) return { ...smb1Reply(header, FLAGS2.none, { form: 'index-as-data', index: NONE }), rule: RULES['smb1-none'] };
  return { ...smb1Reply(header, (header.flags2 & EXTENDED_SECURITY) === 0 ? FLAGS2.plain : FLAGS2.extended, ntWords(index, header)), dialect: 'NT LM 0.12', rule: RULES['smb1-nt'] };
}

type Smb1Reply = Extract<NonNullable<Reaction['reply']>, { kind: 'smb1-negotiate-response' }>;

function smb1Reply({ tid, pid, mid }: Smb1Header, flags2: number, words: Smb1Reply['words']): Pick<Reaction, 'reply' | 'after' | 'state'> {
  const header: Smb1HeaderFields = { flags: FLAGS_REPLY, flags2, tid, pid, mid };
  return { reply: { kind: 'smb1-negotiate-response', header, words }, after: 'open', state: { negotiated: 'smb1' } };
}

function ntWords(index: number, { flags2 }: Smb1Header): NonNullable<Smb1Reply['words']> {
  const extended = (flags2 & EXTENDED_SECURITY) !== 0;
  return {
    form: 'nt', index, securityMode: 3, maxMpxCount: 1, maxNumberVcs: 1, maxBufferSize: 64_000, maxRawSize: SMALL_SIZE, sessionKey: 0,
    capabilities: extended ? 0x8000_0074 : 0x70, systemTime: 0n, timeZoneMinutes: 0,
    data: extended ? { serverGuid: GUID, securityBlob: BLOB } : { challenge: CHALLENGE, names: [], unicode: false },
  };
}

function answerSmb2(smb2: boolean, bytes: Uint8Array, connection: ConnectionState, values: Values): Reaction {
  if (bytes.length < SMB2_HEADER_LENGTH) return hangUp(RULES['unreadable']);
  const header = readSmb2Header(bytes);
  if (header.nextCommand !== 0 && !isLinked(bytes, header.nextCommand)) return hangUp(RULES['unreadable']);
  const { messageId, processId, treeId, credits, creditCharge, command } = header;
  if (command !== SMB2_NEGOTIATE) return command === COMMAND.smb2SessionSetup ? session(smb2, connection) : other(command, ACCESS_DENIED, RULES['smb2-first']);
  if (smb2) return smb2Response({ flags: SERVER_TO_REDIR, credits: 1, messageId }, RULES['smb2-202'], values);
  return {
    reply: { kind: 'smb2-error', header: { flags: SERVER_TO_REDIR, credits, creditCharge, messageId, processId, treeId, status: STATUS.notSupported }, padding: 0xff },
    after: 'open', rule: RULES['smb2-off'],
  };
}

/** A member of a compound follows where NextCommand points. */
function isLinked(bytes: Uint8Array, next: number): boolean {
  return next + SMB2_HEADER_LENGTH <= bytes.length;
}

function session(smb2: boolean, { negotiated }: ConnectionState): Reaction {
  if (!smb2) return other(COMMAND.smb2SessionSetup, STATUS.notSupported, RULES['smb2-off']);
  return negotiated === null ? hangUp(RULES['smb2-first']) : other(COMMAND.smb2SessionSetup, STATUS.moreProcessing, RULES['session']);
}

function other(command: number, status: number, rule: Rule): Reaction {
  return { reply: { kind: 'other', bytes: null, command, status }, after: 'open', rule };
}

function smb2Response(header: Smb2HeaderFields, rule: Rule, values: Values): Reaction {
  return {
    reply: {
      kind: 'smb2-negotiate-response', header, dialectRevision: 0x0202, capabilities: 0, securityMode: 1, serverGuid: GUID,
      maxTransactSize: SMALL_SIZE, maxReadSize: SMALL_SIZE, maxWriteSize: SMALL_SIZE, systemTime: values.time, serverStartTime: values.time, securityBlob: BLOB,
    },
    after: 'open',
    rule,
    state: { negotiated: 0x0202 },
  };
}

import { u16At, u32At } from '../../smb/little-endian.ts';
import { NBSS } from '../../smb/nbss.ts';
import { SMB1_NEGOTIATE, SMB2_NEGOTIATE } from '../../smb/commands.ts';
import { readSmb2Header, SMB2_HEADER_LENGTH } from '../../smb/smb2-header.ts';
import { oem } from '../../smb/wire-text.ts';
import { fromHex } from '../../bytes/text.ts';
import type { Smb2HeaderFields } from '../../smb/build/header.ts';
import type { ClientMessage } from '../client-message.ts';
import { LEVEL } from '../dialect-level.ts';
import type { ConnectionState, Reaction, Server, ServerFamily } from '../family.ts';
import { type Policy, refuseSettings, refuseUnknownOptions } from '../policy.ts';
import { type Rule, rules } from '../rule.ts';
import { keepSilent, smb2ReplyHeader, STATUS } from '../smb2-reply.ts';
import type { Values } from '../values.ts';

const OBSERVED = { clause: 'npm @awo00/smb2 1.1.1, server', certainty: 'observed' } as const;
const RULES = rules('awo00', {
  'smb1-210': { ...OBSERVED, text: '"SMB 2.002" or "SMB 2.???" stands in the list: answered with 0x0210 at once.', deviatesFrom: { clause: 'MS-SMB2 3.3.5.3.1', text: '"SMB 2.???" is answered with 0x02FF, "SMB 2.002" with 0x0202.' } },
  'smb1-silent': { ...OBSERVED, text: 'An SMB1 message that offers no SMB2: no answer, and the connection stays open.', deviatesFrom: { clause: 'MS-SMB2 3.3.5.3.2', text: 'A server without SMB1 disconnects.' } },
  'smb2-dialect': { ...OBSERVED, text: '2.1 where the client has it, else 2.0.2; any number of times, whatever the MessageId is.' },
  'smb2-zero': { ...OBSERVED, text: 'Neither 2.1 nor 2.0.2 is offered: success, with the dialect 0x0000.', deviatesFrom: { clause: 'MS-SMB2 3.3.5.4', text: 'STATUS_NOT_SUPPORTED.' } },
  'smb2-silent': { ...OBSERVED, text: 'Fewer than two dialects, a reply, or a message that is not whole: no answer.', deviatesFrom: { clause: 'MS-SMB2 3.3.5.4', text: 'A single dialect is answered as any list is.' } },
  'session': { ...OBSERVED, text: 'A session setup behind the negotiation: STATUS_MORE_PROCESSING_REQUIRED, whatever the MessageId is.' },
  'deaf': { ...OBSERVED, text: 'Anything but a session message with an SMB header: no answer, and nothing behind it is read.' },
});

const PROTOCOL = { smb1: 0x424d_53ff, smb2: 0x424d_53fe } as const;
const SERVER_TO_REDIR = 0x1;
const SESSION_SETUP = 1;
const CREDITS = 126;
/** DFS and LARGE_MTU. */
const CAPABILITIES = 0x05;
const MEGABYTE = 1_048_576;
const AT = { smb1Words: 32, dialectCount: 66, dialects: 100 } as const;
const GUID = fromHex('2131472acefdb34b93120f8e4ced422c');
const NOTHING = new Uint8Array(0);

/** The server of the npm package @awo00/smb2: no settings. Observed: 1.1.1. */
export const awo00: ServerFamily = {
  name: 'awo00',
  title: 'npm @awo00/smb2 server',
  options: [],
  dialects: [],
  range: () => ({ min: LEVEL.smb202, max: LEVEL.smb210 }),
  server: (policy: Policy): Server => {
    refuseSettings(policy, ['minDialect', 'maxDialect', 'smb1', 'signing', 'encryption', 'ciphers', 'signingAlgorithms', 'compression'], 'awo00');
    refuseUnknownOptions(policy, [], 'awo00');
    return answer;
  },
};

function answer({ type, bytes }: ClientMessage, connection: ConnectionState, values: Values): Reaction {
  const protocol = bytes.length < 8 ? 0 : u32At(bytes, 0);
  if (connection.deaf || type !== NBSS.sessionMessage) return { ...keepSilent(RULES['deaf']), state: { deaf: true } };
  if (protocol === PROTOCOL.smb1) return answerSmb1(bytes, values);
  if (protocol === PROTOCOL.smb2) return answerSmb2(bytes, connection, values);
  return { ...keepSilent(RULES['deaf']), state: { deaf: true } };
}

function answerSmb1(bytes: Uint8Array, values: Values): Reaction {
  const at = AT.smb1Words + 3;
  const end = at + u16At(bytes, at - 2);
  if (bytes[4] !== SMB1_NEGOTIATE || bytes.length < at || bytes.length < end) return keepSilent(RULES['smb1-silent']);
  // It cuts the list at the format bytes and does not miss a NUL at the end.
  const dialects = oem(bytes.subarray(at, end)).split('\u0002').map((dialect) => dialect.replace(/\0.*$/s, ''));
  if (!dialects.includes('SMB 2.002') && !dialects.includes('SMB 2.???')) return keepSilent(RULES['smb1-silent']);
  return response({ flags: SERVER_TO_REDIR, credits: CREDITS }, 0x0210, RULES['smb1-210'], values);
}

function answerSmb2(bytes: Uint8Array, connection: ConnectionState, values: Values): Reaction {
  if (bytes.length < SMB2_HEADER_LENGTH) return keepSilent(RULES['smb2-silent']);
  const header = readSmb2Header(bytes);
  if (header.command === SESSION_SETUP && connection.negotiated !== null) {
    return { reply: { kind: 'other', bytes: null, command: SESSION_SETUP, status: STATUS.moreProcessing }, after: 'open', rule: RULES['session'] };
  }
  const count = Math.min(u16At(bytes, AT.dialectCount), (bytes.length - AT.dialects) >> 1);
  if (header.command !== SMB2_NEGOTIATE || (header.flags & SERVER_TO_REDIR) !== 0 || count < 2) return keepSilent(RULES['smb2-silent']);
  const dialects = Array.from({ length: count }, (_, index) => u16At(bytes, AT.dialects + 2 * index));
  const dialect = dialects.includes(0x0210) ? 0x0210 : dialects.includes(0x0202) ? 0x0202 : 0;
  const reply = { ...smb2ReplyHeader(header), creditCharge: 0, credits: CREDITS };
  return response(reply, dialect, RULES[dialect === 0 ? 'smb2-zero' : 'smb2-dialect'], values);
}

function response(header: Smb2HeaderFields, dialectRevision: number, rule: Rule, values: Values): Reaction {
  return {
    reply: {
      kind: 'smb2-negotiate-response', header, dialectRevision, capabilities: CAPABILITIES, securityMode: 0, serverGuid: values.serverGuid ?? GUID,
      maxTransactSize: MEGABYTE, maxReadSize: MEGABYTE, maxWriteSize: MEGABYTE, systemTime: values.time, serverStartTime: values.time, securityBlob: NOTHING,
    },
    after: 'open',
    rule,
    state: { negotiated: dialectRevision },
  };
}

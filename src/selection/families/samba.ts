import { NBSS } from '../../smb/nbss.ts';
import { u32At } from '../../smb/little-endian.ts';
import type { ClientMessage } from '../client-message.ts';
import { LEVEL } from '../dialect-level.ts';
import type { ConnectionState, Reaction, ServerFamily } from '../family.ts';
import { hangUp } from '../smb2-reply.ts';
import type { Values } from '../values.ts';
import { SAMBA_DIALECTS, SAMBA_OPTIONS, sambaRange } from './samba-policy.ts';
import { sambaServer, type SambaServer } from './samba-server.ts';
import { answerSmb1 } from './samba-smb1.ts';
import { answerSmb2 } from './samba-smb2.ts';

const PROTOCOL = { smb1: 0x424d_53ff, smb2: 0x424d_53fe } as const;
const NOTHING = new Uint8Array(0);

/** smbd. Observed: 4.17.12 under 188 policies; other releases inherit its rules. */
export const samba: ServerFamily = {
  name: 'samba',
  title: 'Samba smbd',
  options: SAMBA_OPTIONS,
  dialects: SAMBA_DIALECTS,
  range: sambaRange,
  server: (policy) => {
    const server = sambaServer(policy);
    return (message, connection, values) => answer(server, message, connection, values);
  },
};

function answer(server: SambaServer, { type, bytes }: ClientMessage, connection: ConnectionState, values: Values): Reaction | null {
  if (type !== NBSS.sessionMessage) return answerNbss(server, type);
  switch (bytes.length < 4 ? 0 : u32At(bytes, 0)) {
    case PROTOCOL.smb1: return answerSmb1(server, bytes, connection, values);
    case PROTOCOL.smb2: return answerSmb2(server, bytes, connection, values);
    default: return hangUp(server.rules['no-smb']);
  }
}

function answerNbss({ policy, rules }: SambaServer, type: number): Reaction | null {
  if (type === NBSS.sessionRequest) return { reply: { kind: 'nbss', type: NBSS.positive, body: NOTHING }, after: 'open', rule: rules['nbss-accepted'] };
  if (policy.min >= LEVEL.smb202) return hangUp(rules['nbss-closed']);
  if (type === NBSS.keepalive) return null;
  return { reply: { kind: 'other', bytes: NOTHING }, after: 'closed', rule: rules['nbss-echo'] };
}

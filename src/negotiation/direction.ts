import type { Side } from '../stream/tcp-connection.ts';
import type { Exchange } from './exchange.ts';
import type { Heard } from './heard.ts';
import type { RecordedConnection } from './recorded.ts';
import { isRequest, isResponse } from './rounds.ts';

/** Which side is the client, and how that is known: handshake, NBSS session request, negotiate, port; in this order of trust. */
export function clientSide(
  connection: RecordedConnection, heard: readonly Heard[], isHinted: (port: number) => boolean,
): { side: Side; by: Exchange['directionBy'] } {
  if (connection.syn !== null && !connection.simultaneous) return { side: connection.syn.side, by: 'syn' };
  if (connection.synAck !== null && !connection.simultaneous) return { side: other(connection.synAck.side), by: 'syn-ack' };
  for (const one of heard) {
    if (one.message.kind === 'nbss-session-request') return { side: one.side, by: 'nbss' };
    if (one.message.kind === 'nbss-positive-response' || one.message.kind === 'nbss-negative-response') return { side: other(one.side), by: 'nbss' };
  }
  for (const one of heard) {
    if (isRequest(one)) return { side: one.side, by: 'negotiate' };
    if (isResponse(one)) return { side: other(one.side), by: 'negotiate' };
    const { message } = one;
    if (message.kind === 'smb1-command' || message.kind === 'smb2-command') {
      return { side: message.response ? other(one.side) : one.side, by: 'negotiate' };
    }
  }
  const [first, second] = connection.ports;
  if (isHinted(first) !== isHinted(second)) return { side: isHinted(first) ? 1 : 0, by: 'port' };
  return { side: first < second ? 1 : 0, by: 'port' };
}

function other(side: Side): Side {
  return side === 0 ? 1 : 0;
}

import type { Fault } from '../bytes/fault.ts';
import type { MalformedMessage } from './messages.ts';

/** A refused read as a message of the report. */
export function malformed(as: MalformedMessage['as'], fault: Fault): MalformedMessage {
  return { kind: 'malformed', as, field: fault.field, offset: fault.offset, reason: fault.code };
}

import { decodeSmb } from '../smb/decode.ts';
import type { SmbMessage } from '../smb/messages.ts';
import { NBSS } from '../smb/nbss.ts';

/** One whole transport message that a server received. */
export class ClientMessage {
  /** First byte of the prefix: 0 session message, 0x81 … 0x85 NetBIOS session control, anything in odd streams. */
  readonly type: number;
  /** Behind the 4-byte prefix. Servers have tolerances of their own, so they may read the bytes themselves. */
  readonly bytes: Uint8Array;
  #decoded: readonly SmbMessage[] | null = null;

  constructor(type: number, bytes: Uint8Array) {
    this.type = type;
    this.bytes = bytes;
  }

  /** As the specification reads it; empty for NetBIOS session control. */
  get decoded(): readonly SmbMessage[] {
    this.#decoded ??= this.type === NBSS.sessionMessage ? decodeSmb(this.bytes, this.bytes.length) : [];
    return this.#decoded;
  }
}

/** Cuts what a client wrote into messages. Incomplete ones stay in `rest` until more comes. */
export function cutMessages(stream: Uint8Array): { readonly messages: readonly ClientMessage[]; readonly rest: Uint8Array } {
  const messages: ClientMessage[] = [];
  let at = 0;
  while (at + 4 <= stream.length) {
    const length = ((stream[at + 1] ?? 0) << 16) | ((stream[at + 2] ?? 0) << 8) | (stream[at + 3] ?? 0);
    if (at + 4 + length > stream.length) break;
    messages.push(new ClientMessage(stream[at] ?? 0, stream.subarray(at + 4, at + 4 + length)));
    at += 4 + length;
  }
  return { messages, rest: stream.subarray(at) };
}

import { decodeSmb } from '../smb/decode.ts';
import type { Framed } from '../smb/framing.ts';
import type { MessageForm } from '../smb/message-forms.ts';
import type { Message } from '../smb/messages.ts';
import { decodeNbss } from '../smb/nbss.ts';
import type { Origin } from '../stream/half.ts';
import type { Side } from '../stream/tcp-connection.ts';

/** A message of one side; who is the client is known only at the end. Decoded when somebody looks inside. */
export class Heard {
  readonly side: Side;
  readonly packet: number;
  readonly origin: Origin;
  readonly cut: boolean;
  /** Arrival order over both sides. */
  readonly order: number;
  /** What it is in all but its random values, where that is known. */
  readonly form: MessageForm | null;
  readonly #type: number;
  readonly #bytes: Uint8Array;
  readonly #declaredLength: number;
  #message: Message | null;

  /** @param message the decoded message; null where `form` tells what it is and `framed` keeps its bytes. */
  constructor(side: Side, framed: Framed, order: number, form: MessageForm | null, message: Message | null) {
    this.side = side;
    this.packet = framed.origin.number;
    this.origin = framed.origin;
    this.cut = framed.cut;
    this.order = order;
    this.form = form;
    this.#type = framed.type;
    this.#bytes = framed.bytes;
    this.#declaredLength = framed.declaredLength;
    this.#message = message;
  }

  get message(): Message {
    return (this.#message ??= this.#decode());
  }

  /** The transport message behind its prefix, as far as it was captured; of a command without form nothing that lasts. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** SystemTime of an SMB2 answer, 100 ns since 1601; null where the message has none. */
  get systemTime(): bigint | null {
    const at = this.form?.systemTimeAt ?? -1;
    return at < 0 ? null : new DataView(this.#bytes.buffer, this.#bytes.byteOffset).getBigUint64(at, true);
  }

  /** The same message, whose sender left it unfinished: nothing of it was cut by the capture. */
  uncut(): Heard {
    return new Heard(this.side, { type: this.#type, bytes: this.#bytes, declaredLength: this.#declaredLength, origin: this.origin, cut: false }, this.order, this.form, this.#message);
  }

  /** The same message in another packet, with bytes of its own. */
  at(origin: Origin): Heard {
    return new Heard(this.side, { type: this.#type, bytes: this.#bytes.slice(), declaredLength: this.#declaredLength, origin, cut: this.cut }, this.order, this.form, null);
  }

  #decode(): Message {
    return this.#type === 0 ? decodeSmb(this.#bytes, this.#declaredLength)[0]! : decodeNbss(this.#type, this.#bytes, this.#declaredLength);
  }
}

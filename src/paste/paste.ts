/** Which side sent something; told by a paste only where it names ports or sides. */
export type Sender = 'client' | 'server';

/** Forms that are read, named after the tool whose output has this shape. */
export const PASTE_FORMS = [
  'plain-hex', 'hex-dump', 'wireshark-dump', 'wireshark-follow', 'tcpdump', 'xxd', 'hexdump-canonical', 'hexdump-words', 'od', 'format-hex',
  'number-list', 'escaped-string', 'base64', 'yaml', 'json',
] as const;
export type PasteForm = (typeof PASTE_FORMS)[number];

/** Bytes that stand together: a message, several, or a packet with its headers. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly direction: Sender | null;
  /** Line on which they begin, from 1. */
  readonly line: number;
}

/** Lines that gave no bytes. */
export interface Ignored {
  /** First of them, from 1. */
  readonly line: number;
  /** How many, one after the other. */
  readonly lines: number;
  readonly reason: string;
}

export interface Paste {
  readonly form: PasteForm;
  readonly chunks: readonly Chunk[];
  readonly ignored: readonly Ignored[];
  /** Sentences about what may have been meant otherwise. Never contain pasted text. */
  readonly warnings: readonly string[];
}

export type PasteFaultCode = 'bad-hex' | 'unrecognised' | 'too-large';

/** Why a text gives no bytes, and where. A value, not an Error. */
export class PasteFault {
  readonly code: PasteFaultCode;
  /** A sentence. Never contains pasted text. */
  readonly message: string;
  /** UTF-16 units before it. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  readonly column: number;

  constructor(code: PasteFaultCode, message: string, place: Place = { offset: 0, line: 1, column: 1 }) {
    this.code = code;
    this.message = message;
    this.offset = place.offset;
    this.line = place.line;
    this.column = place.column;
  }
}

export interface Place {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

export type IntakeProblemCode = 'unsupported-encoding' | 'decompression-limit' | 'damaged-compression';

const STATUS: Readonly<Record<IntakeProblemCode, number>> = {
  'unsupported-encoding': 415,
  'decompression-limit': 413,
  'damaged-compression': 422,
};

/** Why the bytes of an upload cannot be unpacked (further). What was unpacked before stays good. */
export class IntakeProblem extends Error {
  readonly code: IntakeProblemCode;
  /** The HTTP status where nothing could be read before. */
  readonly status: number;
  /** Offset in the compressed bytes before which everything was unpacked. */
  readonly offset: number | undefined;

  constructor(code: IntakeProblemCode, message: string, offset?: number) {
    super(message);
    this.name = 'IntakeProblem';
    this.code = code;
    this.status = STATUS[code];
    this.offset = offset;
  }
}

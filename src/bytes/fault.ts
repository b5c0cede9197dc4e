/** Why reading stopped, and where. A value, not an Error: it has no stack, and it ends up in the report. */
export type ReadFaultCode = 'truncated' | 'out-of-bounds' | 'unexpected-value' | 'limit';

export class Fault {
  readonly code: ReadFaultCode;
  /** Byte offset inside the bytes that were being read. */
  readonly offset: number;
  /** The specification's name of the field. */
  readonly field: string;

  constructor(code: ReadFaultCode, offset: number, field: string) {
    this.code = code;
    this.offset = offset;
    this.field = field;
  }
}

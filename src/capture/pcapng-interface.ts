import { TimestampUnit } from './timestamp.ts';

/** One Interface Description Block. draft-ietf-opsawg-pcapng 4.2 */
export interface CaptureInterface {
  readonly linkType: number;
  /** 0: no limit. */
  readonly snaplen: number;
  readonly unit: TimestampUnit;
  /** An option claims more bytes than its block has; it and what follows it was not read. */
  readonly optionsDamaged: boolean;
}

/** Offsets count from the first byte of the block. */
const AT = { linkType: 8, snaplen: 12, options: 16 } as const;
const TRAILER = 4;
const OPTION = { end: 0, tsresol: 9, tsoffset: 14 } as const;
const MICROSECONDS = 6;

/** Reads the block [at, at + length), whose length has been checked (at least 20). */
export function readInterface(view: DataView, at: number, length: number, little: boolean): CaptureInterface {
  const end = at + length - TRAILER;
  let resolution = MICROSECONDS;
  let offset = 0;
  let optionsDamaged = false;
  let next = at + AT.options;
  while (end - next >= 4) {
    const code = view.getUint16(next, little);
    const size = view.getUint16(next + 2, little);
    const value = next + 4;
    if (code === OPTION.end) break;
    optionsDamaged = size > end - value;
    if (optionsDamaged) break;
    if (code === OPTION.tsresol && size >= 1) resolution = view.getUint8(value);
    if (code === OPTION.tsoffset && size >= 8) offset = Number(view.getBigInt64(value, little));
    next = value + size + (-size & 3);
  }
  return {
    linkType: view.getUint16(at + AT.linkType, little),
    snaplen: view.getUint32(at + AT.snaplen, little),
    unit: new TimestampUnit(resolution, offset),
    optionsDamaged,
  };
}

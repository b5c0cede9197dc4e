import { FaultLog } from '../../src/bytes/fault-log.ts';
import type { Frame } from '../../src/capture/frame.ts';
import { RecordReader } from '../../src/capture/record-reader.ts';
import { DEFAULT_LIMITS, type Limits } from '../../src/limits.ts';

/** What a sink saw of a frame, copied. */
export interface SeenFrame {
  number: number;
  time: string | undefined;
  captured: string;
  originalLength: number;
  linkType: number;
  offset: number;
}

export function seen(frame: Frame): SeenFrame {
  return {
    number: frame.number,
    time: frame.timed ? `${frame.seconds}.${String(frame.nanos).padStart(9, '0')}` : undefined,
    captured: Buffer.from(frame.bytes.subarray(frame.start, frame.end)).toString('hex'),
    originalLength: frame.originalLength,
    linkType: frame.linkType,
    offset: frame.offset,
  };
}

/** Reads pieces, each given as its chunks. */
export function readCapture(pieces: Uint8Array[][], limits: Partial<Limits> = {}) {
  const frames: SeenFrame[] = [];
  const faults = new FaultLog(100);
  const reader = new RecordReader({ frame: (frame) => frames.push(seen(frame)) }, faults, { ...DEFAULT_LIMITS, ...limits });
  pieces.forEach((chunks, index) => {
    if (index > 0) reader.nextFile();
    for (const chunk of chunks) reader.write(chunk);
  });
  reader.end();
  const { status, refusal, packets, bytes, files, formats, timeDigits } = reader;
  return { frames, faults: faults.kept, status, refusal, packets, bytes, files, formats, timeDigits, linkTypes: [...reader.linkTypes] };
}

export function read(bytes: Uint8Array, limits: Partial<Limits> = {}) {
  return readCapture([[bytes]], limits);
}

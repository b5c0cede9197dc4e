import { existsSync, readFileSync } from 'node:fs';

export interface Vector { readonly name: string; readonly kind: 'stream' | 'udp_payload' | 'ethernet_frame'; readonly hex: string; readonly port?: number }

const FILE = new URL('../../../../shared/protocol/vectors.json', import.meta.url);
export const vectorsPresent = existsSync(FILE);
export const vectors: readonly Vector[] = vectorsPresent ? (JSON.parse(readFileSync(FILE, 'utf8')) as Vector[]) : [];

const FRAME_HEADERS = 54;

/** The vector's bytes from its 4-byte prefix on; none where it carries no TCP payload. */
export function streamOf({ kind, hex }: Vector): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
  return kind === 'ethernet_frame' ? bytes.subarray(FRAME_HEADERS) : bytes;
}

import { createReadStream } from 'node:fs';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';

/** What undoing the compression takes with nothing else, Node's start not counted: decompress-alone.js gzip|zstd FILE. The decoders that Node and npm have. */
const [kind = '', file = ''] = process.argv.slice(2);
const CHUNK = 256 * 1024;
const source = createReadStream(file, { highWaterMark: CHUNK });
let bytes = 0;
const began = performance.now();

/** Newer Nodes have their own zstd. */
const ownZstd = (zlib as { createZstdDecompress?: (options: { chunkSize: number }) => NodeJS.ReadWriteStream }).createZstdDecompress;

if (kind === 'gzip') await count(source.pipe(zlib.createGunzip({ chunkSize: CHUNK })));
else if (ownZstd !== undefined) await count(source.pipe(ownZstd({ chunkSize: CHUNK })));
else {
  const decoder = new Decompress((chunk) => { bytes += chunk.length; });
  for await (const chunk of source) decoder.push(chunk as Uint8Array);
  decoder.push(new Uint8Array(0), true);
}
process.stdout.write(`${JSON.stringify({ bytes, seconds: (performance.now() - began) / 1000 })}\n`);

async function count(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const chunk of chunks) bytes += (chunk as Uint8Array).length;
}

import { writeFileSync } from 'node:fs';
import { makeLoad } from './make-load.ts';

/** A load from its own process: generate.js NAME SIZE TEMPLATES OUT TRUTH [CONNECTIONS] */
const [name = '', size = '', templates = '', out = '', truthOut = '', connectionsOut] = process.argv.slice(2);
const truth = makeLoad({ name, size: Number(size), templates, out, ...(connectionsOut === undefined ? {} : { connectionsOut }) });
writeFileSync(truthOut, `${JSON.stringify(truth, null, 2)}\n`);

/** `npm run measure:aws`: seconds and bytes a second of real analyses behind a real deployment, or any service with the asynchronous API. */
import { createReadStream, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';

const USAGE = `npm run measure:aws -- --url URL [--key KEY] --files FILE,FILE…

Uploads each file, waits for its report, and prints what each step took. Everything that was uploaded is deleted again.
`;

interface Upload { readonly id: string; readonly upload: { readonly url: string; readonly headers: Readonly<Record<string, string>> }; readonly analysis: string }

const { values } = parseArgs({ options: { url: { type: 'string' }, key: { type: 'string' }, files: { type: 'string' }, help: { type: 'boolean' } } });
if (values.help === true || values.url === undefined || values.files === undefined) {
  process.stdout.write(USAGE);
  process.exit(values.help === true ? 0 : 2);
}
const base = values.url.replace(/\/$/, '');
const authorization: Record<string, string> = values.key === undefined ? {} : { authorization: `Bearer ${values.key}` };

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(new URL(path, `${base}/`), { ...init, headers: { ...authorization, ...init.headers } });
  if (response.status >= 400) throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

const POLL_MS = 250;
const MOST_POLLS = 4 * 60 * 20;

async function untilDone(analysis: string): Promise<void> {
  for (let polls = 0; polls < MOST_POLLS; polls++) {
    const response = await ask(analysis, { redirect: 'manual' });
    if (response.status === 303) return;
    const state = (await response.json()) as { status?: string; problem?: unknown };
    if (state.status === 'failed') throw new Error(`the analysis failed: ${JSON.stringify(state.problem)}`);
    // A report has no status.
    if (state.status === undefined || state.status === 'done') return;
    await new Promise((resolve) => { setTimeout(resolve, POLL_MS); });
  }
  throw new Error('no report within 20 minutes');
}

async function measure(file: string): Promise<void> {
  const { size } = statSync(file);
  const began = performance.now();
  const upload = (await (await ask('v1/uploads', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ bytes: size }) })).json()) as Upload;
  const asked = performance.now();
  const put = await fetch(upload.upload.url, {
    method: 'PUT', headers: { ...upload.upload.headers, 'content-length': String(size) }, body: Readable.toWeb(createReadStream(file)) as ReadableStream, duplex: 'half',
  } as RequestInit);
  if (!put.ok) throw new Error(`PUT: ${put.status} ${await put.text()}`);
  const sent = performance.now();
  await untilDone(upload.analysis);
  const done = performance.now();
  await ask(`v1/analyses/${upload.id}`, { method: 'DELETE' });
  const seconds = (from: number, to: number): string => ((to - from) / 1000).toFixed(2);
  console.log([file, size, seconds(began, asked), seconds(asked, sent), seconds(sent, done), Math.round(size / ((done - sent) / 1000))].join('\t'));
}

console.log(['file', 'bytes', 'URL s', 'upload s', 'arrival to report s', 'bytes a second'].join('\t'));
for (const file of values.files.split(',')) await measure(file);

/** Hours of mixed captures and mutants at full load: the same question gets the same answer to the end, and nothing grows. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = `npm run soak -- [options] [FOLDER…]

Posts every capture of the folders (this checkout's own when none is given) and mutants of them, again and again.

  --minutes N      how long (60)
  --parallel N     requests at once (4)
  --mutants N      of each capture (3)
  --port N         of the service that is started (27445)
  --largest N      bytes of a capture, larger ones are left out (8000000)

Exit code 1 when an answer differed from the first to the same bytes, or the service did not answer.
`;

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const CAPTURE = /\.(?:pcap|pcapng|cap|dmp|gz|zst|trc\d*)$/i;

interface Question { readonly name: string; readonly file: string; readonly mutant: number; readonly path: string }
interface Sample { readonly minute: number; readonly requests: number; readonly residentMiB: number; readonly files: number; readonly delayMs: number; readonly heapMiB: number }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: 'string' }, parallel: { type: 'string' }, mutants: { type: 'string' }, port: { type: 'string' }, largest: { type: 'string' }, help: { type: 'boolean' } },
});
if (values.help === true) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const minutes = Number(values.minutes ?? 60);
const parallel = Number(values.parallel ?? 4);
const port = Number(values.port ?? 27_445);

function capturesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => CAPTURE.test(path) && statSync(path).isFile() && statSync(path).size <= Number(values.largest ?? 8_000_000))
    .sort();
}

const PATHS = ['/v1/captures/analyze', '/v1/captures/analyze?detail=full', '/v1/captures/analyze?detail=summary', '/v1/captures/stream', '/v1/captures/analyze?format=text'];

function questions(): Question[] {
  const folders = positionals.length > 0 ? positionals : [join(ROOT, 'test/captures'), join(ROOT, 'bench/templates')];
  const mutants = Number(values.mutants ?? 3);
  return folders.flatMap(capturesIn).flatMap((file, at) =>
    Array.from({ length: mutants + 1 }, (_, mutant): Question => ({ name: `${file}#${mutant}`, file, mutant, path: PATHS[(at + mutant) % PATHS.length]! })));
}

/** The capture, or the same damage to it each time: some bytes changed, or its end cut off. */
function bytesOf({ file, mutant }: Question): Buffer {
  const bytes = readFileSync(file);
  if (mutant === 0) return bytes;
  let state = Buffer.from(createHash('sha256').update(`${bytes.length} ${mutant}`).digest()).readUInt32LE() | 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 0x0019_660d) + 0x3c6e_f35f) >>> 0;
    return state % Math.max(1, below);
  };
  if (mutant % 3 === 0) return bytes.subarray(0, next(bytes.length));
  for (let times = 1 + bytes.length / 500; times > 0; times--) bytes[24 + next(bytes.length - 24)] = next(256);
  return bytes;
}

function startService(): ChildProcess {
  return spawn(process.execPath, [join(ROOT, 'dist/server.js')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), API_KEYS: '', LOG_LEVEL: 'error' },
  });
}

const address = `http://127.0.0.1:${port}`;

async function untilFree(): Promise<void> {
  if (await fetch(`${address}/readyz`).then(() => true, () => false)) throw new Error(`another service listens on port ${port}`);
}

async function untilReady(): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const ready = await fetch(`${address}/readyz`).then(({ ok }) => ok, () => false);
    if (ready) return;
    await new Promise((done) => { setTimeout(done, 100); });
  }
  throw new Error(`no service on port ${port}`);
}

async function sample(pid: number, minute: number, requests: number): Promise<Sample> {
  const metrics = await (await fetch(`${address}/metrics`)).text();
  const all = (pattern: RegExp): number => [...metrics.matchAll(pattern)].reduce((sum, found) => sum + Number(found[1]), 0);
  const status = readFileSync(`/proc/${pid}/status`, 'latin1');
  return {
    minute: Math.round(minute * 10) / 10,
    requests,
    residentMiB: Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024),
    files: readdirSync(`/proc/${pid}/fd`).length,
    delayMs: Math.round(all(/^smb_verdict_event_loop_delay_p99_seconds (\S+)/gm) * 1000),
    heapMiB: Math.round(all(/^smb_verdict_heap_bytes\{[^}]*\} (\S+)/gm) / 2 ** 20),
  };
}

async function soak(service: ChildProcess): Promise<number> {
  const all = questions();
  const first = new Map<string, string>();
  let requests = 0;
  let wrong = 0;
  let stop = false;
  const began = performance.now();
  const minute = (): number => (performance.now() - began) / 60_000;
  const ask = async (question: Question): Promise<void> => {
    const response = await fetch(`${address}${question.path}`, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: new Uint8Array(bytesOf(question)) });
    // A problem names the request that it answers.
    const text = (await response.text()).replace(/"(?:instance|requestId)":"[^"]*"/g, '""');
    const answer = `${response.status} ${createHash('sha256').update(text).digest('hex')}`;
    requests++;
    if (!first.has(question.name)) first.set(question.name, answer);
    if (response.status < 500 && first.get(question.name) === answer) return;
    wrong++;
    console.error(`${question.name} ${question.path}: ${answer}, at first ${first.get(question.name) ?? ''}`);
  };
  let turn = 0;
  const workers = Array.from({ length: parallel }, async () => {
    while (!stop && minute() < minutes) await ask(all[turn++ % all.length]!);
  });
  const sampling = (async () => {
    for (;;) {
      console.log(JSON.stringify(await sample(service.pid!, minute(), requests)));
      for (let waited = 0; waited < 60 && !stop; waited++) await new Promise((done) => { setTimeout(done, 1000); });
      if (stop) return;
    }
  })();
  await Promise.all(workers).finally(() => { stop = true; });
  await sampling;
  await new Promise((done) => { setTimeout(done, 5000); });
  console.log(JSON.stringify(await sample(service.pid!, minute(), requests)));
  console.log(`${all.length} different questions, ${requests} answers, ${wrong} of them wrong`);
  return wrong === 0 && requests > all.length ? 0 : 1;
}

await untilFree();
const service = startService();
try {
  await untilReady();
  process.exitCode = await soak(service);
} finally {
  service.kill('SIGTERM');
  await once(service, 'exit');
}

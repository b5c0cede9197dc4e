import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { checkHead, type ReportedHead } from '../check/check-answers.ts';
import type { CachedLoad } from '../load/cache.ts';
import { isInstalled } from '../measure/contenders.ts';
import { runMeasured } from '../measure/run-measured.ts';
import { quantile, spreadOf, type Spread } from '../measure/statistics.ts';
import { FixedRequestConnection, type FixedRequest, latencies, requestRate } from './fixed-request.ts';
import { type Service, startService } from './service.ts';

/** Something of the service beside its yardstick: seconds for uploads, answers a second for rates. */
export interface Compared { readonly name: string; readonly unit: 'seconds' | 'requests/s'; readonly service: Spread; readonly yardstick: Spread; readonly yardstickName: string }

export interface HttpResult {
  readonly compared: readonly Compared[];
  readonly healthz: { readonly requests: number; readonly medianMs: number; readonly p99Ms: number; readonly mostMs: number };
  /** Most resident bytes of the service in all this. */
  readonly memory: number | null;
}

export interface HttpOptions {
  readonly server: string;
  readonly decompressor: string;
  readonly dist: string;
  /** The large capture, and one of some 3 kB. */
  readonly large: CachedLoad;
  readonly small: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly log: (text: string) => void;
}

const ANALYZE = '/v1/captures/analyze';
const CONNECTIONS = 8;
const PROBE_EVERY_MS = 2;
const QUESTION = '{"client":{"profile":"windows-11-24h2"},"server":{"profile":"samba-4.17"}}';

export async function measureHttp(options: HttpOptions): Promise<HttpResult> {
  const service = await startService(options.server, options.dist);
  try {
    const compared = [...await uploads(service, options), ...await compressed(service, options), ...await rates(service, options)];
    const healthz = await answering(service, options);
    return { compared, healthz, memory: service.memory() };
  } finally {
    await service.stop();
  }
}

async function uploads({ address }: Service, { large, rounds, log }: HttpOptions): Promise<Compared[]> {
  const raw = (path: string): string[] => ['curl', '-sf', '--data-binary', `@${large.file}`, address + path];
  const form = (path: string): string[] => ['curl', '-sf', '-F', `capture=@${large.file}`, address + path];
  log('HTTP: uploads');
  await checkUpload(raw(ANALYZE), large);
  await checkUpload(form(ANALYZE), large);
  return [
    await compareTimes('curl --data-binary', 'a route that only counts bytes', { service: () => seconds(raw(ANALYZE)), yardstick: () => seconds(raw('/bench/count')), rounds }),
    await compareTimes('curl -F (multipart)', 'a multipart route that only counts bytes', { service: () => seconds(form(ANALYZE)), yardstick: () => seconds(form('/bench/count-form')), rounds }),
  ];
}

/** One upload that is not timed: its answer must be right. */
async function checkUpload(upload: readonly string[], { file, truth }: CachedLoad): Promise<void> {
  const out = `${file}.answer`;
  const { exitCode } = await runMeasured(upload, { out });
  if (exitCode !== 0) throw new Error(`${upload.join(' ')}: exit code ${exitCode}`);
  const wrong = checkHead(JSON.parse(readFileSync(out, 'utf8')) as ReportedHead, truth);
  rmSync(out);
  if (wrong.length > 0) throw new Error(`WRONG ANSWERS of ${upload.join(' ')}\n${wrong.join('\n')}`);
}

async function compressed({ address }: Service, { large, decompressor, rounds, log }: HttpOptions): Promise<Compared[]> {
  const found: Compared[] = [];
  for (const { program, extension, options } of [{ program: 'gzip', extension: 'gz', options: ['-1'] }, { program: 'zstd', extension: 'zst', options: ['-1', '-q'] }]) {
    if (!isInstalled(program)) continue;
    log(`HTTP: ${program}`);
    const file = `${large.file}.${extension}`;
    if (!existsSync(file)) {
      execFileSync('bash', ['-c', `"$@" > "$OUT"`, 'bash', program, ...options, '-c', large.file], { env: { ...process.env, OUT: `${file}.part` } });
      renameSync(`${file}.part`, file);
    }
    const upload = ['curl', '-sf', '-T', file, '-X', 'POST', address + ANALYZE];
    await checkUpload(upload, large);
    const alone = (): Promise<number> => decompressAlone([decompressor, program, file], large.truth.bytes);
    found.push(await compareTimes(`curl -T of a ${program} file`, 'decompression alone', { service: () => seconds(upload), yardstick: alone, rounds }));
  }
  return found;
}

interface Timed { readonly service: () => Promise<number>; readonly yardstick: () => Promise<number>; readonly rounds: number }

async function compareTimes(name: string, yardstickName: string, { service, yardstick, rounds }: Timed): Promise<Compared> {
  const times: { service: number[]; yardstick: number[] } = { service: [], yardstick: [] };
  for (let round = 0; round < rounds; round++) {
    times.yardstick.push(await yardstick());
    times.service.push(await service());
  }
  return { name, unit: 'seconds', service: spreadOf(times.service), yardstick: spreadOf(times.yardstick), yardstickName };
}

async function decompressAlone(command: readonly string[], bytes: number): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, command);
  const told = JSON.parse(stdout) as { bytes: number; seconds: number };
  if (told.bytes !== bytes) throw new Error(`${command.join(' ')} gave ${told.bytes} bytes instead of ${bytes}`);
  return told.seconds;
}

async function seconds(command: readonly string[]): Promise<number> {
  const { wall, exitCode } = await runMeasured(command);
  if (exitCode !== 0) throw new Error(`${command.join(' ')}: exit code ${exitCode}`);
  return wall;
}

async function rates({ address }: Service, { small, rounds, seconds: time, log }: HttpOptions): Promise<Compared[]> {
  const capture = readFileSync(small);
  const unread = { yardstick: 'answers', yardstickName: 'a route that takes the same body and gives the same JSON' };
  const asked = [
    { ...unread, name: `captures/analyze, ${(capture.length / 1000).toFixed(1)} kB`, path: ANALYZE, body: capture, type: 'application/octet-stream' },
    { ...unread, name: 'negotiations/analyze', path: '/v1/negotiations/analyze', body: firstMessage(capture), type: 'application/octet-stream' },
    {
      yardstick: 'checked-answers', yardstickName: 'a route that parses and checks the same question and gives the same JSON',
      name: 'negotiations/select', path: '/v1/negotiations/select', body: Buffer.from(QUESTION), type: 'application/json',
    },
  ];
  const found: Compared[] = [];
  for (const { name, path, body, type, yardstick: route, yardstickName } of asked) {
    log(`HTTP: rate of ${name}`);
    const service: FixedRequest = { address, method: 'POST', path, headers: { 'Content-Type': type }, body };
    const key = path.replaceAll('/', '-');
    const yardstick: FixedRequest = { ...service, path: `/bench/${route}/${key}` };
    await once({ ...service, method: 'PUT', path: `/bench/answers/${key}`, body: await once(service) });
    for (const each of [yardstick, service]) await requestRate(each, { connections: CONNECTIONS, seconds: time }); // until it is compiled
    const values: { service: number[]; yardstick: number[] } = { service: [], yardstick: [] };
    for (let round = 0; round < rounds; round++) {
      values.yardstick.push(await requestRate(yardstick, { connections: CONNECTIONS, seconds: time }));
      values.service.push(await requestRate(service, { connections: CONNECTIONS, seconds: time }));
    }
    found.push({ name, unit: 'requests/s', service: spreadOf(values.service), yardstick: spreadOf(values.yardstick), yardstickName });
  }
  return found;
}

/** The client's Negotiate: the payload of the fourth packet, after the handshake. */
function firstMessage(capture: Buffer): Buffer {
  let at = 24;
  for (let packet = 1; packet < 4; packet++) at += 16 + capture.readUInt32LE(at + 8);
  const frame = capture.subarray(at + 16, at + 16 + capture.readUInt32LE(at + 8));
  return frame.subarray(frame.indexOf('SMB', 54) - 5);
}

async function once(request: FixedRequest): Promise<Buffer> {
  const connection = new FixedRequestConnection(request);
  try {
    return Buffer.from(await connection.send());
  } finally {
    connection.close();
  }
}

/** /healthz while two large captures are analysed at once. */
async function answering({ address }: Service, { large, rounds, log }: HttpOptions): Promise<HttpResult['healthz']> {
  log('HTTP: /healthz during two analyses');
  const upload = ['curl', '-sf', '-T', large.file, '-X', 'POST', address + ANALYZE];
  const probe: FixedRequest = { address, method: 'GET', path: '/healthz' };
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(...await latencies(probe, Promise.all([seconds(upload), seconds(upload)]), PROBE_EVERY_MS));
  return { requests: times.length, medianMs: quantile(times, 0.5), p99Ms: quantile(times, 0.99), mostMs: Math.max(...times) };
}

import { availableParallelism, totalmem } from 'node:os';
import * as z from 'zod/mini'; // the whole of zod would double the command's start
import { DEFAULT_LIMITS, type Limits } from './limits.ts';

/** Everything that the environment decides, checked once at start. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly apiKeys: readonly string[];
  readonly logLevel: string;
  readonly limits: Limits;
  /** Analyses at once; those above wait, unread. */
  readonly maxAnalyses: number;
  /** Those that may wait. */
  readonly maxWaitingAnalyses: number;
  readonly analysisWaitSeconds: number;
  /** Seconds without a byte after which an upload is given up. */
  readonly uploadIdleSeconds: number;
  /** Null: not limited. */
  readonly maxUploadSeconds: number | null;
  readonly maxUploadBytes: number | null;
  readonly decompression: { readonly maxRatio: number; readonly maxNesting: number; readonly maxWindow: number };
  /** NDJSON held for a client that does not read; then reading of its upload pauses. */
  readonly maxOutboundBytes: number;
  readonly clientReadSeconds: number;
  readonly shutdownSeconds: number;
  /** Threads that analyse; 0: analyses take turns in the one that answers requests. */
  readonly maxWorkers: number;
  readonly workerHeapMegabytes: number;
  /** A worker without a sign of life for so long is replaced. */
  readonly workerStallSeconds: number;
  /** Mean delay of the event loop above which new work is refused. */
  readonly maxEventLoopDelayMs: number;
  /** Resident memory above which new work is refused. */
  readonly maxMemoryBytes: number;
}

/** A sentence for each value that cannot be used. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): z.ZodMiniType<number> {
  const sentence = `must be a whole number from ${least}${most === Number.MAX_SAFE_INTEGER ? '' : ` to ${most}`}`;
  return z.pipe(
    z.string().check(z.regex(/^\d{1,15}$/, sentence)),
    z.pipe(z.transform(Number), z.number().check(z.gte(least, sentence), z.lte(most, sentence))),
  );
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Name of the environment variable of a limit: `jsonConnections` is `MAX_JSON_CONNECTIONS`. */
export function limitVariable(limit: string): string {
  return `MAX_${limit.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** Reads the environment; throws ConfigError with a sentence for each wrong value. */
export function readConfig(environment: Environment): Config {
  const problems: string[] = [];
  const read = <T>(name: string, schema: z.ZodMiniType<T>, fallback: T): T => {
    const text = environment[name];
    if (text === undefined || text === '') return fallback;
    const result = schema.safeParse(text);
    if (result.success) return result.data;
    problems.push(`${name} ${result.error.issues[0]?.message ?? 'is wrong'}, not ${JSON.stringify(text)}.`);
    return fallback;
  };
  const config: Config = {
    host: read('HOST', z.string().check(z.regex(/^[0-9A-Za-z.:%_-]+$/, 'must be an address or a host name')), '127.0.0.1'),
    port: read('PORT', wholeNumber(0, 65_535), 3000),
    apiKeys: readKeys(environment['API_KEYS'], problems),
    logLevel: read('LOG_LEVEL', z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`), 'info'),
    limits: readLimits(read),
    maxAnalyses: read('MAX_ANALYSES', wholeNumber(1, 1024), 4),
    maxWaitingAnalyses: read('MAX_WAITING_ANALYSES', wholeNumber(0, 100_000), 256),
    analysisWaitSeconds: read('ANALYSIS_WAIT_SECONDS', wholeNumber(0, 3600), 30),
    uploadIdleSeconds: read('UPLOAD_IDLE_SECONDS', wholeNumber(1, 86_400), 60),
    maxUploadSeconds: read<number | null>('MAX_UPLOAD_SECONDS', wholeNumber(1, MOST_SECONDS), null),
    maxUploadBytes: read<number | null>('MAX_UPLOAD_BYTES', wholeNumber(1), null),
    decompression: {
      // gzip and deflate cannot exceed 1032; zstd can, and only bombs do
      maxRatio: read('MAX_DECOMPRESSION_RATIO', wholeNumber(1, 1_000_000), 1100),
      maxNesting: read('MAX_DECOMPRESSION_NESTING', wholeNumber(0, 16), 2),
      maxWindow: read('MAX_DECOMPRESSION_WINDOW', wholeNumber(1024, 2 ** 31), 128 * 1024 * 1024),
    },
    maxOutboundBytes: read('MAX_OUTBOUND_BYTES', wholeNumber(1), 16 * 1024 * 1024),
    clientReadSeconds: read('CLIENT_READ_SECONDS', wholeNumber(1, 86_400), 60),
    shutdownSeconds: read('SHUTDOWN_SECONDS', wholeNumber(0, 86_400), 30),
    maxWorkers: read('MAX_WORKERS', wholeNumber(0, 1024), availableParallelism()),
    workerHeapMegabytes: read('WORKER_HEAP_MEGABYTES', wholeNumber(32, 1_000_000), 1024),
    workerStallSeconds: read('WORKER_STALL_SECONDS', wholeNumber(2, 86_400), 60),
    maxEventLoopDelayMs: read('MAX_EVENT_LOOP_DELAY_MS', wholeNumber(1), 500),
    maxMemoryBytes: read('MAX_MEMORY_BYTES', wholeNumber(1), Math.floor(memoryBytes() * MOST_OF_MEMORY)),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** Timers cannot wait longer. */
const MOST_SECONDS = Math.floor((2 ** 31 - 1) / 1000);
/** The rest is for what runs already. */
const MOST_OF_MEMORY = 0.75;

/** What the machine has, or the container allows. */
function memoryBytes(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 && allowed < totalmem() ? allowed : totalmem();
}

/** Shorter keys can be guessed. */
const KEY_LENGTH = 8;

function readKeys(text: string | undefined, problems: string[]): string[] {
  if (text === undefined || text.trim() === '') return [];
  const keys = text.split(',').map((key) => key.trim()).filter((key) => key !== '');
  if (keys.length === 0) problems.push('API_KEYS must hold one key or several with commas between.');
  // The keys themselves are not repeated: this ends in logs.
  if (keys.some((key) => key.length < KEY_LENGTH)) problems.push(`API_KEYS: each key must have at least ${KEY_LENGTH} characters.`);
  return keys;
}

function readLimits(read: (name: string, schema: z.ZodMiniType<number>, fallback: number) => number): Limits {
  const entries = Object.entries(DEFAULT_LIMITS).map(([name, value]) => [name, read(limitVariable(name), wholeNumber(1, 2 ** 31), value)]);
  return Object.fromEntries(entries) as Limits; // the same names, each a number
}

/** Without keys only this machine may ask, unless somebody says that it is meant. */
export function checkExposure(config: Config, noAuth: boolean): void {
  if (noAuth || config.apiKeys.length > 0 || isLoopback(config.host)) return;
  throw new ConfigError([`HOST is ${config.host}, which other machines can reach, and API_KEYS is not set. Set API_KEYS, or start with --no-auth if everybody may ask.`]);
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

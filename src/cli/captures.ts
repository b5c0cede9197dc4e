import { randomInt } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { Analyser } from '../analyser.ts';
import { type Config, readConfig } from '../config.ts';
import { Feeder, refusalProblem } from '../http/feed.ts';
import type { CaptureAnalyser, JudgedConnection } from '../report/analysis.ts';
import { PRODUCT, PRODUCT_VERSION } from '../report/product.ts';
import { renderJson } from '../report/render-json.ts';
import { ConnectionLines, summaryLine } from '../report/render-ndjson.ts';
import { renderText } from '../report/render-text.ts';
import { type CollectedReport, readConnections, ReportCollector } from '../report/report-collector.ts';
import { DETAILS, type Detail } from '../report/detail.ts';
import type { ReportHead } from '../report/schema.ts';
import { reasonOf } from './failure.ts';
import { EXIT, readArguments, UsageError, write } from './terminal.ts';

const USAGE = `smb-verdict ${PRODUCT_VERSION}: is SMB1 really in use, and what should I do about it?

usage: smb-verdict [options] FILE… | -
       smb-verdict select …   what a server would answer to a client
       smb-verdict decode …   pasted messages, field by field
       (each has --help; a file of that name is ./select, ./decode)

  FILE          pcap or pcapng, plain, gzip or zstd; - reads from a pipe (tcpdump -w - … | smb-verdict -)
  --pieces      the files are pieces of one capture, in order; otherwise each gets its own report
  --json        the report as JSON
  --ndjson      one line per connection, as soon as it is final, and a summary
  --detail D    ${DETAILS.join(', ')} (full; with --ndjson: verdicts)
  --colour, --no-colour, --help, --version

Exit code: 0 read wholly, 1 damaged (what could be read was judged), 2 not usable. Limits come from the environment (MAX_FLOWS …).
`;

interface Options {
  readonly files: readonly string[];
  readonly pieces: boolean;
  readonly format: 'text' | 'json' | 'ndjson';
  readonly detail: Detail;
  readonly colours: boolean;
}

function readOptions(args: string[]): Options | 'help' | 'version' {
  const { values, positionals } = readArguments({ args, options: OPTIONS, allowPositionals: true });
  if (values.help === true) return 'help';
  if (values.version === true) return 'version';
  if (positionals.length === 0) throw new UsageError('Name a capture file, or - for a pipe.');
  if (values.json === true && values.ndjson === true) throw new UsageError('--json and --ndjson exclude each other.');
  const format = values.json === true ? 'json' : values.ndjson === true ? 'ndjson' : 'text';
  const asked = values.detail ?? (format === 'ndjson' ? 'verdicts' : 'full');
  const detail = DETAILS.find((each) => each === asked);
  if (detail === undefined) throw new UsageError(`--detail is one of ${DETAILS.join(', ')}.`);
  const wanted = values.colour === true || (process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '');
  return { files: positionals, pieces: values.pieces === true, format, detail, colours: wanted && values['no-colour'] !== true };
}

const OPTIONS = {
  pieces: { type: 'boolean' }, json: { type: 'boolean' }, ndjson: { type: 'boolean' }, detail: { type: 'string' }, colour: { type: 'boolean' },
  'no-colour': { type: 'boolean' }, help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' },
} as const;

/** `smb-verdict FILE…`: captures in, reports out. */
export async function run(args: string[]): Promise<number> {
  const options = readOptions(args);
  if (options === 'help' || options === 'version') {
    await write(options === 'help' ? USAGE : `${PRODUCT_VERSION}\n`);
    return EXIT.whole;
  }
  const config = readConfig(process.env);
  if (options.pieces) return analyse(options.files, options, config);
  let worst: number = EXIT.whole;
  for (const file of options.files) {
    if (options.files.length > 1 && options.format === 'text') await write(`== ${file}\n`);
    worst = Math.max(worst, await analyse([file], options, config));
  }
  return worst;
}

/** One capture from its files to its report. */
async function analyse(files: readonly string[], options: Options, config: Config): Promise<number> {
  const { format, detail } = options;
  const lines = format === 'ndjson';
  const collector = new ReportCollector({ limits: lines ? { ...config.limits, jsonConnections: 0 } : config.limits, detail: lines ? 'summary' : detail });
  let pending = '';
  const texts = lines ? new ConnectionLines(detail, undefined) : null;
  const onConnection = (judged: JudgedConnection): void => {
    const digits = analyser.timeDigits;
    collector.add(judged, digits);
    if (texts !== null) pending += texts.lineOf(judged, digits);
  };
  const analyser: Analyser = new Analyser({ limits: config.limits, seed: randomInt(2 ** 31), onConnection });
  const flush = async (): Promise<void> => {
    const text = pending;
    pending = '';
    if (text !== '') await write(text);
  };
  const progress = new Progress(analyser);
  try {
    const afterChunk = (): Promise<void> | undefined => {
      progress.show();
      return pending === '' ? undefined : flush();
    };
    const feeder = new Feeder(analyser, { decompression: config.decompression, afterChunk });
    for (const file of files) {
      await feeder.nextPiece();
      await readInto(feeder, file);
    }
    await feeder.end();
    const analysis = analyser.end();
    progress.clear();
    if (analysis.refusal !== null) throw refusalProblem(analysis.refusal);
    await flush();
    const report = collector.finish(analysis, { product: PRODUCT, fileNames: files.map((file) => (file === '-' ? undefined : path.basename(file))) });
    await output(report, options);
    return analysis.capture.complete ? EXIT.whole : EXIT.damaged;
  } catch (error) {
    progress.clear();
    await flush();
    process.stderr.write(`smb-verdict: ${files.join(', ')}: ${reasonOf(error)}\n`);
    return EXIT.unusable;
  }
}

async function output(report: CollectedReport, { format, colours }: Options): Promise<void> {
  if (format === 'ndjson') return write(summaryLine(withoutOmitted(report.head)));
  const parts = format === 'json' ? renderJson(report) : renderText(report.head, readConnections(report), colours);
  for (const part of parts) await write(part);
}

/** All connections left as lines. */
function withoutOmitted(head: ReportHead): ReportHead {
  return { ...head, summary: { ...head.summary, connectionsOmitted: 0 } };
}

const CHUNK = 1024 * 1024;

/** Reads one file to its end. Files are read into one buffer: a fresh one for each chunk costs a third more. */
async function readInto(feeder: Feeder, file: string): Promise<void> {
  if (file === '-') {
    for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) await feeder.write(chunk);
    return;
  }
  const descriptor = openSync(file, 'r');
  try {
    if (fstatSync(descriptor).isDirectory()) throw new UsageError('is a directory');
    let buffer = new Uint8Array(CHUNK);
    for (let length = readSync(descriptor, buffer); length > 0; length = readSync(descriptor, buffer)) {
      const wait = feeder.write(buffer.subarray(0, length));
      if (wait !== undefined) await wait;
      if (feeder.pieceFailed) break;
      if (!feeder.plain) buffer = new Uint8Array(CHUNK);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Captures that take longer than a moment say how far they are. */
const FIRST_PROGRESS_MS = 1000;
const EVERY_MS = 250;

class Progress {
  readonly #analyser: CaptureAnalyser;
  #next = performance.now() + FIRST_PROGRESS_MS;
  #shown = false;

  constructor(analyser: CaptureAnalyser) {
    this.#analyser = analyser;
  }

  show(): void {
    if (!process.stderr.isTTY || performance.now() < this.#next) return;
    this.#next = performance.now() + EVERY_MS;
    this.#shown = true;
    const { bytes, packets } = this.#analyser.progress;
    process.stderr.write(`\r${(bytes / 1e6).toFixed(0)} MB, ${packets} packets\u001b[K`);
  }

  clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K');
  }
}

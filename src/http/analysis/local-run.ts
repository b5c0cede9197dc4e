import { createHash } from 'node:crypto';
import type { CaptureAnalyser, JudgedConnection } from '../../report/analysis.ts';
import { Explanations } from '../../report/foresight.ts';
import { PRODUCT } from '../../report/product.ts';
import { renderJson } from '../../report/render-json.ts';
import { ConnectionLines, summaryLine } from '../../report/render-ndjson.ts';
import { renderText } from '../../report/render-text.ts';
import { readConnections, ReportCollector } from '../../report/report-collector.ts';
import { Feeder, refusalProblem } from '../feed.ts';
import { newAnalyser } from './new-analyser.ts';
import { type AnalysisOrder, type AnalysisRun, type Ending, figuresOf, NO_FIGURES, type RunFigures, type RunOutput } from './run.ts';

/** Of this thread: what was compared in one analysis is known in the next. */
const EXPLANATIONS = new Explanations();

/** An analysis in this thread: unpacks, judges and writes the report. */
export class LocalRun implements AnalysisRun {
  readonly #order: AnalysisOrder;
  readonly #output: RunOutput;
  readonly #collector: ReportCollector;
  readonly #analyser: CaptureAnalyser;
  readonly #feeder: Feeder;
  readonly #hash;

  constructor(order: AnalysisOrder, output: RunOutput) {
    const { limits, detail, decompression, contentEncoding } = order;
    const lines = order.format === 'ndjson';
    this.#order = order;
    this.#output = output;
    this.#hash = order.digest ? createHash('sha256') : null;
    // For lines it collects hosts and counts only: the connections leave at once
    this.#collector = new ReportCollector({ limits: lines ? { ...limits, jsonConnections: 0 } : limits, detail: lines ? 'summary' : detail, explanations: EXPLANATIONS });
    this.#analyser = newAnalyser({ limits, onConnection: this.#onConnection(lines) });
    this.#feeder = new Feeder(this.#analyser, { decompression, contentEncoding, ...(lines ? { afterChunk: () => this.#afterChunk() } : {}) });
  }

  /** Of the chunks written so far. An engine that unpacks may come back to them. */
  get keepsNothing(): boolean {
    return this.#feeder.plain;
  }

  nextPiece(): Promise<void> | undefined {
    return this.#feeder.nextPiece();
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.#hash?.update(chunk);
    return this.#feeder.write(chunk);
  }

  async end({ fileNames, failure }: Ending): Promise<RunFigures> {
    await this.#feeder.end();
    if (failure !== undefined) {
      if (this.#analyser.progress.packets === 0) return NO_FIGURES;
      this.#analyser.fault({ code: 'upload-incomplete', message: `The upload did not come to its end (${failure}): the capture may go on.`, packets: [] });
    }
    const analysis = this.#analyser.end();
    if (analysis.refusal !== null) throw refusalProblem(analysis.refusal);
    const { sensor, format } = this.#order;
    const report = this.#collector.finish(analysis, { product: PRODUCT, sensor, sha256: failure === undefined ? this.#hash?.digest('hex') : undefined, fileNames });
    if (format === 'ndjson') {
      this.#output.begin();
      this.#output.write(summaryLine({ ...report.head, summary: { ...report.head.summary, connectionsOmitted: 0 } })); // all left as lines
    } else {
      // A problem carries the report as JSON, whatever was asked for
      await this.#writeAll(format === 'json' || failure !== undefined ? renderJson(report) : renderText(report.head, readConnections(report)));
    }
    return figuresOf(report.head);
  }

  abort(): void {
    this.#feeder.abort();
  }

  #onConnection(lines: boolean): (judged: JudgedConnection) => void {
    const { detail, sensor } = this.#order;
    const texts = lines ? new ConnectionLines(detail, sensor, EXPLANATIONS) : null;
    return (judged) => {
      const digits = this.#analyser.timeDigits;
      this.#collector.add(judged, digits);
      if (texts !== null) this.#output.write(texts.lineOf(judged, digits));
    };
  }

  #afterChunk(): Promise<void> | undefined {
    if (this.#analyser.progress.packets > 0) this.#output.begin();
    return this.#output.room();
  }

  async #writeAll(pieces: Iterable<string>): Promise<void> {
    for (const piece of pieces) {
      this.#output.write(piece);
      const wait = this.#output.room();
      if (wait !== undefined) await wait;
    }
  }
}

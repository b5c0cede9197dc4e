import { closeSync, openSync, writeFileSync } from 'node:fs';
import { CaptureWriter } from './capture-writer.ts';
import { loadNamed } from './loads.ts';
import { type Truth, TruthCollector } from './truth.ts';

export interface MakeOptions {
  readonly name: string;
  readonly size: number;
  readonly templates: string;
  /** File or named pipe that takes the capture. */
  readonly out: string;
  /** Lines of the expected connections go there; without it only counts are kept. */
  readonly connectionsOut?: string;
}

/** Writes one load and tells what must come out of it. */
export function makeLoad({ name, size, templates, out, connectionsOut }: MakeOptions): Truth {
  const file = openSync(out, 'w');
  const collector = new TruthCollector(connectionsOut !== undefined);
  const writer = new CaptureWriter(file);
  loadNamed(name).write(writer, collector, size, templates);
  const written = writer.close();
  closeSync(file);
  if (connectionsOut !== undefined) writeFileSync(connectionsOut, `${collector.lines.join('\n')}\n`);
  const { connections, verdicts, probes, limits } = collector;
  return { load: name, ...written, connections, verdicts, probes, limits };
}

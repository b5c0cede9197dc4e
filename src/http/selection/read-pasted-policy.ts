import { type Pasted, PastedFault } from '../../selection/pasted/pasted.ts';
import { readPasted } from '../../selection/pasted/read-pasted.ts';
import { HttpProblem } from '../errors.ts';
import type { PastedReading, Warning } from './schema.ts';

export interface PastedPolicy extends Pick<Pasted, 'family' | 'server' | 'client'> {
  readonly reading: PastedReading;
  readonly warnings: readonly Warning[];
}

/** The text at `path`. `family`: whose it must be; undefined where the request does not say. */
export function readPastedPolicy(text: string, side: 'server' | 'client', family: string | undefined, path: string): PastedPolicy {
  const pasted = read(text, side, family, path);
  const { form, read: settings, ignored } = pasted;
  if (family !== undefined && family !== pasted.family) {
    throw new HttpProblem(400, 'contradiction', `The text is ${form} and belongs to the family ${pasted.family}, the ${side} is of the family ${family}.`, { path });
  }
  return {
    family: pasted.family, server: pasted.server, client: pasted.client,
    reading: {
      path, form, family: pasted.family,
      read: settings.map(({ line, setting, value }) => ({ line, setting, value })), ignored: ignored.map((entry) => ({ ...entry })),
      // The contract's types lack `readonly`; nobody changes them.
      ...(side === 'server' ? { policy: pasted.server as NonNullable<PastedReading['policy']> } : { settings: pasted.client as NonNullable<PastedReading['settings']> }),
    },
    warnings: pasted.warnings.map((warning) => ({ path, ...warning })),
  };
}

function read(text: string, side: 'server' | 'client', family: string | undefined, path: string): Pasted {
  try {
    return readPasted(text, side, family);
  } catch (error) {
    if (!(error instanceof PastedFault)) throw error;
    throw new HttpProblem(error.code === 'too-large' ? 413 : 400, error.code, error.line === 0 ? error.message : `Line ${error.line}: ${error.message}`, { path });
  }
}

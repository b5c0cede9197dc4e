import { parseArgs, type ParseArgsConfig } from 'node:util';

/** How the command ends. */
export const EXIT = { whole: 0, damaged: 1, unusable: 2, config: 78 } as const;

/** The command was called in a way that it does not understand. */
export class UsageError extends Error {}

/** The arguments by their names. Throws UsageError for one that there is not. */
export function readArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Waits until a slow reader has taken it. */
export function write(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (process.stdout.write(text)) resolve();
    else process.stdout.once('drain', resolve);
  });
}

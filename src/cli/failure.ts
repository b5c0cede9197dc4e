import { ConfigError } from '../config.ts';
import { problemOf } from '../http/errors.ts';
import { EXIT, UsageError } from './terminal.ts';

/** An error in the words that people get: its stack only where it is a fault of ours. */
export function reasonOf(error: unknown): string {
  if (error instanceof UsageError || error instanceof ConfigError) return error.message;
  if (error instanceof Error && 'syscall' in error) return error.message; // the file system's own words
  const problem = problemOf(error);
  if (problem.status >= 500) return String(error instanceof Error ? error.stack : error);
  return problem.extras.path === undefined ? problem.message : `${problem.extras.path}: ${problem.message}`;
}

/** Says what went wrong, and gives the code to exit with. */
export function tellFailure(error: unknown): number {
  const hint = error instanceof UsageError ? 'smb-verdict --help tells how to use it.\n' : '';
  process.stderr.write(`smb-verdict: ${reasonOf(error)}\n${hint}`);
  return error instanceof ConfigError ? EXIT.config : EXIT.unusable;
}

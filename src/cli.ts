#!/usr/bin/env node
import { run as analyseCaptures } from './cli/captures.ts';
import { tellFailure } from './cli/failure.ts';
import { EXIT } from './cli/terminal.ts';

/** Each tells its failures itself: bundled apart, classes of errors are not the same. */
interface Subcommand {
  readonly run: (args: string[]) => Promise<number>;
  readonly tellFailure: (error: unknown) => number;
}

/** Loaded when they are asked for: captures, which most calls are about, must not wait for them. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<Subcommand>>> = {
  select: () => import('./cli/select.ts'),
  decode: () => import('./cli/decode.ts'),
};

async function main(args: string[]): Promise<number> {
  const [name = ''] = args;
  const load = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  const command: Subcommand = load === undefined ? { run: analyseCaptures, tellFailure } : await load();
  try {
    return await command.run(load === undefined ? args : args.slice(1));
  } catch (error) {
    return command.tellFailure(error);
  }
}

// `smb-verdict … | head` is no failure
process.stdout.on('error', (error: Error & { code?: string }) => {
  process.exit(error.code === 'EPIPE' ? EXIT.whole : EXIT.unusable);
});

// Not awaited at the top: where a bundle shares code between the parts, they would wait for this file, and it for them.
void main(process.argv.slice(2)).then((code) => { process.exitCode = code; });

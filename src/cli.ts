#!/usr/bin/env node
import { run as analyseCaptures } from './cli/captures.ts';
import { tellFailure } from './cli/failure.ts';
import { EXIT } from './cli/terminal.ts';

type Run = (args: string[]) => Promise<number>;

/** Loaded when they are asked for: captures, which most calls are about, must not wait for them. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<{ readonly run: Run }>>> = {
  select: () => import('./cli/select.ts'),
  decode: () => import('./cli/decode.ts'),
};

async function main(args: string[]): Promise<number> {
  const [name = ''] = args;
  const load = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined;
  try {
    return load === undefined ? await analyseCaptures(args) : await (await load()).run(args.slice(1));
  } catch (error) {
    return tellFailure(error);
  }
}

// `smb-verdict … | head` is no failure
process.stdout.on('error', (error: Error & { code?: string }) => {
  process.exit(error.code === 'EPIPE' ? EXIT.whole : EXIT.unusable);
});

// Not awaited at the top: where a bundle shares code between the parts, they would wait for this file, and it for them.
void main(process.argv.slice(2)).then((code) => { process.exitCode = code; });

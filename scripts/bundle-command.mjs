// Bundles the command: two hundred modules would take three times as long to start. Captures need one file; each subcommand is one of its
// own, with all that it needs, so that captures do not load it. An argument names another folder.
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const outDir = process.argv[2] ?? 'dist/command';

/** An import of `./cli/select.ts` stays one, of the bundle beside. */
const subcommands = {
  name: 'subcommands',
  enforce: 'pre',
  resolveId: (source) => {
    const [, name] = /^\.\/cli\/(select|decode)\.ts$/.exec(source) ?? [];
    return name === undefined ? null : { id: `./${name}.mjs`, external: true };
  },
};

async function bundle(entry, name, emptyOutDir) {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [subcommands],
    ssr: { noExternal: true, target: 'node' },
    build: { ssr: entry, target: 'node20.19', minify: true, outDir, emptyOutDir, rollupOptions: { output: { entryFileNames: `${name}.mjs`, format: 'es', codeSplitting: false } } },
  });
}

await bundle('src/cli.ts', 'smb-verdict', true);
await bundle('src/cli/select.ts', 'select', false);
await bundle('src/cli/decode.ts', 'decode', false);

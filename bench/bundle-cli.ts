import { build } from 'vite';

/** The command line as one file, for what its start costs without looking for two hundred others. */
export async function bundleCli(root: string, outDir: string): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: 'src/cli.ts', target: 'node20', outDir, emptyOutDir: true, minify: true,
      rollupOptions: { output: { entryFileNames: 'smb-verdict.mjs', format: 'es', codeSplitting: false } },
    },
  });
}

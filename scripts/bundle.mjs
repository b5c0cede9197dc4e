// Bundles the service for AWS Lambda: one file with everything but Node's own modules and the assets of /docs.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

await build({
  root,
  configFile: false,
  logLevel: 'warn',
  ssr: { noExternal: true, target: 'node' },
  build: {
    ssr: 'src/lambda.ts',
    target: 'node24',
    // As deep as src/http/routes: openapi.yaml is looked for from there
    outDir: 'dist-lambda/http/routes',
    emptyOutDir: true,
    rollupOptions: { output: { entryFileNames: 'lambda.mjs', format: 'es', codeSplitting: false } },
  },
});
mkdirSync(`${root}dist-lambda`, { recursive: true });
writeFileSync(`${root}dist-lambda/.gitignore`, '*\n');

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { parse } from 'yaml';
import { PRODUCT_VERSION } from '../../report/product.ts';
import { HttpProblem } from '../errors.ts';
import type { Gate } from '../gate.ts';
import type { Load } from '../load.ts';
import type { Metrics } from '../metrics.ts';

export interface OperationRoutesOptions {
  readonly gate: Gate;
  readonly load: Load;
  readonly metrics: Metrics;
}

const OPENAPI_FILE = new URL('../../../openapi.yaml', import.meta.url);

/** Health, description and the documentation page. Everything comes from this machine: the page asks nobody else. */
export async function operationRoutes(app: FastifyInstance, { gate, load, metrics }: OperationRoutesOptions): Promise<void> {
  app.get('/healthz', () => ({ status: 'ok', version: PRODUCT_VERSION }));
  app.get('/readyz', () => {
    load.check();
    return { status: 'ready', analyses: { running: gate.running, waiting: gate.waiting } };
  });
  app.get('/metrics', async (_request, reply) => reply.header('content-type', metrics.contentType).send(await metrics.text()));
  const yaml = existsSync(OPENAPI_FILE) ? readFileSync(OPENAPI_FILE, 'utf8') : null;
  const description = (): string => {
    if (yaml === null) throw new HttpProblem(503, 'unavailable', 'openapi.yaml is missing from this installation.');
    return yaml;
  };
  let json: string | undefined;
  app.get('/openapi.yaml', (_request, reply) => reply.header('content-type', 'application/yaml; charset=utf-8').send(description()));
  app.get('/openapi.json', (_request, reply) => {
    json ??= JSON.stringify(parse(description()));
    return reply.header('content-type', 'application/json; charset=utf-8').send(json);
  });
  await docs(app);
}

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>smb-verdict API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="icon" href="/docs/assets/favicon-32x32.png">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
const START = "window.SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null });\n";
const DOCS_POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const ASSETS = new Set(['/swagger-ui.css', '/swagger-ui-bundle.js', '/favicon-32x32.png']);

async function docs(app: FastifyInstance): Promise<void> {
  const root = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  await app.register(fastifyStatic, { root, prefix: '/docs/assets/', decorateReply: false, index: false, allowedPath: (name) => ASSETS.has(name) });
  for (const url of ['/docs', '/docs/']) {
    app.get(url, (_request, reply) => reply.header('content-security-policy', DOCS_POLICY).header('content-type', 'text/html; charset=utf-8').send(PAGE));
  }
  app.get('/docs/start.js', (_request, reply) => reply.header('content-type', 'text/javascript; charset=utf-8').send(START));
}

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { benchRoutes } from './bench-routes.ts';

/** The compiled service on a free loopback port, with the yardsticks beside it: bench-server.js DIST. Tells its parent the address. */
const dist = process.argv[2] ?? '';

interface Config { readonly maxWorkers: number; readonly workerHeapMegabytes: number; readonly workerStallSeconds: number; readonly maxOutboundBytes: number }
interface Workers { warm(): void }
interface WorkerPoolModule { readonly WorkerPool: new (options: { size: number; heapMegabytes: number; stallSeconds: number; maxOutputBytes: number }) => Workers }
interface AppModule { buildApp(options: { config: Config; workers?: Workers }): Promise<FastifyInstance> }
interface ConfigModule { readConfig(environment: Record<string, string | undefined>): Config }
interface SchemaModule { SelectRequest: { parse(body: unknown): unknown } }

// The service as it is compiled, not a copy in this program
const moduleOf = (path: string): Promise<unknown> => import(pathToFileURL(join(dist, path)).href);
const { buildApp } = await moduleOf('http/app.js') as AppModule;
const { WorkerPool } = await moduleOf('http/analysis/worker-pool.js') as WorkerPoolModule;
const { readConfig } = await moduleOf('config.js') as ConfigModule;
const { SelectRequest } = await moduleOf('http/selection/schema.js') as SchemaModule;
const config = readConfig(process.env);
// With threads, as server.js has them
const workers = config.maxWorkers === 0 ? undefined : new WorkerPool({
  size: config.maxWorkers, heapMegabytes: config.workerHeapMegabytes, stallSeconds: config.workerStallSeconds, maxOutputBytes: config.maxOutboundBytes,
});
const app = await buildApp({ config, ...(workers === undefined ? {} : { workers }) });
await app.register(benchRoutes, { check: (body) => SelectRequest.parse(body) });
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
workers?.warm();
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));

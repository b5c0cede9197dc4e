import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { benchRoutes } from './bench-routes.ts';

/** The compiled service on a free loopback port, with the yardsticks beside it: bench-server.js DIST. Tells its parent the address. */
const dist = process.argv[2] ?? '';

interface AppModule { buildApp(options: { config: unknown }): Promise<FastifyInstance> }
interface ConfigModule { readConfig(environment: Record<string, string | undefined>): unknown }
interface SchemaModule { SelectRequest: { parse(body: unknown): unknown } }

// The service as it is compiled, not a copy in this program
const { buildApp } = await import(pathToFileURL(join(dist, 'http/app.js')).href) as AppModule;
const { readConfig } = await import(pathToFileURL(join(dist, 'config.js')).href) as ConfigModule;
const { SelectRequest } = await import(pathToFileURL(join(dist, 'http/selection/schema.js')).href) as SchemaModule;
const app = await buildApp({ config: readConfig(process.env) });
await app.register(benchRoutes, { check: (body) => SelectRequest.parse(body) });
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));

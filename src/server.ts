import type { FastifyInstance } from 'fastify';
import { checkExposure, ConfigError, readConfig } from './config.ts';
import { WorkerPool } from './http/analysis/worker-pool.ts';
import { buildApp } from './http/app.ts';

/** sysexits.h EX_CONFIG */
const EXIT_CONFIG = 78;
/** Of the time to stop in, the share after which uploads are cut: the rest is for their answers. */
const UPLOADS_SHARE = 0.8;

/** The service on one machine: listens, and on SIGTERM finishes what runs. */
async function serve(): Promise<void> {
  const config = readConfig(process.env);
  checkExposure(config, process.argv.includes('--no-auth'));
  const workers = config.maxWorkers === 0 ? undefined : new WorkerPool({
    size: config.maxWorkers, heapMegabytes: config.workerHeapMegabytes, stallSeconds: config.workerStallSeconds, maxOutputBytes: config.maxOutboundBytes,
    onDeath: (error) => app.log.error({ err: error }, 'a worker died; its analyses fail, another takes its place'),
  });
  const app: FastifyInstance = await buildApp({ config, ...(workers === undefined ? {} : { workers }) });
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    app.log.info({ signal }, 'stopping: running analyses are finished first');
    setTimeout(() => app.cutUploads(), config.shutdownSeconds * UPLOADS_SHARE * 1000).unref();
    setTimeout(() => {
      app.log.warn('stopped with analyses unfinished');
      process.exit(1);
    }, config.shutdownSeconds * 1000).unref();
    // Connections become idle as their analyses end; clients would keep them open
    setInterval(() => app.server.closeIdleConnections(), 100).unref();
    void app.close().then(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  await app.listen({ host: config.host, port: config.port });
  workers?.warm();
}

try {
  await serve();
} catch (error) {
  if (error instanceof ConfigError) {
    for (const problem of error.problems) process.stderr.write(`smb-verdict: ${problem}\n`);
    process.exit(EXIT_CONFIG);
  }
  process.stderr.write(`smb-verdict: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

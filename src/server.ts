import { checkExposure, ConfigError, readConfig } from './config.ts';
import { buildApp } from './http/app.ts';

/** sysexits.h EX_CONFIG */
const EXIT_CONFIG = 78;

/** The service on one machine: listens, and on SIGTERM finishes what runs. */
async function serve(): Promise<void> {
  const config = readConfig(process.env);
  checkExposure(config, process.argv.includes('--no-auth'));
  const app = await buildApp({ config });
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    app.log.info({ signal }, 'stopping: running analyses are finished first');
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

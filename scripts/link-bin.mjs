// `npx --no-install smb-verdict` looks in node_modules/.bin, where npm links the commands of dependencies but not our own.
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const link = new URL('node_modules/.bin/smb-verdict', root);
chmodSync(new URL('dist/cli.js', root), 0o755);
mkdirSync(new URL('node_modules/.bin/', root), { recursive: true });
rmSync(link, { force: true });
try {
  symlinkSync('../../dist/cli.js', fileURLToPath(link));
} catch (error) {
  console.warn(`The command could not be linked (${error.code}): run it as node dist/cli.js.`);
}

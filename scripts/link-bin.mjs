// `npx --no-install smb-verdict` in the checkout: with a "bin" in package.json npx would first install the checkout into its own
// cache, which --no-install forbids; without one it takes the command from node_modules/.bin, so it is linked there.
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('../', import.meta.url);
const link = new URL('node_modules/.bin/smb-verdict', root);
chmodSync(new URL('dist/command/smb-verdict.mjs', root), 0o755);
mkdirSync(new URL('node_modules/.bin/', root), { recursive: true });
rmSync(link, { force: true });
try {
  symlinkSync('../../dist/command/smb-verdict.mjs', fileURLToPath(link));
} catch (error) {
  console.warn(`The command could not be linked (${error.code}): run it as node dist/command/smb-verdict.mjs.`);
}

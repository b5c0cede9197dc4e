import type { Reference, Remedy } from './verdict.ts';

const SIDES = { client: 'Client', server: 'Server', network: 'Network' } as const;
const SYSTEMS = { any: 'any system', windows: 'Windows', samba: 'Samba', ksmbd: 'ksmbd', macos: 'macOS', linux: 'Linux' } as const;

/** What to do, as a list with commands. */
export function renderRemedies(remedies: readonly Remedy[]): string[] {
  if (remedies.length === 0) return ['Nothing needs to be done.'];
  return remedies.flatMap((remedy) => {
    const line = `- **${SIDES[remedy.for]}, ${SYSTEMS[remedy.system]}**: ${remedy.text}`;
    return remedy.command === undefined ? [line] : [line, '', '  ```', ...remedy.command.split('\n').map((command) => '  ' + command), '  ```', ''];
  });
}

export function renderReferences(references: readonly Reference[]): string[] {
  return references.map(({ title, url }) => `- [${title.replace(/[[\]]/g, '\\$&')}](${url})`);
}

/** Joins lines; never two empty ones in a row, one newline at the end. */
export function page(lines: readonly string[]): string {
  return lines.join('\n').replace(/\n{3,}/g, '\n\n').trimEnd() + '\n';
}

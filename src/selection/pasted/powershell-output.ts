import { type IgnoredSetting, ignore, PastedFault } from './pasted.ts';

/** One property of an object, as PowerShell wrote it. */
export interface Property {
  readonly line: number;
  readonly name: string;
  readonly value: string;
}

export interface Properties {
  readonly properties: readonly Property[];
  readonly ignored: readonly IgnoredSetting[];
}

const LIST_LINE = /^\s*([A-Za-z]\w*)\s*:(?:\s+(.*))?$/;
const DASHES = /^\s*-+(?:\s+-+)*\s*$/;

/** An object as a list, a table or JSON; null where the text is none of them. Throws PastedFault for damaged JSON. */
export function readProperties(text: string): Properties | null {
  if (/^\s*(?:\{|\[\s*\{)/.test(text)) return readJson(text);
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const dashes = lines.findIndex((line, index) => index > 0 && DASHES.test(line) && /^\s*[A-Za-z]\w*(?:\s+[A-Za-z]\w*)*\s*$/.test(lines[index - 1] ?? ''));
  if (dashes > 0) return readTable(lines, dashes);
  return lines.some((line) => LIST_LINE.test(line)) ? readList(lines) : null;
}

/** Format-List: a long value goes on in the next lines, behind blanks. */
function readList(lines: readonly string[]): Properties {
  const properties: { line: number; name: string; parts: string[] }[] = [];
  const ignored: IgnoredSetting[] = [];
  let open: string[] | null = null;
  for (const [index, line] of lines.entries()) {
    const [, name, value = ''] = LIST_LINE.exec(line) ?? [];
    const content = line.trim();
    if (name !== undefined) {
      open = [value.trim()];
      properties.push({ line: index + 1, name, parts: open });
    } else if (content === '') open = null;
    else if (open !== null && /^\s/.test(line)) open.push(content);
    else ignore(ignored, { line: index + 1, lines: 1, setting: content.slice(0, 60), reason: 'it is no property' });
  }
  return { properties: properties.map(({ line, name, parts }) => ({ line, name, value: parts.join(' ').trim() })), ignored };
}

/** Format-Table: a column is as wide as from its dashes to the next ones. One row, as there is one configuration. */
function readTable(lines: readonly string[], dashes: number): Properties {
  const starts = [...(lines[dashes] ?? '').matchAll(/-+/g)].map(({ index }) => index);
  const at = lines.findIndex((line, index) => index > dashes && line.trim() !== '');
  const cell = (line: number, column: number): string => (lines[line] ?? '').slice(starts[column], starts[column + 1]).trim();
  const properties = at < 0 ? [] : starts.map((_, column): Property => ({ line: at + 1, name: cell(dashes - 1, column), value: cell(at, column) }));
  const ignored: IgnoredSetting[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() !== '' && (index < dashes - 1 || index > at)) ignore(ignored, { line: index + 1, lines: 1, setting: line.trim().slice(0, 60), reason: 'it stands outside of the table' });
  }
  return { properties, ignored };
}

/** ConvertTo-Json. */
function readJson(text: string): Properties {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new PastedFault('bad-json', 0, `It begins as JSON, but cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const [object, ...more] = Array.isArray(value) ? (value as unknown[]) : [value];
  if (more.length > 0) throw new PastedFault('bad-request', 0, `There are ${more.length + 1} objects, and a policy is one.`);
  if (typeof object !== 'object' || object === null) throw new PastedFault('bad-request', 0, 'The JSON has no object.');
  const ignored: IgnoredSetting[] = [];
  const properties: Property[] = [];
  const lines = linesOfNames(text);
  for (const [name, each] of Object.entries(object)) {
    const line = lines.get(name) ?? 1;
    if (typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean') properties.push({ line, name, value: String(each) });
    else ignore(ignored, { line, lines: 1, setting: name, reason: each === null ? 'it has no value' : 'it is no setting' });
  }
  return { properties, ignored };
}

/** Where each name stands first. Names of PowerShell have no escapes. */
function linesOfNames(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    for (const [, name = ''] of line.matchAll(/"(\w{1,100})"\s*:/g)) if (!found.has(name)) found.set(name, index + 1);
  }
  return found;
}

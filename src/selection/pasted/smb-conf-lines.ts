import { type IgnoredSetting, ignore, PastedFault } from './pasted.ts';

/** One parameter of an smb.conf, as it is written. */
export interface ConfParameter {
  readonly line: number;
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

export interface ConfLines {
  readonly parameters: readonly ConfParameter[];
  /** Lines that are neither section nor parameter nor comment. */
  readonly ignored: readonly IgnoredSetting[];
}

/** What stands before the first section belongs to it. */
export const GLOBAL = 'global';

/**
 * The syntax of smb.conf(5), as Samba's own reader takes it: a comment is a line that begins with ; or #, a line goes on behind a
 * backslash at its end (comments do not), a line without = means nothing. Throws PastedFault where Samba does not start.
 */
export function readConfLines(text: string): ConfLines {
  const parameters: ConfParameter[] = [];
  const ignored: IgnoredSetting[] = [];
  let section = GLOBAL;
  for (const { line, lines, content } of logicalLines(text)) {
    if (content.startsWith('[')) {
      section = sectionOf(content, line);
      continue;
    }
    const equals = content.indexOf('=');
    if (equals < 0) {
      ignore(ignored, { line, lines, setting: content.slice(0, 60), reason: 'it has no "=", so Samba passes it over' });
      continue;
    }
    const name = content.slice(0, equals).trim();
    if (name === '') throw new PastedFault('bad-request', line, 'There is no name in front of the "=": Samba does not start with this file.');
    parameters.push({ line, section, name, value: content.slice(equals + 1).trim() });
  }
  return { parameters, ignored };
}

function sectionOf(content: string, line: number): string {
  const end = content.indexOf(']');
  const name = content.slice(1, end).trim();
  if (end < 0) throw new PastedFault('bad-request', line, 'The name of the section is not closed by "]": Samba does not start with this file.');
  if (name === '') throw new PastedFault('bad-request', line, 'The section has no name: Samba does not start with this file.');
  return /^globals?$/.test(squeezed(name)) ? GLOBAL : name;
}

interface LogicalLine {
  readonly line: number;
  /** Lines of the text that it takes. */
  readonly lines: number;
  readonly content: string;
}

function* logicalLines(text: string): Generator<LogicalLine> {
  const physical = text.replace(/^\ufeff/, '').split('\n');
  for (let index = 0; index < physical.length; index++) {
    const line = index + 1;
    const first = (physical[index] ?? '').trim();
    if (first === '' || first.startsWith(';') || first.startsWith('#')) continue;
    const parts = [first];
    while (parts.at(-1)?.endsWith('\\') === true && index + 1 < physical.length) {
      parts[parts.length - 1] = parts.at(-1)?.slice(0, -1) ?? '';
      index += 1;
      parts.push((physical[index] ?? '').trimEnd());
    }
    yield { line, lines: index + 2 - line, content: parts.join('').trim() };
  }
}

/** Samba compares names without case and blanks. */
export function squeezed(name: string): string {
  return name.toLowerCase().replace(/\s+/g, '');
}

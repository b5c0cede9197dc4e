import { PASTE_LIMITS } from '../limits.ts';
import type { Ignored } from './paste.ts';

/** Collects the lines that gave nothing; neighbours with the same reason become one range. */
export class IgnoredLines {
  readonly #ranges: { line: number; lines: number; reason: string }[] = [];

  add(line: number, reason: string): void {
    const last = this.#ranges.at(-1);
    if (last !== undefined && last.reason === reason && last.line + last.lines === line) last.lines++;
    else this.#ranges.push({ line, lines: 1, reason });
  }

  /** In order of lines; past the limit one entry counts the rest. */
  list(): Ignored[] {
    const sorted = this.#ranges.toSorted((left, right) => left.line - right.line);
    const [first] = sorted.slice(PASTE_LIMITS.ignored);
    if (first === undefined) return sorted;
    const rest = sorted.slice(PASTE_LIMITS.ignored).reduce((sum, { lines }) => sum + lines, 0);
    return [...sorted.slice(0, PASTE_LIMITS.ignored), { line: first.line, lines: rest, reason: 'more lines like these, not listed one by one' }];
  }
}

import type { Place } from './paste.ts';

/** One line of the paste, without its end. */
export interface Line {
  readonly text: string;
  /** From 1. */
  readonly number: number;
  /** UTF-16 units of the paste before it. */
  readonly offset: number;
}

/** Lines that end with LF, CR LF or CR. Blanks of other widths, a byte order mark and the `>` of quoted mail and prompts become spaces, so that columns stay. */
export function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let offset = 0;
  for (;;) {
    const end = lineEnd(text, offset);
    lines.push({ text: unquoted(text.slice(offset, end).replace(/[\u00a0\ufeff\u200b\u3000]/g, ' ')), number: lines.length + 1, offset });
    if (end >= text.length) return lines;
    offset = text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF ? end + 2 : end + 1;
  }
}

export function placeIn(line: Line, at: number): Place {
  return { offset: line.offset + at, line: line.number, column: at + 1 };
}

const CR = 13;
const LF = 10;

function lineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LF || code === CR) return at;
  }
  return text.length;
}

/** `> > 0000 …` and `>>> b'…'`. */
function unquoted(text: string): string {
  let end = 0;
  while (text[end] === '>' || (end > 0 && text[end] === ' ' && text[end + 1] === '>')) end++;
  return end === 0 ? text : ' '.repeat(end) + text.slice(end);
}

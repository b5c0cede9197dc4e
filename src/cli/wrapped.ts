import { printable } from '../report/render-text.ts';

const WIDTH = 120;

/** The text in lines of at most 120 characters, where its words allow. */
export function wrapped(text: string, first: string, further: string): string {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of printable(text).split(' ')) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = further;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line].map((each) => `${each}\n`).join('');
}

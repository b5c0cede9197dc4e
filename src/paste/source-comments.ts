import type { Line } from './lines.ts';

/** The same lines with blanks where C, C++, shell, Python and PowerShell have comments; columns stay. */
export function linesWithoutComments(lines: readonly Line[]): Line[] {
  let inside = false;
  return lines.map((line) => {
    const { text } = line;
    let kept = '';
    let at = 0;
    while (at < text.length) {
      if (inside) {
        const end = text.indexOf('*/', at);
        const to = end < 0 ? text.length : end + 2;
        inside = end < 0;
        kept += ' '.repeat(to - at);
        at = to;
      } else if (text.startsWith('/*', at)) {
        inside = true;
      } else if (text.startsWith('//', at) || (text[at] === '#' && (at === 0 || /\s/.test(text[at - 1] ?? '')))) {
        return { ...line, text: kept };
      } else kept += text[at++] ?? '';
    }
    return { ...line, text: kept };
  });
}

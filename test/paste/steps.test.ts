import { Session } from 'node:inspector';
import { describe, expect, it } from 'vitest';
import { readPaste } from '../../src/paste/read-paste.ts';
import { stripHeaders } from '../../src/paste/strip-headers.ts';

/**
 * Steps: how often each block of the paste's code ran, as V8 counts them. It counts only in functions that it compiles after it was told to:
 * hence a file of its own, in which nothing was read before. What regular expressions do inside is not counted: they are anchored, without nesting.
 */
function stepsOf(texts: readonly string[]): number[] {
  const session = new Session();
  session.connect();
  const ask = (method: string, parameters?: object): any => {
    let answer: unknown;
    session.post(method, parameters, (error: Error | null, result: unknown) => {
      if (error !== null) throw error;
      answer = result;
    });
    return answer;
  };
  ask('Profiler.enable');
  ask('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const steps = texts.map((text) => {
    const paste = readPaste(text);
    if ('chunks' in paste) stripHeaders(paste.chunks);
    const { result } = ask('Profiler.takePreciseCoverage');
    const functions = result.filter(({ url }: { url: string }) => url.includes('/src/paste/')).flatMap((script: any) => script.functions);
    return functions.flatMap(({ ranges }: any) => ranges).reduce((sum: number, { count }: { count: number }) => sum + count, 0) as number;
  });
  session.disconnect();
  return steps;
}

const repeated = (text: string) => (length: number): string => text.repeat(Math.floor(length / text.length));

describe('steps grow no faster than the text', () => {
  const cases: Readonly<Record<string, (length: number) => string>> = {
    'digits': repeated('0'), 'rows': repeated('0000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f   ................\n'), 'one row': (length) => `0000: ${repeated('00 ')(length)}`, 'stars': repeated('0000  00\n*\n'),
    'offsets': repeated('00000000: 00\n'), 'gaps': repeated('0000  00          00          \n'), 'quotes': repeated('"'), 'single quotes': repeated("'"), 'backslashes': repeated('\\'), 'escapes': repeated('"\\x00" \\\n'), 'backslash x': repeated('\\\\x00'),
    'open brackets': repeated('{'), 'closed brackets': repeated('{}'), 'comments': repeated('/* '), 'comment ends': repeated('/**/'), 'numbers': repeated('0x00, '), 'lists': repeated('{0,0,0,0}\n'), 'lists on one line': repeated('{0,0,0,0}'), 'base64': repeated('AAAA'), 'base64 lines': repeated('AAAAhf9TTUJyAAAAABhTyA==\n'),
    'binary': repeated('a: !!binary |\n'), 'JSON': repeated('{"payload":"AAAAhf9TTUI="}\n'), 'nested JSON': repeated('['), 'buffers': repeated('<Buffer '), 'blanks': repeated(' '), 'lines': repeated('\n'), 'quotation': repeated('> '), 'messages': repeated('00000004ff534d42\n'),
    'magic': repeated('ff534d42'), 'keep-alives': repeated('85000000'), 'labels': repeated('x: 00 11 22 33\n'), 'nearly hex': repeated('00 00 0g\n'), 'bars': repeated('0000  00 | 00 |\n'), 'follow': repeated('00000000  00\n    00000000  00\n'), 'frames': repeated(`4500002800010000400600000a0000050a000009c00001bd00000001000000015010ffff00000000\n`),
  };

  it('for every shape of text', () => {
    const short = 16_384;
    const names = Object.keys(cases);
    const steps = stepsOf(names.flatMap((name) => [cases[name]?.(short) ?? '', cases[name]?.(2 * short) ?? '']));
    // Not counted at all is not linear either: each letter takes a step at least
    for (const [index, count] of steps.entries()) expect(count, names[index >> 1]).toBeGreaterThan(short / 2);
    const grown = names.map((name, index) => `${name}: ${((steps[2 * index + 1] ?? 0) / (steps[2 * index] ?? 1)).toFixed(2)}`).filter((text) => Number(text.split(': ')[1]) > 2.2);
    expect(Math.max(...steps)).toBeLessThan(100 * 2 * short);
    expect(grown).toEqual([]);
  });
});

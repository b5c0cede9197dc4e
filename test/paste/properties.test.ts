import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PasteFault } from '../../src/paste/paste.ts';
import { readPaste } from '../../src/paste/read-paste.ts';
import { stripHeaders } from '../../src/paste/strip-headers.ts';
import { readRawMessages } from '../../src/http/raw-messages.ts';
import { FORMS } from './forms.ts';

function back(text: string): string {
  const paste = readPaste(text);
  return paste instanceof PasteFault ? `${paste.code}: ${paste.message}` : paste.chunks.map(({ bytes }) => Buffer.from(bytes).toString('hex')).join('|');
}

/** Bytes as they come, and bytes of which a dump's text column looks like hex. */
const anyBytes = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 200, size: 'max' }),
  fc.array(fc.constantFrom(...Buffer.from('0123456789abcdef ab'), 0), { minLength: 1, maxLength: 64, size: 'max' }).map((bytes) => Uint8Array.from(bytes)),
  fc.array(fc.integer({ min: 0x20, max: 0x7e }), { minLength: 1, maxLength: 100, size: 'max' }).map((bytes) => Uint8Array.from(bytes)),
);
/** Fewer letters than this can be read in several ways; a warning says so, tests/read-paste shows it. */
const FEWEST: Readonly<Record<string, number>> = { 'base64': 24, 'PowerShell, decimal': 4, 'C array': 4 };

describe('random bytes come back from each form', () => {
  for (const [name, render] of Object.entries(FORMS)) {
    it(name, () => {
      fc.assert(fc.property(anyBytes, (bytes) => {
        fc.pre(bytes.length >= (FEWEST[name] ?? 1));
        const text = render(bytes);
        const digits = text.replace(/[^0-9A-Fa-f]/g, '').length / text.replace(/[^0-9A-Za-z]/g, '').length;
        // Base64 that has only hex digits is both, and it must be said; with few other letters it may as well be mistyped hex, and is refused
        if (name === 'base64' && digits === 1) expect(readPaste(text)).toMatchObject({ warnings: [expect.stringContaining('base64')] });
        else if (name === 'base64' && digits >= 0.75) expect(readPaste(text)).toMatchObject({ code: 'bad-hex' });
        else expect(back(text)).toBe(Buffer.from(bytes).toString('hex'));
      }), { numRuns: 300 });
    });
  }
});

it('wrapped base64 is read whole, though its last line looks like hex', () => {
  const bytes = Buffer.concat([Buffer.alloc(57, 32), Buffer.from('k]4')]);
  expect(back(`${'ICAg'.repeat(19)}\na100\n`)).toBe(bytes.toString('hex'));
});

describe('random text', () => {
  const pieces = fc.constantFrom('0x', '00', '\\x', '0000  ', '00000000: ', '*', '\n', '\r\n', ' ', '\t', '|', '"', "'", 'b\'', '{', '}', '[', '/*', '*/', '#', ',', 'ff534d42', 'SMB', '!!binary |', '<Buffer ', '=', '{"payload":"', 'Follow: tcp,', '99', '-1', '\\', '\u00e9', '\ud83d');
  const soup = fc.array(fc.oneof(pieces, fc.string({ maxLength: 6 })), { maxLength: 60, size: 'max' }).map((parts) => parts.join(''));

  it('is read or refused, never thrown at, and so is what is read', () => {
    fc.assert(fc.property(fc.oneof(soup, fc.string({ maxLength: 200, unit: 'binary' })), (text) => {
      const paste = readPaste(text);
      if (paste instanceof PasteFault) return paste.line >= 1 && paste.column >= 1 && paste.message.endsWith('.');
      const { payloads } = stripHeaders(paste.chunks);
      readRawMessages(payloads);
      const lines = text.split(/\r\n|\r|\n/).length;
      return paste.chunks.every(({ bytes, line }) => bytes.length > 0 && line >= 1 && line <= lines) && paste.ignored.every(({ line, lines: many }) => line >= 1 && line + many - 1 <= lines);
    }), { numRuns: 5000 });
  });

  it('that was a dump and lost a part is never read as something longer', () => {
    fc.assert(fc.property(fc.uint8Array({ minLength: 20, maxLength: 100, size: 'max' }), fc.constantFrom(...Object.keys(FORMS)), fc.nat(), (bytes, name, at) => {
      const text = FORMS[name]?.(bytes) ?? '';
      const paste = readPaste(text.slice(0, at % text.length));
      return paste instanceof PasteFault || paste.chunks.reduce((sum, chunk) => sum + chunk.bytes.length, 0) <= bytes.length + 1;
    }), { numRuns: 2000 });
  });
});

describe('a text of the greatest length', () => {
  it.each([['lines', '0\n'], ['numbers', '0,'], ['strings', '"\\x00"\n'], ['rows', '000: 00\n'], ['blank lines', 'ff\n\n'], ['groups', 'ff '], ['arrays', '{0,0,0,0}'], ['open arrays', '[{0,0,0,0,']])('of %s throws nothing', (_name, text) => {
    const paste = readPaste(text.repeat(Math.floor(1_048_576 / text.length)));
    if (paste instanceof PasteFault) expect(['bad-hex', 'unrecognised']).toContain(paste.code);
    else expect(stripHeaders(paste.chunks).frames).toEqual([]);
  });

  it('and of JSON objects neither', () => {
    const paste = readPaste(`[${'{"data":"AAAAhf9TTUJyAAAAABhTyA=="},'.repeat(28_000)}0]`);
    expect(paste).toMatchObject({ form: 'json', warnings: ['Only the first 1024 pieces were taken; 26976 were not.'] });
  });
});

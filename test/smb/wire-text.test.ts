import { expect, it } from 'vitest';
import { oem, terminatedStrings, utf16 } from '../../src/smb/wire-text.ts';
import { ascii, join, utf16le } from '../build/smb.ts';

it('UTF-16 is read to its last whole unit, low byte first', () => {
  expect(utf16(join(utf16le('Aß€'), [0x41]))).toBe('Aß€');
  expect(utf16(Uint8Array.of(0x3d, 0xd8))).toBe('\ud83d');
  expect(utf16(Uint8Array.of(0x41))).toBe('');
});

it('OEM text is read byte by byte', () => {
  expect(oem(Uint8Array.of(0x41, 0xe4, 0))).toBe('A\u00e4\0');
});

it('Strings end at their NUL, and the last one without it is left out', () => {
  expect(terminatedStrings(join(ascii('AB'), [0], ascii('C'), [0, 0], ascii('D')), false, 9)).toEqual(['AB', 'C', '']);
  expect(terminatedStrings(join(utf16le('AB\0Ā\0'), utf16le('x')), true, 9)).toEqual(['AB', 'Ā']);
  expect(terminatedStrings(join(utf16le('A\0'), [0]), true, 9)).toEqual(['A']);
  expect(terminatedStrings(new Uint8Array(8), false, 3)).toHaveLength(3);
  expect(terminatedStrings(new Uint8Array(8), true, 3)).toHaveLength(3);
  expect(terminatedStrings(new Uint8Array(8), true, 9)).toHaveLength(4);
  // A zero byte inside a unit is no end.
  expect(terminatedStrings(Uint8Array.of(0x41, 0, 0, 0x41, 0, 0), true, 9)).toEqual(['A\u4100']);
});

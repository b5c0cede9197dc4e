import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../../src/selection/families.ts';
import { PastedFault } from '../../../src/selection/pasted/pasted.ts';
import { readPasted } from '../../../src/selection/pasted/read-pasted.ts';
import { PolicyProblem } from '../../../src/selection/policy.ts';

const piece = fc.constantFrom('[', ']', '{', '}', '"', '=', ' = ', ':', ' : ', '\n', '\n', '\r\n', '\\\n', '#', ';', ',', '----', ' ', '\t', '%h', '\0', '\ufeff', 'global', 'server min protocol', 'max protocol', 'NT1', 'SMB3', 'default',
  'EnableSMB1Protocol', 'Smb2DialectMin', 'EncryptionCiphers', 'True', 'False', 'AES_128_GCM', '-AES-128-CCM', '+AES-256-GCM', 'server smb3 encryption algorithms', 'server signing', 'required', 'max xmit', '64K', '-1', '__proto__', 'constructor', 'include', 'server role', 'dc', 'Load smb config files from x\n', '# Global parameters');
const text = fc.oneof(fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')), fc.string({ unit: 'binary', maxLength: 200 }), fc.json());

describe('any text', () => {
  it('is read, or refused with a reason: nothing else is thrown, and what was read is a policy that the family reads or refuses', () => {
    const seen = { read: 0, refused: 0 };
    fc.assert(fc.property(text, fc.constantFrom('server' as const, 'client' as const), fc.constantFrom(undefined, 'samba', 'windows', 'ksmbd'), (pasted, side, family) => {
      try {
        const { family: found, server, read, ignored } = readPasted(pasted, side, family);
        seen.read += 1;
        const lines = pasted.split('\n').length;
        for (const { line } of [...read, ...ignored]) expect(line >= 1 && line <= lines, `line ${line} of ${lines}`).toBe(true);
        FAMILIES.find(({ name }) => name === found)?.server(server);
      } catch (error) {
        if (!(error instanceof PastedFault) && !(error instanceof PolicyProblem)) throw error;
        seen.refused += 1;
      }
    }), { numRuns: 20_000, seed: 90_210 });
    expect(seen.read).toBeGreaterThan(1000);
    expect(seen.refused).toBeGreaterThan(1000);
  });

  it.each([
    ['blank lines', '\n'], ['blanks', ' '], ['backslashes', '\\\n'], ['letters', 'a'], ['openings', '['], ['dashes', 'a\n- '], ['properties', 'A : b\n'], ['values that go on', ' b\n'], ['changes of a list', 'server smb3 signing algorithms = +HMAC-SHA256\n'],
    ['settings again', 'max mux = 1\n'], ['names of JSON', '"a":'], ['colons', ' : '], ['equals signs', '='],
  ])('is read in one go for a million characters of %s', (_name, unit) => {
    for (const start of ['', 'EncryptData : True\n', '[global]\nx = y\n', '{"EncryptData":']) {
      const pasted = (start + unit.repeat(Math.ceil(1_000_000 / unit.length))).slice(0, 1_000_000);
      try {
        readPasted(pasted, 'server');
      } catch (error) {
        expect(error).toBeInstanceOf(PastedFault);
      }
    }
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readSambaPolicy, type SambaPolicy } from '../../../src/selection/families/samba-policy.ts';
import { PastedFault } from '../../../src/selection/pasted/pasted.ts';
import { readSmbConf } from '../../../src/selection/pasted/smb-conf.ts';

/** Samba's own reader: 4.15 to 4.2x know the same parameters and words. */
const present = /^Version 4\.(?:1[5-9]|2\d)\./.test(spawnSync('testparm', ['--version'], { encoding: 'utf8' }).stdout ?? '');
const RUNS = Number(process.env['TESTPARM_RUNS'] ?? 60);
const folder = mkdtempSync(path.join(tmpdir(), 'smb-verdict-testparm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What testparm makes of a file; null where it refuses it. */
function testparm(conf: string, ...options: string[]): string | null {
  const file = path.join(folder, 'smb.conf');
  writeFileSync(file, conf);
  const { status, stdout } = spawnSync('testparm', ['-s', ...options, file], { encoding: 'utf8' });
  return status === 0 ? stdout : null;
}

/** The policy that it comes to under 4.17, and what a client would be set to; null where the text is refused. */
function policyOf(conf: string): { server: Omit<SambaPolicy, 'release'>; client: object } | null {
  try {
    const { server, client } = readSmbConf(conf);
    const { release: _release, ...policy } = readSambaPolicy({ version: '4.17', ...server });
    return { server: policy, client };
  } catch (error) {
    if (error instanceof PastedFault) return null;
    throw error;
  }
}

const PROTOCOLS = ['default', 'SMB3_11', 'SMB3_02', 'SMB3_00', 'SMB3', 'SMB2', 'SMB2_10', 'SMB2_02', 'NT1', 'LANMAN2', 'LANMAN1', 'CORE', 'COREPLUS', 'core+', 'nt1', 'Smb2_02'];
const WORDS = ['default', 'auto', 'mandatory', 'required', 'forced', 'enforced', 'if_required', 'desired', 'enabled', 'disabled', 'no', 'Yes', 'on', 'OFF', 'true', 'false', '0', '1'];
const BOOLEANS = ['yes', 'no', 'True', 'FALSE', 'on', 'off', '0', '1'];
const CIPHERS = ['AES-128-GCM', 'AES-128-CCM, AES-256-GCM', '-AES-256-GCM', '-AES-128-CCM -AES-256-CCM', '+AES-128-CCM', 'AES-256-CCM;AES-128-CCM'];
const SIGNINGS = ['AES-128-GMAC', '-HMAC-SHA256', 'AES-128-CMAC HMAC-SHA256', '+HMAC-SHA256', '-AES-128-GMAC'];
/** Without the synonym "smb encrypt": testparm -s forgets what is set by it, testparm -v does not. */
const values: Readonly<Record<string, readonly string[]>> = {
  'server min protocol': PROTOCOLS, 'min protocol': PROTOCOLS, 'server max protocol': PROTOCOLS, 'max protocol': PROTOCOLS, 'protocol': PROTOCOLS,
  'server signing': WORDS, 'server smb encrypt': WORDS, 'client signing': WORDS, 'client smb encrypt': WORDS,
  'client min protocol': PROTOCOLS, 'client max protocol': PROTOCOLS,
  'server smb3 encryption algorithms': CIPHERS, 'server smb3 signing algorithms': SIGNINGS,
  'server multi channel support': BOOLEANS, 'host msdfs': BOOLEANS, 'smb2 leases': BOOLEANS, 'oplocks': BOOLEANS, 'kernel oplocks': BOOLEANS, 'unix extensions': BOOLEANS, 'smb1 unix extensions': BOOLEANS,
  'encrypt passwords': BOOLEANS, 'nt status support': BOOLEANS, 'large readwrite': BOOLEANS, 'async smb echo handler': BOOLEANS, 'read raw': BOOLEANS, 'write raw': BOOLEANS, 'unicode': BOOLEANS,
  'max mux': ['50', '0x20', '010', '12abc', '1K', '7'], 'max xmit': ['16644', '64K', '010', '1m', '4096'], 'smb2 max read': ['65536', '1M', '8388608'], 'smb2 max write': ['64k'], 'smb2 max trans': ['1048576'],
  'netbios name': ['abc', 'NAS-1'], 'workgroup': ['home', 'a  b'],
  'log level': ['3'], 'hosts allow': ['10.0.0.0/8'], 'server string': ['a = b [c] ; d # e'],
};

const parameter = fc.constantFrom(...Object.entries(values)).chain(([name, choices]) => fc.tuple(fc.constant(name), fc.constantFrom(...choices)));
const upper = (name: string): string => name.toUpperCase();
const tight = (name: string): string => name.replaceAll(' ', '');
const wide = (name: string): string => name.replaceAll(' ', ' \t ');
const line = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(parameter, fc.constantFrom(String, upper, tight, wide), fc.constantFrom('=', ' = ', '\t= ', ' =\\\n  ', '=  \\ \n')).map(([[name, value], form, equals]) => `${form(name)}${equals}${value}`) },
  { weight: 3, arbitrary: fc.constantFrom('[global]', '[ GLOBALS ]', '[global] rest', '[data]', '[homes]', '\t[printers]') },
  { weight: 2, arbitrary: fc.constantFrom('# server min protocol = NT1', '; comment \\', '', '   ', 'no parameter', '   # indented') },
  { weight: 1, arbitrary: fc.constantFrom('path = /srv \\', 'server min protocol = SMB1', 'server signing = sometimes', 'max xmit = many', 'read raw = maybe', '= value', '[open', '[]') },
);
const conf = fc.tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom('\n', '\r\n')).map(([lines, end]) => `${lines.join(end)}${end}`);

describe.skipIf(!present)('smb.conf, held against testparm of this machine (needs samba-common-bin 4.15 or later)', () => {
  it('refuses what testparm refuses, and comes to the same policy from the file as from what testparm says of it', () => {
    const seen = { refused: 0, read: 0 };
    fc.assert(fc.property(conf, (text) => {
      const told = testparm(text);
      const mine = policyOf(text);
      seen[told === null ? 'refused' : 'read'] += 1;
      expect(mine === null, text).toBe(told === null);
      if (told !== null) expect(policyOf(told)?.server, text).toEqual(mine?.server);
    }), { numRuns: RUNS, seed: 45_139 });
    expect(seen.refused).toBeGreaterThan(RUNS / 10);
    expect(seen.read).toBeGreaterThan(RUNS / 4);
  });

  it('comes to the same policy from all values that testparm -v shows', () => {
    const text = '[global]\nmin protocol = NT1\nserver signing = mandatory\nsmb encrypt = off\nunix extensions = no\nserver smb3 signing algorithms = -HMAC-SHA256\n';
    expect(policyOf(testparm(text, '-v') ?? '')?.server).toEqual({ ...policyOf(text)?.server, serverName: expect.any(String), domain: 'WORKGROUP' });
  });
});

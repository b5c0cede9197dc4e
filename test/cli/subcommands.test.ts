import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { ask, service } from '../http/service.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** A negotiate of "NT LM 0.12" alone, [MS-CIFS] 2.2.4.52.1, without its prefix. */
const NT_ONLY = 'ff534d4272000000001853c8000000000000000000000000fffffffe00000000000c00024e54204c4d20302e313200';
let folder = '';
let app: FastifyInstance;

/** The bundled program, as it is installed, and the service, which says the same. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'smb-verdict-sub-'));
  await run([path.join(ROOT, 'scripts/bundle-command.mjs'), path.join(folder, 'command')]);
  if (!existsSync(path.join(folder, 'command/smb-verdict.mjs'))) throw new Error('the program cannot be bundled');
  app = await service();
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ran { readonly code: number | null; readonly out: string; readonly err: string }

function run(args: string[], input: string | Buffer = ''): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args);
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => { out += String(chunk); });
    child.stderr.on('data', (chunk) => { err += String(chunk); });
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin.on('error', () => undefined).end(input);
  });
}

const cli = (args: string[], input: string | Buffer = ''): Promise<Ran> => run([path.join(folder, 'command/smb-verdict.mjs'), ...args], input);
const posted = async (url: string, body: object): Promise<unknown> => (await ask(app, 'POST', url, { path: url, payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } })).json();
const file = (name: string, content: string | Buffer): string => {
  const at = path.join(folder, name);
  writeFileSync(at, content);
  return at;
};

describe('smb-verdict select', () => {
  it('tells the conversation, its rules, the outcome and the verdict', async () => {
    const { code, out } = await cli(['select', '--client', 'windows-11-24h2', '--server', 'samba-4.17']);
    expect(code).toBe(0);
    expect(out).toMatch(/^windows-11-24h2 -> samba-4\.17 \(direct-tcp\)\n/);
    for (const line of ['  client  smb1-negotiate-request NT LM 0.12, SMB 2.002, SMB 2.???', '  server  smb2-wildcard 2.???', '  server  smb2-dialect 3.1.1', '  dialect       3.1.1', '  INFO smb2-negotiated-after-decoy (certain)']) expect(out).toContain(`\n${line}\n`);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  it('says in JSON what the service answers', async () => {
    const pasted = 'server min protocol = NT1\nserver max protocol = NT1\n';
    const { code, out } = await cli(['select', '--json', '--client', 'windows-10-1809', '--policy-file', file('smb.conf', pasted), '--transport', 'netbios']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(await posted('/v1/negotiations/select', { client: { profile: 'windows-10-1809' }, server: { pasted }, transport: 'netbios' }));
  });

  it('takes a policy as the API does, and one of a client, from a pipe too', async () => {
    const policy = { family: 'samba', version: '4.10', maxDialect: '2.1' };
    const server = await cli(['select', '--json', '--client', 'windows-10-1809', '--policy-file', file('policy.json', JSON.stringify(policy))]);
    expect(JSON.parse(server.out)).toMatchObject({ outcome: { dialect: '2.1' } });
    const client = await cli(['select', '--client', 'windows-11-24h2', '--server', 'samba-4.17', '--client-policy-file', '-'], Buffer.from('\ufeffSmb2DialectMax : SMB300\r\nRequireEncryption : False\r\n', 'utf16le'));
    expect(client.out).toContain('  dialect       3.0\n');
    expect(client.out).toContain('POLICY of the client, read as Get-SmbClientConfiguration\n  line 1: Smb2DialectMax = SMB300\n');
  });

  it('names the settings that make two agree, with their price', async () => {
    const args = ['select', '--agree', '--client', 'windows-xp', '--server', 'samba-4.17'];
    const { code, out } = await cli(args);
    expect(code).toBe(0);
    expect(out).toContain('COST HIGH: on the server (samba)\n  in smb.conf, [global]:\n      server min protocol = NT1\n  then:\n      smbcontrol all reload-config\n');
    expect(JSON.parse((await cli([...args, '--json'])).out)).toEqual(await posted('/v1/negotiations/agree', { client: { profile: 'windows-xp' }, server: { profile: 'samba-4.17' } }));
  });

  it('writes a capture that the command itself judges the same', async () => {
    const pcap = path.join(folder, 'out.pcap');
    expect((await cli(['select', '--client', 'windows-10-1809', '--server', 'samba-3.6', '--pcap', pcap])).code).toBe(0);
    const { code, out } = await cli(['--json', pcap]);
    expect(code).toBe(0);
    expect(JSON.parse(out).connections[0].verdict).toMatchObject({ code: 'smb1-only-server-found', certainty: 'certain' });
  });

  it('lists the profiles and tells how to use it', async () => {
    const { out } = await cli(['select', '--list']);
    expect(out).toMatch(/^samba-4\.17 +client, server +Samba 4\.17$/m);
    expect(out).toMatch(/^windows-xp +client, server +Windows XP$/m);
    expect((await cli(['select', '--help'])).out).toContain('usage: smb-verdict select --client PROFILE --server PROFILE [options]');
  });

  it.each([
    [['--server', 'samba-4.17'], /name a client/],
    [['--client', 'windows-xp'], /name a server/],
    [['--client', 'windows-xq', '--server', 'samba-4.17'], /^smb-verdict: --client: There is no profile windows-xq\. Near it: .*windows-xp.*--list shows all/],
    [['--client', 'windows-xp', '--server', 'samba-4.17', '--transport', 'ipx'], /--transport is one of/],
    [['--client', 'windows-xp', '--server', 'samba-4.17', '--what'], /Unknown option/],
    [['--client', 'windows-xp', '--policy-file', '/no/such/file'], /ENOENT/],
    [['--client', 'windows-xp', '--policy-file', '-'], /--policy-file: This is no policy/],
    [['--client', 'windows-xp', '--server', 'samba-4.17', 'more'], /Unexpected argument/],
  ])('exits with 2 for %j', async (args, message) => {
    const { code, out, err } = await cli(['select', ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^ +at /m); // no stack
  });
});

describe('smb-verdict decode', () => {
  it('shows every field of what comes through the pipe, and the verdict', async () => {
    const { code, out } = await cli(['decode', '-'], `pasted: \n${NT_ONLY}\n`);
    expect(code).toBe(0);
    expect(out).toContain('MESSAGE 1, from the client: smb1-negotiate-request\n');
    expect(out).toMatch(/^0004 +72 +Command: 0x72 \(SMB_COM_NEGOTIATE\)$/m);
    expect(out).toContain('VERDICT\nINFO inconclusive (possible)\n');
    expect(out).toContain('findings: smb1-only-client (high), smb1-client-offer (info)\n');
  });

  it('says in JSON what the service answers', async () => {
    const { code, out } = await cli(['decode', '--json', file('dump.txt', NT_ONLY)]);
    expect(code).toBe(0);
    const answer = await ask(app, 'POST', '/v1/negotiations/analyze', { path: '/v1/negotiations/analyze', payload: NT_ONLY, headers: { 'content-type': 'text/plain' } });
    expect(JSON.parse(out)).toEqual(answer.json());
  });

  it('takes the bytes themselves, and what Windows saves as text', async () => {
    expect((await cli(['decode', file('message.bin', Buffer.from(`0000002f${NT_ONLY}`, 'hex'))])).out).toContain('given as binary; 1 message\n');
    expect((await cli(['decode', '-'], Buffer.from(`\ufeff${NT_ONLY}`, 'utf16le'))).out).toContain('MESSAGE 1, from the client');
  });

  it('exits with 1 where a message is damaged, and shows what is there', async () => {
    const { code, out } = await cli(['decode', '-'], `0000002f${NT_ONLY.slice(0, -8)}`);
    expect(code).toBe(1);
    expect(out).toContain('MESSAGE 1');
    expect(out).toMatch(/!! truncated/);
  });

  it('exits with 2 where there is no message, and sends captures where they belong', async () => {
    const runs = [[['decode', '-'], 'hello'], [['decode', '-'], ''], [['decode'], ''], [['decode', '/no/such/file'], ''], [['decode', 'a', 'b'], ''], [['decode', '--what', '-'], ''], [['decode', path.join(ROOT, 'test')], '']] as const;
    for (const [args, input] of runs) {
      const { code, out, err } = await cli([...args], input);
      expect({ args, code, out }).toEqual({ args, code: 2, out: '' });
      expect(err).toMatch(/^smb-verdict: /);
      expect(err).not.toMatch(/^ +at /m);
    }
    const { code, err } = await cli(['decode', path.join(ROOT, 'test/captures/article_a.pcap')]);
    expect(code).toBe(2);
    expect(err).toContain('This is a capture: smb-verdict ');
  });

  it('tells how to use it', async () => {
    expect((await cli(['decode', '--help'])).out).toContain('usage: smb-verdict decode [options] FILE | -');
  });
});

describe('the bundle', () => {
  it('has what only a subcommand needs in files that captures do not load', () => {
    expect(readdirSync(path.join(folder, 'command')).toSorted()).toEqual(['decode.mjs', 'select.mjs', 'smb-verdict.mjs']);
    const captures = readFileSync(path.join(folder, 'command/smb-verdict.mjs'), 'utf8');
    expect(captures).not.toContain('usage: smb-verdict select');
    expect(captures).not.toContain('worms have used its faults');
    expect(captures).not.toContain('SMB_FLAGS2_EAS');
    expect(captures).toContain('usage: smb-verdict [options] FILE');
  });
});

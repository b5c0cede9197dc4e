import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const A = path.join(ROOT, 'test/captures/article_a.pcap');
const B = path.join(ROOT, 'test/captures/article_b.pcap');
let folder = '';

/** Runs the bundled program, as it is installed. */
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'smb-verdict-'));
  await run(process.execPath, [path.join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', path.join(ROOT, 'tsconfig.build.json'), '--outDir', path.join(folder, 'dist')]);
  await run(process.execPath, [path.join(ROOT, 'scripts/bundle-command.mjs'), path.join(folder, 'dist/command')]);
  if (!existsSync(path.join(folder, 'dist/command/smb-verdict.mjs'))) throw new Error('the program cannot be bundled');
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran { readonly code: number | null; readonly out: string; readonly err: string }

function run(program: string, args: string[], input: Buffer | null = null, environment: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { env: { ...process.env, ...environment } });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => { out += String(chunk); });
    child.stderr.on('data', (chunk) => { err += String(chunk); });
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin.on('error', () => undefined).end(input ?? undefined);
  });
}

const cli = (args: string[], input: Buffer | null = null, environment: Record<string, string> = {}): Promise<Ran> => run(process.execPath, [path.join(folder, 'dist/command/smb-verdict.mjs'), ...args], input, environment);

describe('smb-verdict', () => {
  it('prints a table, without colours where it is no terminal', async () => {
    const { code, out } = await cli([A]);
    expect(code).toBe(0);
    expect(out).toContain('MEDIUM   192.0.2.10:49512 -> 192.0.2.20:445  smb1-only-client-rejected (certain)');
    expect(out).not.toContain('\u001b');
  });

  it('reads from a pipe, and answers in JSON', async () => {
    const { code, out } = await cli(['--json', '--detail', 'summary', '-'], readFileSync(B));
    expect(code).toBe(0);
    expect(JSON.parse(out).connections[0].verdict.code).toBe('smb1-only-server-found');
  });

  it('takes the pieces of one capture, and answers in lines', async () => {
    const { out } = await cli(['--ndjson', '--pieces', A, B]);
    const lines = out.trim().split('\n').map((line) => JSON.parse(line));
    expect(lines.map((line) => line.type)).toEqual(['connection', 'connection', 'summary']);
    expect(lines[2].capture).toMatchObject({ packets: 11, files: [{ name: 'article_a.pcap' }, { name: 'article_b.pcap' }] });
  });

  it('gives each file its own report otherwise', async () => {
    const { out } = await cli([A, B]);
    expect(out.match(/^== /gm)).toHaveLength(2);
  });

  it('exits with 1 where a capture is damaged, and says what it read', async () => {
    const { code, out } = await cli(['--json', '-'], readFileSync(A).subarray(0, -10));
    expect(code).toBe(1);
    expect(JSON.parse(out).capture.complete).toBe(false);
  });

  it('exits with 2 where there is nothing that it can use', async () => {
    for (const args of [['/no/such/file'], [ROOT], [path.join(ROOT, 'package.json')], ['--what'], [], ['--json', '--ndjson', A]]) {
      const { code, out, err } = await cli(args);
      expect([args, code, out]).toEqual([args, 2, '']);
      expect(err).toMatch(/^smb-verdict: /);
      expect(err).not.toMatch(/^ +at /m); // no stack
    }
  });

  it('tells how to use it, and its version', async () => {
    expect((await cli(['--help'])).out).toContain('usage: smb-verdict [options] FILE… | -');
    expect((await cli(['--version'])).out).toBe('0.1.0\n');
  });

  it('refuses a wrong environment with 78, as the server does', async () => {
    expect((await cli([A], null, { MAX_FLOWS: 'x' })).code).toBe(78);
    const { code, err } = await run(process.execPath, [path.join(folder, 'dist/server.js')], null, { HOST: '0.0.0.0', PORT: '0', API_KEYS: '' });
    expect(code).toBe(78);
    expect(err).toContain('Set API_KEYS, or start with --no-auth');
  });
});

it('the server finishes what runs when it is told to stop', async () => {
  const child = spawn(process.execPath, [path.join(folder, 'dist/server.js')], { env: { ...process.env, PORT: '0', HOST: '127.0.0.1' } });
  let log = '';
  child.stdout.on('data', (chunk) => { log += String(chunk); });
  const closed = new Promise<number | null>((resolve) => { child.on('close', resolve); });
  await expect.poll(() => log, { timeout: 10_000 }).toContain('listening');
  const port = /127\.0\.0\.1:(\d+)/.exec(log)?.[1] ?? '';
  const bytes = readFileSync(A);
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(bytes.subarray(0, 100));
      await new Promise((resolve) => { setTimeout(resolve, 300); });
      child.kill('SIGTERM');
      await new Promise((resolve) => { setTimeout(resolve, 300); });
      controller.enqueue(bytes.subarray(100));
      controller.close();
    },
  });
  const response = await fetch(`http://127.0.0.1:${port}/v1/captures/analyze`, { method: 'POST', body, duplex: 'half' } as RequestInit);
  expect(response.status).toBe(200);
  await response.text();
  expect(await closed).toBe(0);
});

import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, service } from './service.ts';

let app: FastifyInstance;
beforeAll(async () => { app = await service(); });
afterAll(() => app.close());

const URL = '/v1/negotiations/select';
type Asked = Awaited<ReturnType<typeof ask>>;
const select = (body: unknown): Promise<Asked> => ask(app, 'POST', URL, { path: URL, payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

const WINDOWS = { profile: 'windows-10-1809' };
const OLD_NAS = '# an old NAS\n[global]\n  workgroup = HOME\n  max protocol = NT1\n  min protocol = NT1\n[data]\n  path = /srv\n';

describe('a pasted policy', () => {
  it('is a server of its own, with what was read of it and what was not', async () => {
    const answer = (await select({ client: WINDOWS, server: { pasted: OLD_NAS } })).json();
    expect(answer.verdict.code).toBe('smb1-only-server-found');
    expect(answer.pasted).toEqual([{
      path: 'server.pasted', form: 'smb.conf', family: 'samba',
      read: [{ line: 3, setting: 'workgroup', value: 'HOME' }, { line: 4, setting: 'server max protocol', value: 'NT1' }, { line: 5, setting: 'server min protocol', value: 'NT1' }],
      ignored: [{ line: 7, lines: 1, setting: '[data] path', reason: 'it is about one share, and a negotiation comes before any share' }],
      policy: { minDialect: 'NT1', maxDialect: 'NT1', options: { workgroup: 'HOME' } },
    }]);
    expect(answer.warnings).toEqual([{ path: 'server.pasted', code: 'version-assumed', message: expect.stringContaining('Samba 4.17') }]);
  });

  it('stands over the profile and under the policy', async () => {
    const server = { profile: 'samba-4.10', pasted: 'server max protocol = SMB3_00\nserver signing = mandatory' };
    const over = (await select({ client: WINDOWS, server })).json();
    expect(over.outcome).toMatchObject({ dialect: '3.0', signing: { required: true } });
    expect(over.warnings).toEqual([]);
    const under = (await select({ client: WINDOWS, server: { ...server, policy: { maxDialect: '2.1' } } })).json();
    expect(under.outcome).toMatchObject({ dialect: '2.1', signing: { required: true } });
  });

  it('sets a client, too', async () => {
    const client = { profile: 'windows-11-24h2', pasted: '{"Smb2DialectMax": 770, "RequireSecuritySignature": true, "EncryptionCiphers": "AES_256_GCM"}' };
    const answer = (await select({ client, server: { profile: 'samba-4.17' } })).json();
    expect(answer.outcome).toMatchObject({ dialect: '3.0.2', signing: { required: true } });
    expect(answer.pasted).toMatchObject([{ path: 'client.pasted', form: 'Get-SmbClientConfiguration', settings: { maxDialect: '3.0.2', signing: 'required', ciphers: ['AES-256-GCM'] } }]);
    const newer = (await select({ client: { ...client, settings: { maxDialect: '3.1.1' } }, server: { profile: 'samba-4.17' } })).json();
    expect(newer.outcome).toMatchObject({ dialect: '3.1.1', encryption: { cipher: 'AES-256-GCM' } });
  });

  it('may stand in a matrix', async () => {
    const answer = (await select({ clients: [WINDOWS], servers: [{ profile: 'samba-4.17' }, { pasted: OLD_NAS }] })).json();
    expect(answer.cells[0].map(({ verdict }: any) => verdict)).toEqual(['smb2-negotiated-after-decoy', 'smb1-only-server-found']);
    expect(answer.pasted.map(({ path }: any) => path)).toEqual(['servers.1.pasted']);
  });

  it.each([
    ['no known form', { pasted: 'hello' }, 400, 'bad-request', 'server.pasted', /Known are/],
    ['a value that Samba does not start with', { pasted: '[global]\nserver min protocol = SMB1' }, 400, 'unknown-value', 'server.pasted', /^Line 2: /],
    ['another family than the profile', { profile: 'windows-server-2019', pasted: OLD_NAS }, 400, 'contradiction', 'server.pasted', /belongs to the family samba/],
    ['the other side', { pasted: 'EnableInsecureGuestLogons : False' }, 400, 'contradiction', 'server.pasted', /tells of a client/],
    ['JSON that breaks off', { pasted: '{ "EnableSMB1Protocol"' }, 400, 'bad-json', 'server.pasted', /cannot be read/],
    ['a dialect that the release does not know', { profile: 'samba-4.0', pasted: 'server max protocol = SMB3_11' }, 400, 'contradiction', 'server.pasted', /does not know/],
    ['a wrong field beside it', { pasted: OLD_NAS, policy: { maxDialect: '4.0' } }, 400, 'unknown-dialect', 'server.policy.maxDialect', /There is no dialect/],
    ['an algorithm that does not exist', { pasted: 'server smb3 encryption algorithms = DES' }, 400, 'unknown-value', 'server.pasted', /There is no algorithm DES/],
    ['too much', { pasted: 'x = y\n'.repeat(200_000) }, 413, 'too-large', 'server.pasted', /more than/],
    ['nothing to go by', {}, 400, 'bad-request', 'server.policy.family', /give a profile/],
  ])('is refused for %s, with the path of the field', async (_name, server, status, code, path, detail) => {
    const answer = await select({ client: WINDOWS, server });
    expect({ status: answer.status, body: answer.json() }).toMatchObject({ status, body: { code, path, detail: expect.stringMatching(detail) } });
  });

  it('of a client is refused by its path', async () => {
    const answer = await select({ client: { profile: 'linux-6', pasted: 'client min protocol = NT1' }, server: { profile: 'samba-4.17' } });
    expect(answer.json()).toMatchObject({ code: expect.stringMatching(/contradiction|unknown-profile/), path: expect.stringMatching(/^client\./) });
    const cipher = await select({ client: { profile: 'samba-4.17', settings: { ciphers: ['DES'] } }, server: { profile: 'samba-4.17' } });
    expect(cipher.json()).toMatchObject({ code: 'unknown-value', path: 'client.settings.ciphers.0' });
  });
});

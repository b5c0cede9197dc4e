import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Answered, expectDescribed, service } from './service.ts';

let app: FastifyInstance;
beforeAll(async () => { app = await service(); });
afterAll(() => app.close());

const URL = '/v1/negotiations/select';
type Asked = Awaited<ReturnType<typeof ask>>;

const select = (body: unknown, headers: Record<string, string> = {}, query = ''): Promise<Asked> =>
  ask(app, 'POST', URL + query, { path: URL, payload: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } });

/** Steps as `client smb1-negotiate-request`, `server smb2-wildcard 2.??? open`. */
const told = (steps: any[]): string[] => steps.map(({ from, kind, dialect, then }) => [from, kind, dialect, then].filter((part) => part !== undefined).join(' '));

const FAMILIES = ['specification', 'windows', 'samba', 'ksmbd', 'macos', 'impacket', 'awo00'];
const WINDOWS = { profile: 'windows-10-1809' };
const SAMBA = { profile: 'samba-4.17' };
/** A negotiate of "NT LM 0.12" alone, [MS-CIFS] 2.2.4.52.1. */
const NT_ONLY = 'ff534d4272000000001853c8000000000000000000000000fffffffe00000000000c00024e54204c4d20302e313200';

describe('one client and one server', () => {
  it('goes from the decoy to 3.1.1, with rules, outcome and verdict', async () => {
    const answer = (await select({ client: WINDOWS, server: SAMBA })).json();
    expect(told(answer['steps'])).toEqual(['client smb1-negotiate-request', 'server smb2-wildcard 2.??? open', 'client smb2-negotiate-request', 'server smb2-dialect 3.1.1 open']);
    expect(answer['steps'][3]).toMatchObject({ answers: 2, status: '0x00000000', rule: { id: 'samba-smb2-dialect', certainty: 'observed' }, message: { kind: 'smb2-negotiate-response' } });
    expect(answer['outcome']).toMatchObject({ dialect: '3.1.1', signing: { required: false, algorithm: 'AES-CMAC' }, encryption: { possible: true, cipher: 'AES-128-GCM' } });
    expect(answer['client']).toMatchObject({ does: 'session-setup' });
    expect(answer['verdict']).toMatchObject({ code: 'smb2-negotiated-after-decoy', certainty: 'certain' });
  });

  it('takes the bait and is reset, as on the article\'s wire', async () => {
    const answer = (await select({ client: WINDOWS, server: { policy: { family: 'samba', minDialect: 'NT1', maxDialect: 'NT1' } } })).json();
    expect(told(answer['steps'])).toEqual(['client smb1-negotiate-request', 'server smb1-selected NT LM 0.12 open']);
    expect(answer['client']).toMatchObject({ does: 'reset', events: [{ id: 32_000 }] });
    expect(answer['outcome'].dialect).toBe(null);
    expect(answer['verdict'].code).toBe('smb1-only-server-found');
  });

  it('goes on in SMB1 where both can', async () => {
    const answer = (await select({ client: { profile: 'windows-xp' }, server: { profile: 'samba-4.10' } })).json();
    expect(answer['outcome'].dialect).toBe('NT LM 0.12');
    expect(answer['verdict'].code).toBe('smb1-in-use');
  });

  it('puts a policy over the profile', async () => {
    const answer = (await select({ client: { offer: { smb2Dialects: ['3.1.1', '3.0'] } }, server: { ...SAMBA, policy: { maxDialect: '3.0' } } })).json();
    expect(answer['outcome']).toMatchObject({ dialect: '3.0', encryption: { cipher: 'AES-128-CCM' } });
  });

  it('has what is random fixed, settable and told', async () => {
    const values = { serverName: 'NAS', domain: 'HOME', time: '2024-02-03T04:05:06.000Z', serverGuid: '00112233-4455-6677-8899-aabbccddeeff', sessionKey: 7 };
    const answer = (await select({ client: { profile: 'windows-xp' }, server: { profile: 'samba-4.10' }, values })).json();
    expect(answer['values']).toMatchObject(values);
    expect(answer['steps'][1].message.nt).toMatchObject({ serverGuid: '00112233-4455-6677-8899-aabbccddeeff', sessionKey: 7, systemTimeText: expect.stringMatching(/^2024-02-03T04:05:06\.0+Z$/) });
    expect((await select({ client: WINDOWS, server: SAMBA })).body).toBe((await select({ client: WINDOWS, server: SAMBA })).body);
  });

  it('over NetBIOS has a session request first, Samba keeps 3.1.1 and the specification does not', async () => {
    const samba = (await select({ client: WINDOWS, server: SAMBA, transport: 'netbios' })).json();
    expect(told(samba['steps']).slice(0, 2)).toEqual(['client nbss-session-request', 'server netbios-accepted open']);
    expect(samba['steps'].at(-1)).toMatchObject({ dialect: '3.1.1', message: { maxReadSize: 65_536 }, rule: { deviatesFrom: { clause: 'MS-SMB2 3.3.5.4' } } });
    const specified = (await select({ client: WINDOWS, server: { profile: 'specification' }, transport: 'netbios' })).json();
    expect(specified['outcome'].dialect).toBe('3.0.2');
  });

  it('over QUIC says what a capture would show beside what happens', async () => {
    const answer = (await select({ client: WINDOWS, server: SAMBA, transport: 'quic' })).json();
    expect(told(answer['steps'])).toEqual(['client smb2-negotiate-request', 'server smb2-dialect 3.1.1 open']);
    expect(answer['verdict'].code).toBe('smb-over-quic');
    expect(answer['warnings'][0].code).toBe('encrypted');
  });
});

describe('a client of bytes', () => {
  it('gets the prefix that is missing, with a warning, unless it is to be sent as it is', async () => {
    const added = (await select({ client: { hex: NT_ONLY }, server: SAMBA })).json();
    expect(told(added['steps'])).toEqual(['client smb1-negotiate-request', 'server smb1-none closed']);
    expect(added['warnings']).toMatchObject([{ path: 'client.hex', code: 'prefix-added' }]);
    const bare = (await select({ client: { hex: NT_ONLY, framing: 'as-sent' }, server: SAMBA })).json();
    expect(told(bare['steps'])).toEqual(['client bytes', 'server silence open']);
  });

  it('may come in pieces, several messages in one, and go on after the end', async () => {
    const framed = `0000002f${NT_ONLY}`;
    const answer = (await select({ client: { hex: [framed.slice(0, 20), framed.slice(20), framed] }, server: SAMBA })).json();
    expect(told(answer['steps'])).toEqual(['client bytes', 'server silence open', 'client smb1-negotiate-request', 'server smb1-none closed', 'client not-sent']);
    const two = (await select({ client: { hex: [framed + framed] }, server: { profile: 'samba-4.10' } })).json();
    expect(told(two['steps'])).toEqual(['client smb1-negotiate-request', 'server smb1-selected NT LM 0.12 open', 'server closed closed']);
  });

  it('whatever they are, get an answer', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 80 }), { minLength: 1, maxLength: 3 }), fc.constantFrom(...FAMILIES), fc.boolean(), async (writes, family, framed) => {
      const hex = writes.map((bytes) => Buffer.from(framed ? Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]) : bytes).toString('hex'));
      const answer = await select({ client: { hex }, server: { policy: { family } } });
      expect(answer.status, answer.body).toBe(200);
    }), { numRuns: 100 });
  });

  it('that are no negotiate are answered too', async () => {
    const answer = (await select({ client: { hex: ['00000004deadbeef'] }, server: SAMBA })).json();
    expect(told(answer['steps'])).toEqual(['client malformed', 'server closed closed']);
    expect(answer['warnings']).toMatchObject([{ code: 'no-negotiate' }]);
  });
});

describe('a minimum above the maximum', () => {
  it('is no error but what the server does, with a warning', async () => {
    const answer = (await select({ client: WINDOWS, server: { policy: { family: 'samba', minDialect: '3.1.1', maxDialect: '2.1' } } })).json();
    expect(answer['warnings']).toMatchObject([{ path: 'server.policy.minDialect', code: 'min-above-max' }]);
    expect(told(answer['steps']).at(-1)).toBe('server smb2-error open');
  });
});

describe('problems name the field', () => {
  it.each([
    ['a profile that is not there', { client: { profile: 'windows-10-1808' }, server: SAMBA }, 'unknown-profile', 'client.profile'],
    ['a server profile of a mere client', { client: WINDOWS, server: { profile: 'curl-7.88' } }, 'unknown-profile', 'server.profile'],
    ['a dialect that does not exist', { client: WINDOWS, server: { policy: { family: 'samba', minDialect: 'SMB9' } } }, 'unknown-dialect', 'server.policy.minDialect'],
    ['a dialect that no client has', { client: { offer: { smb2Dialects: ['3.1.1', '9.9'] } }, server: SAMBA }, 'unknown-dialect', 'client.offer.smb2Dialects.1'],
    ['a dialect in a client\'s settings', { client: { ...WINDOWS, settings: { maxDialect: '4' } }, server: SAMBA }, 'unknown-dialect', 'client.settings.maxDialect'],
    ['a policy that contradicts itself', { client: WINDOWS, server: { policy: { family: 'samba', signing: 'required', options: { 'server signing': 'disabled' } } } }, 'contradiction', 'server.policy.options.server signing'],
    ['a profile of another family', { client: WINDOWS, server: { ...SAMBA, policy: { family: 'specification' } } }, 'contradiction', 'server.policy.family'],
    ['a dialect that the release does not know', { client: WINDOWS, server: { policy: { family: 'samba', version: '4.2', maxDialect: '3.1.1' } } }, 'contradiction', 'server.policy.maxDialect'],
    ['a setting that the family does not have', { client: WINDOWS, server: { policy: { family: 'samba', options: { 'smb2 foo': 'x' } } } }, 'unknown-setting', 'server.policy.options.smb2 foo'],
    ['a setting that no client has', { client: { ...WINDOWS, settings: { colour: 1 } }, server: SAMBA }, 'unknown-setting', 'client.settings.colour'],
    ['a cipher that does not exist', { client: WINDOWS, server: { policy: { family: 'samba', ciphers: ['ROT13'] } } }, 'unknown-value', 'server.policy.ciphers.0'],
    ['a family that does not exist', { client: WINDOWS, server: { policy: { family: 'novell' } } }, 'unknown-family', 'server.policy.family'],
    ['neither profile nor family', { client: WINDOWS, server: {} }, 'bad-request', 'server.policy.family'],
    ['hex of odd length', { client: { hex: ['0000', 'abc'] }, server: SAMBA }, 'bad-hex', 'client.hex.1'],
    ['letters that are no hex', { client: { hex: 'xyz0' }, server: SAMBA }, 'bad-hex', 'client.hex'],
    ['a challenge of the wrong length', { client: WINDOWS, server: SAMBA, values: { challenge: '00' } }, 'bad-request', 'values.challenge'],
    ['a transport that does not exist', { client: WINDOWS, server: SAMBA, transport: 'ipx' }, 'bad-request', 'transport'],
  ])('%s', async (_name, body, code, path) => {
    const answer = await select(body);
    expect([answer.status, answer.json()['code'], answer.json()['path']]).toEqual([400, code, path]);
  });

  it('near names are told for a profile', async () => {
    expect((await select({ client: { profile: 'windows-10-1808' }, server: SAMBA })).json()['detail']).toContain('windows-10-1809');
  });

  it('a body that is no JSON, or none', async () => {
    const code = async (payload: string): Promise<unknown> => (await ask(app, 'POST', URL, { payload, headers: { 'content-type': 'application/json' } })).json()['code'];
    expect(await code('{')).toBe('bad-json');
    expect(await code('')).toBe('empty-body');
  });

  it('a format that does not exist', async () => {
    expect((await select({ client: WINDOWS, server: SAMBA }, { accept: 'image/png' })).status).toBe(406);
  });
});

describe('the matrix', () => {
  const clients = [{ profile: 'windows-xp' }, WINDOWS];
  const servers = [SAMBA, { profile: 'samba-3.0' }];

  it('has a row for each client and a cell for each server', async () => {
    const matrix = (await select({ clients, servers })).json();
    expect([matrix['clients'], matrix['servers']]).toEqual([['windows-xp', 'windows-10-1809'], ['samba-4.17', 'samba-3.0']]);
    expect(matrix['cells'].map((row: any[]) => row.map(({ kind, dialect, verdict, then }) => `${kind} ${dialect} ${verdict} ${then}`))).toEqual([
      ['smb1-none null smb1-only-client-rejected closed', 'smb1-selected NT LM 0.12 smb1-in-use open'],
      ['smb2-dialect 3.1.1 smb2-negotiated-after-decoy open', 'smb1-selected NT LM 0.12 smb1-only-server-found open'],
    ]);
  });

  it('has steps where they are asked for', async () => {
    const matrix = (await select({ clients, servers }, {}, '?steps=true')).json();
    expect(told(matrix['cells'][1][0].steps)).toHaveLength(4);
  });

  it('is a table where one is asked for', async () => {
    const answer = await select({ clients, servers }, { accept: 'text/csv' });
    expect(answer.body.split('\r\n').slice(0, 2)).toEqual(['client,samba-4.17,samba-3.0', 'windows-xp,smb1-none smb1-only-client-rejected,NT LM 0.12 smb1-in-use']);
  });

  it('of everything agrees with each pair asked alone', async () => {
    const { clients: names, servers: others, cells } = (await select({ clients: 'all', servers: 'all' })).json();
    expect(cells.flat().every(({ verdict }: any) => verdict !== null)).toBe(true);
    for (const [row, column] of [[0, 0], [10, 5], [37, others.length - 1], [names.length - 1, 3]] as const) {
      const alone = (await select({ client: { profile: names[row] }, server: { profile: others[column] } })).json();
      expect([names[row], others[column], cells[row][column].kind, cells[row][column].verdict]).toEqual([names[row], others[column], alone['steps'].at(-1).kind, alone['verdict'].code]);
    }
  });
});

describe('the exchange as a capture', () => {
  it('gets the same verdict when it is analysed', async () => {
    const capture = await app.inject({ method: 'POST', url: URL, payload: JSON.stringify({ client: WINDOWS, server: SAMBA }), headers: { accept: 'application/vnd.tcpdump.pcap' } });
    expectDescribed('POST', URL, { status: 200, contentType: 'application/vnd.tcpdump.pcap', body: 'bytes' } satisfies Answered);
    const report = (await ask(app, 'POST', '/v1/captures/analyze', { payload: capture.rawPayload })).json();
    expect(report['connections'].map(({ verdict }: any) => verdict.code)).toEqual(['smb2-negotiated-after-decoy']);
    expect(report['capture'].faults).toEqual([]);
  });

  it('of QUIC shows that it is SMB', async () => {
    const capture = await app.inject({ method: 'POST', url: URL, payload: JSON.stringify({ client: WINDOWS, server: SAMBA, transport: 'quic' }), headers: { accept: 'application/vnd.tcpdump.pcap' } });
    const report = (await ask(app, 'POST', '/v1/captures/analyze', { payload: capture.rawPayload })).json();
    expect(report['connections'].map(({ verdict }: any) => verdict.code)).toEqual(['smb-over-quic']);
  });
});

describe('profiles', () => {
  it('are listed, by role and family', async () => {
    const all = (await ask(app, 'GET', '/v1/profiles')).json();
    const servers = (await ask(app, 'GET', '/v1/profiles?role=server&family=samba', { path: '/v1/profiles' })).json();
    expect(all['profiles'].length).toBeGreaterThan(servers['profiles'].length);
    expect(servers['profiles'].every(({ role, family }: any) => role !== 'client' && family === 'samba')).toBe(true);
    expect(all['families'].map(({ name }: any) => name)).toContain('samba');
  });

  it('have the bytes that their client sends', async () => {
    const { profile, requests } = (await ask(app, 'GET', '/v1/profiles/windows-10-1809', { path: '/v1/profiles/{id}' })).json();
    expect(profile.client.smb1.dialects).toEqual(['NT LM 0.12', 'SMB 2.002', 'SMB 2.???']);
    expect(requests.map(({ kind, hex }: any) => [kind, hex.length / 2])).toEqual([['smb1-negotiate-request', 4 + 69], ['smb2-negotiate-request', 4 + 174]]);
  });

  it('that are not there are 404, with near names', async () => {
    const answer = (await ask(app, 'GET', '/v1/profiles/samba-4.71', { path: '/v1/profiles/{id}' })).json();
    expect(answer['code']).toBe('not-found');
    expect(answer['detail']).toContain('samba-4.7,');
  });
});

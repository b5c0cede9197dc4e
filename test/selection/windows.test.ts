import { describe, expect, it } from 'vitest';
import { clientOffer } from '../../src/selection/client-offer.ts';
import { windows } from '../../src/selection/families/windows.ts';
import type { Transport } from '../../src/selection/family.ts';
import { liveClient } from '../../src/selection/live-client.ts';
import type { Policy } from '../../src/selection/policy.ts';
import { profileOf } from '../../src/selection/profiles.ts';
import { scripted, type ServerStep, simulate } from '../../src/selection/simulate.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';

/** Literals are those of [MS-SMB2]'s notes and of captures, as the protocol reference (4.3, 5.3) has them. */

function play(client: string, policy: Policy, transport: Transport = 'direct-tcp'): ServerStep[] {
  const simulation = { transport, values: DEFAULT_VALUES } as const;
  const live = liveClient(clientOffer(profileOf(client)!.client!, {}), simulation);
  return simulate(live.writes, windows.server(policy), simulation).filter((step): step is ServerStep => step.from === 'server');
}

const last = (steps: readonly ServerStep[]): ServerStep => steps.at(-1)!;
const reply = (step: ServerStep): Record<string, unknown> => step.reply as unknown as Record<string, unknown>;
const contextOf = (step: ServerStep, name: string): unknown => (reply(step)['contexts'] as { name: string }[]).find((context) => context.name === name);

describe('Windows', () => {
  it('without SMB1 resets the connection of a client that knows nothing else', () => {
    const step = last(play('windows-xp', { version: 'server-2022' }));
    expect([step.kind, step.rule?.id]).toEqual(['reset', 'windows-smb1-reset']);
  });

  it('up to 2016 has SMB1 on, and the SMB1 switch decides later', () => {
    expect(last(play('windows-xp', { version: 'server-2016' }))).toMatchObject({ kind: 'smb1-selected', index: 5, dialect: 'NT LM 0.12' });
    expect(last(play('windows-xp', { version: 'server-2016', smb1: false })).kind).toBe('reset');
    expect(last(play('windows-xp', { version: 'server-2022', options: { EnableSMB1Protocol: 'True' } })).kind).toBe('smb1-selected');
  });

  it('prefers NT LM 0.12 where Samba takes NT LANMAN 1.0', () => {
    const part = profileOf('samba-4.17')!.client!;
    const live = liveClient(clientOffer(part, { minDialect: 'CORE', maxDialect: 'NT1' }), { transport: 'direct-tcp', values: DEFAULT_VALUES });
    const [answer] = simulate(live.writes, windows.server({ version: 'xp' }), { transport: 'direct-tcp', values: DEFAULT_VALUES }).filter((step): step is ServerStep => step.from === 'server');
    expect(answer).toMatchObject({ kind: 'smb1-selected', index: 9 });
  });

  it.each([
    ['vista', 0x0202, 0x01, 65_536], ['7', 0x0210, 0x07, 1_048_576], ['server-2008-r2', 0x0210, 0x07, 1_048_576],
    ['8.1', 0x0302, 0x6f, 8_388_608], ['server-2016', 0x0311, 0x2f, 8_388_608], ['server-2019', 0x0311, 0x2f, 8_388_608], ['server-2022', 0x0311, 0x2f, 8_388_608],
  ] as const)('%s answers 0x%s with its capabilities and sizes', (version, dialectRevision, capabilities, maxReadSize) => {
    const step = last(play('windows-10-1809', { version }));
    expect(reply(step)).toMatchObject({ dialectRevision, capabilities, maxReadSize });
  });

  it('tells when it was started up to 2016, and not from 2019 on', () => {
    expect(reply(last(play('windows-10-1809', { version: 'server-2016' })))['serverStartTime']).not.toBe(0n);
    expect(reply(last(play('windows-10-1809', { version: 'server-2019' })))['serverStartTime']).toBe(0n);
  });

  it('chooses by its own order of ciphers, and signs as it is asked from 2022 on', () => {
    const step = last(play('windows-11-24h2', { version: 'server-2022' }));
    expect([contextOf(step, 'ENCRYPTION'), contextOf(step, 'SIGNING')]).toMatchObject([{ ciphers: [2] }, { signingAlgorithms: [2] }]);
    expect(contextOf(last(play('windows-11-24h2', { version: 'server-2019' })), 'SIGNING')).toBe(undefined);
    expect(contextOf(last(play('windows-11-24h2', { version: 'server-2022', options: { EncryptionCiphers: 'AES_256_GCM' } })), 'ENCRYPTION')).toMatchObject({ ciphers: [4] });
  });

  it('1903 answers one compression algorithm, unchained', () => {
    expect(contextOf(last(play('windows-server-2022', { version: '10-1903' })), 'COMPRESSION')).toMatchObject({ flags: 0, algorithms: [2] });
  });

  it('requires signing from 24H2 on', () => {
    expect(reply(last(play('windows-10-1809', { version: '11-24h2' })))['securityMode']).toBe(3);
    expect(reply(last(play('windows-10-1809', { version: 'server-2025' })))['securityMode']).toBe(1);
  });

  it('over NetBIOS selects 3.0.2 at most, without LARGE_MTU', () => {
    expect(reply(last(play('windows-10-1809', { version: 'server-2022' }, 'netbios')))).toMatchObject({ dialectRevision: 0x0302, maxReadSize: 65_536, capabilities: 0x6b });
  });

  it('up to 2003 leaves SMB2 without an answer', () => {
    const step = last(play('go-smb2-1.1', { version: 'server-2003' }));
    expect([step.kind, step.after]).toEqual(['silence', 'open']);
  });

  it('with a least dialect refuses those below', () => {
    expect(last(play('windows-7', { version: 'server-2025', options: { Smb2DialectMin: 'SMB300' } }))).toMatchObject({ kind: 'smb2-error', status: 0xc000_00bb });
  });

  it('refuses more than 64 dialects, and a Reserved field that is not 0', () => {
    const ask = (count: number, reserved: number): ServerStep => {
      const body = Buffer.alloc(100 + 2 * count);
      body.set([0xfe, 0x53, 0x4d, 0x42, 64]);
      body.writeUInt16LE(36, 64);
      body.writeUInt16LE(count, 66);
      body.writeUInt16LE(reserved, 70);
      for (let index = 0; index < count; index++) body.writeUInt16LE(0x0210, 100 + 2 * index);
      const prefix = Buffer.alloc(4);
      prefix.writeUInt32BE(body.length);
      return simulate(scripted([Buffer.concat([prefix, body])]), windows.server({}), { transport: 'direct-tcp', values: DEFAULT_VALUES }).find((step): step is ServerStep => step.from === 'server')!;
    };
    expect(ask(64, 0).kind).toBe('smb2-dialect');
    expect(ask(65, 0)).toMatchObject({ kind: 'smb2-error', status: 0xc000_000d });
    expect(ask(2, 1)).toMatchObject({ kind: 'smb2-error', status: 0xc000_00bb });
  });

  it.each([
    [{ version: '2050' }, 'version'], [{ options: { Colour: 'True' } }, 'options.Colour'], [{ signing: 'required', options: { RequireSecuritySignature: 'False' } }, 'options.RequireSecuritySignature'],
    [{ version: '7', maxDialect: '3.1.1' }, 'maxDialect'], [{ options: { Smb2DialectMax: 'SMB4' } }, 'options.Smb2DialectMax'],
  ] as const)('does not take %j', (policy, path) => {
    expect(() => windows.server(policy)).toThrow(expect.objectContaining({ path }));
  });
});

import { describe, expect, it } from 'vitest';
import type { ClientReaction } from '../../src/selection/client-behaviour.ts';
import { clientOffer, type ClientSettings } from '../../src/selection/client-offer.ts';
import { familyOf } from '../../src/selection/families.ts';
import type { Transport } from '../../src/selection/family.ts';
import { liveClient } from '../../src/selection/live-client.ts';
import { outcomeOf } from '../../src/selection/outcome.ts';
import type { Policy } from '../../src/selection/policy.ts';
import { profileOf } from '../../src/selection/profiles.ts';
import { type ServerStep, simulate, type Step } from '../../src/selection/simulate.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';

function meet(client: string, family: string, policy: Policy = {}, settings: ClientSettings = {}, transport: Transport = 'direct-tcp'): { steps: readonly Step[]; reaction: ClientReaction | null } {
  const simulation = { transport, values: DEFAULT_VALUES };
  const live = liveClient(clientOffer(profileOf(client)!.client!, settings), simulation);
  const steps = simulate(live.writes, familyOf(family)!.server(policy), simulation);
  return { steps, reaction: live.reaction() };
}

describe('a client', () => {
  it('that is answered with SMB1 resets where it has none, closes where it is Samba, goes on where it can', () => {
    const NT1 = { minDialect: 'NT1', maxDialect: 'NT1' } as const;
    expect(meet('windows-10-1809', 'samba', NT1).reaction).toMatchObject({ does: 'reset', events: [{ id: 32_000 }] });
    expect(meet('windows-10-1809', 'samba', NT1, { smb1: true }).reaction).toMatchObject({ does: 'session-setup', events: [{ id: 32_002 }] });
    expect(meet('samba-4.17', 'samba', NT1, { minDialect: 'NT1', smb1: false }).reaction).toMatchObject({ does: 'close', error: 'NT_STATUS_INVALID_NETWORK_RESPONSE' });
  });

  it('that gets no answer waits its own time', () => {
    expect(meet('windows-xp', 'awo00').reaction).toMatchObject({ does: 'wait', waitSeconds: 60, events: [{ id: 30_809 }] });
    expect(meet('samba-4.17', 'windows', { version: 'server-2003' }).reaction).toMatchObject({ does: 'wait', waitSeconds: 20 });
  });

  it('that is hung up on gives up', () => {
    expect(meet('windows-xp', 'windows').reaction).toMatchObject({ does: 'give-up' });
    expect(meet('samba-4.17', 'samba', { maxDialect: 'NT1', minDialect: 'NT1' }).reaction).toMatchObject({ does: 'give-up' });
  });

  it('that is answered with a dialect it did not offer closes', () => {
    expect(meet('linux-5.0', 'impacket', { options: { smb2support: 'yes' } }).reaction).toMatchObject({ does: 'close', rule: { id: 'client-linux-dialect-not-offered' } });
    expect(meet('windows-10-1809', 'impacket', { options: { smb2support: 'yes' } }).reaction).toMatchObject({ does: 'session-setup' });
  });

  it('with a range of nothing sends nothing', () => {
    expect(meet('go-smb2-1.1', 'samba', {}, { maxDialect: 'NT1' }).steps).toEqual([]);
  });

  it('starts as its range says where it is Samba', () => {
    const first = (settings: ClientSettings): string => ((meet('samba-4.17', 'samba', {}, settings).steps[0] as Extract<Step, { from: 'client' }>).messages[0]?.decoded[0]?.kind ?? 'none');
    expect([first({}), first({ minDialect: 'NT1' }), first({ minDialect: 'NT1', start: 'smb2-only' })]).toEqual(['smb2-negotiate-request', 'smb1-negotiate-request', 'smb2-negotiate-request']);
  });

  it('on port 139 asks for a session first, and is refused by a server of Direct TCP alone', () => {
    const { steps } = meet('windows-7', 'samba', {}, {}, 'netbios');
    expect(steps.map((step) => (step.from === 'client' ? step.bytes[0] : step.kind))).toEqual([0x81, 'netbios-accepted', 0, 'smb2-wildcard', 0, 'smb2-dialect']);
  });
});

describe('the outcome', () => {
  const outcome = (policy: Policy, settings: ClientSettings = {}, wishes = { signingRequired: false, encryption: true }): ReturnType<typeof outcomeOf> =>
    outcomeOf(meet('windows-server-2022', 'samba', policy, settings).steps.filter((step): step is ServerStep => step.from === 'server'), wishes);

  it.each([
    [{ maxDialect: '2.1' }, 'HMAC-SHA256', null], [{ maxDialect: '3.0.2' }, 'AES-CMAC', 'AES-128-CCM'], [{}, 'AES-GMAC', 'AES-128-GCM'],
    [{ signingAlgorithms: ['AES-CMAC', 'AES-GMAC', 'HMAC-SHA256'], ciphers: ['AES-256-GCM', 'AES-128-CCM'] }, 'AES-CMAC', 'AES-256-GCM'], [{ encryption: 'off' }, 'AES-GMAC', null],
  ] as const)('of %j signs with %s and encrypts with %s', (policy, algorithm, cipher) => {
    expect(outcome(policy)).toMatchObject({ signing: { required: false, algorithm }, encryption: { possible: cipher !== null, cipher } });
  });

  it('is signed where either side requires it', () => {
    expect(outcome({ signing: 'required' }).signing?.required).toBe(true);
    expect(outcome({}, {}, { signingRequired: true, encryption: true }).signing?.required).toBe(true);
  });
});

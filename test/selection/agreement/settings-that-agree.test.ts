import { describe, expect, it } from 'vitest';
import { clientOffer } from '../../../src/selection/client-offer.ts';
import { asTheyAre, type Pair, settingsThatAgree } from '../../../src/selection/agreement/settings-that-agree.ts';
import { familyOf } from '../../../src/selection/families.ts';
import { readPasted } from '../../../src/selection/pasted/read-pasted.ts';
import type { Policy } from '../../../src/selection/policy.ts';
import type { Profile } from '../../../src/selection/profile.ts';
import { PROFILES } from '../../../src/selection/profiles.ts';
import { DEFAULT_VALUES } from '../../../src/selection/values.ts';

function pairOf({ client: part, family, id }: Profile, server: Profile, policy: Policy = {}): Pair {
  if (part === undefined || server.server === undefined) throw new Error(`${id} and ${server.id} are no client and server`);
  return {
    client: { offer: clientOffer(part, {}) }, settable: { part, settings: {}, family, id },
    family: familyOf(server.family)!, policy: { ...server.server, ...policy } as Policy, transport: 'direct-tcp', values: DEFAULT_VALUES,
  };
}

const clients = PROFILES.filter(({ client }) => client !== undefined);
const servers = PROFILES.filter(({ server }) => server !== undefined);

/** The command as the text that the system would show afterwards: null where it has no such form. */
function shownAfterwards(command: string): string | null {
  const [, name, value] = /^Set-Smb(?:Server|Client)Configuration -(\w+) \$?(\w+)$/.exec(command) ?? [];
  if (name !== undefined && value !== undefined) return `${name} : ${value}\n`;
  return /^[a-z0-9 ]+ = [\w, -]+$/.test(command) ? `[global]\n${command}\n` : null;
}

describe('every known client with every known server', () => {
  it('is told nothing where they agree, and else only what makes them agree, by its own words', () => {
    const count = { agree: 0, helped: 0, shown: 0, alone: 0 };
    for (const server of servers) {
      for (const client of clients) {
        const pair = pairOf(client, server);
        const settings = settingsThatAgree(pair);
        if (asTheyAre(pair).obstacle === null) {
          count.agree += 1;
          expect(settings).toEqual([]);
          continue;
        }
        count[settings.length > 0 ? 'helped' : 'alone'] += 1;
        for (const { side, setting: { command }, outcome, obstacle } of settings) {
          expect({ obstacle, dialect: outcome.dialect }).toEqual({ obstacle: null, dialect: expect.any(String) });
          const text = shownAfterwards(command);
          if (text === null) continue;
          count.shown += 1;
          const read = readPasted(text, side, side === 'server' ? server.family : undefined);
          const after = side === 'server'
            ? { ...pair, policy: { ...pair.policy, ...read.server } }
            : { ...pair, client: { offer: clientOffer(client.client!, read.client) } };
          expect(asTheyAre(after).outcome.dialect, `${client.id}, ${server.id}: ${command}`).toBe(outcome.dialect);
        }
      }
    }
    expect(count.agree).toBeGreaterThan(3000);
    expect(count.helped).toBeGreaterThan(1000);
    expect(count.shown).toBeGreaterThan(300);
  });
});

const byId = (id: string): Profile => PROFILES.find((profile) => profile.id === id)!;
const told = (client: string, minDialect: string): string[] => settingsThatAgree(pairOf(byId(client), byId('samba-4.17'), { minDialect })).map(({ setting: { command, cost } }) => `${command} ${cost.severity}`);

describe('a setting that helps', () => {
  it('opens the least of its values, and costs more the further down it goes', () => {
    expect(told('windows-8.1', '3.1.1')).toEqual(['server min protocol = SMB3_02 low']);
    expect(told('windows-7', '3.1.1')).toEqual(['server min protocol = SMB2_10 medium']);
    expect(told('windows-xp', '3.1.1')).toEqual(['server min protocol = NT1 high']);
  });

  it('leaves what else the policy says as it is, under whatever name it is said', () => {
    const [found] = settingsThatAgree(pairOf(byId('windows-7'), byId('samba-4.17'), { options: { 'ServerMinProtocol': 'SMB3', 'max mux': '7' }, signing: 'required' }));
    expect(found?.setting).toMatchObject({ command: 'server min protocol = SMB2_10', policy: { minDialect: '2.1', signing: 'required', options: { 'max mux': '7' } } });
    expect(found?.outcome).toMatchObject({ dialect: '2.1', signing: { required: true } });
  });

  it('brings back the algorithm that a dialect prescribes', () => {
    const pair = pairOf(byId('windows-8.1'), byId('samba-4.17'), { ciphers: ['AES-256-GCM'], signingAlgorithms: ['AES-GMAC', 'AES-CMAC', 'HMAC-SHA256'] });
    expect(asTheyAre(pair).obstacle?.code).toBe('no-dialect');
    expect(settingsThatAgree(pair).map(({ setting: { command } }) => command)).toContain('server smb3 encryption algorithms = AES-128-GCM, AES-128-CCM, AES-256-GCM, AES-256-CCM');
  });

  it('lets LANMAN clients in where mandatory signing kept them out', () => {
    const pair = pairOf(byId('os2-warp-4'), byId('samba-4.17'), { minDialect: 'LANMAN1', signing: 'required' });
    expect(settingsThatAgree(pair).map(({ setting: { command, cost } }) => `${command} ${cost.severity}`)).toEqual(['server signing = auto medium']);
  });
});

import { describe, expect, it } from 'vitest';
import { familyOf } from '../../src/selection/families.ts';
import type { Policy } from '../../src/selection/policy.ts';
import { PROFILES } from '../../src/selection/profiles.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';
import { distinct, foretell } from './foretold.ts';
import { PROFILE, skipped, title } from './programs.ts';
import { Responder } from './responder.ts';
import { CLIENTS, smbclient } from './smbclient.ts';

/** smbclient takes the replies that we build for the real ones: what it does next is what we predict. */

const SERVERS = PROFILES.flatMap(({ id, family, server }) => (server === undefined ? [] : [{ id, server: familyOf(family)!.server(server as Policy) }]));
const SESSION_SETUP = { smb1: { protocol: 'smb1', code: 0x73 }, smb2: { protocol: 'smb2', code: 1 } };
/** Its clock is right: one that is far off would be another reason to refuse. */
const VALUES = { ...DEFAULT_VALUES, time: BigInt(Date.now()) * 10_000n + 116_444_736_000_000_000n };
/** A silent server: that long it is waited for something else. */
const SILENCE_SECONDS = 1;

describe.skipIf(skipped).each(CLIENTS.filter(({ name }) => ['no settings', 'signing', 'SMB1 and later', 'SMB1 alone', 'up to 2.1'].includes(name)))(`the smbclient of ${title}, $name`, (client) => {
  it('goes on with our replies where that is foretold', async () => {
    const observed: Record<string, unknown> = {};
    const foretold: Record<string, unknown> = {};
    for (const { id, server } of distinct(SERVERS, (each) => foretell(PROFILE!.client!, client.settings, each.server))) {
      const { steps, reaction } = foretell(PROFILE!.client!, client.settings, server);
      const responder = await Responder.start(server, VALUES);
      await smbclient(responder.port, client, 'quit\n', reaction?.does === 'wait' ? SILENCE_SECONDS : undefined);
      observed[id] = responder.command;
      await responder.stop();
      const last = steps.findLast(({ from }) => from === 'server');
      const protocol = last?.from === 'server' && last.kind === 'smb1-selected' ? 'smb1' : 'smb2';
      foretold[id] = reaction?.does === 'session-setup' ? SESSION_SETUP[protocol] : null;
    }
    expect(observed).toEqual(foretold);
    expect(Object.values(foretold).filter((command) => command !== null).length).toBeGreaterThan(1);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcomeOf } from '../../src/selection/outcome.ts';
import { foretell, judged, judgedAs, sambaUnder, serverSteps } from './foretold.ts';
import { NAMES, POLICIES } from './policies.ts';
import { PROFILE, skipped, title, withoutCapture } from './programs.ts';
import { agreed, CLIENTS, type LiveClient } from './smbclient.ts';
import { Smbd } from './smbd.ts';
import { Tcpdump } from './tcpdump.ts';

/** smbclient and smbd with each other: what smbd says that they agreed on is what we predict, and what a capture of it shows us. */

const NAMES_OF_SMBD: Readonly<Record<string, string>> = {
  'NT LANMAN 1.0': 'NT1', '2.0.2': 'SMB2_02', '2.1': 'SMB2_10', '3.0': 'SMB3_00', '3.0.2': 'SMB3_02', '3.1.1': 'SMB3_11',
  'AES-CMAC': 'AES-128-CMAC', 'AES-GMAC': 'AES-128-GMAC',
  'MD5': 'HMAC-MD5', // so smbd calls the signatures of SMB1, which are no HMAC ([MS-CIFS] 3.1.4.1)
};

const word = (name: string | null): string | null => (name === null ? null : NAMES_OF_SMBD[name] ?? name);

describe.skipIf(skipped).each(POLICIES)(`${title} and its smbclient, $name`, ({ options }) => {
  const server = sambaUnder(options);
  let smbd: Smbd;
  let tcpdump: Tcpdump | null = null;

  beforeAll(async () => {
    smbd = await Smbd.start({ ...NAMES, ...options });
    if (!withoutCapture) tcpdump = await Tcpdump.start(smbd.port);
  });
  afterAll(() => smbd.stop());

  it('agree on the dialect, the cipher and the signing algorithm that were foretold', async () => {
    const observed: Record<string, unknown> = {};
    for (const client of CLIENTS) observed[client.name] = await agreed(smbd, client);
    expect(observed).toEqual(Object.fromEntries(CLIENTS.map((client) => [client.name, foretold(client)])));
  });

  it.skipIf(withoutCapture)('get the verdicts that were foretold from our analyser (skipped without tcpdump)', async () => {
    const found = [...judged(await tcpdump!.stop()).values()];
    expect(found.toSorted()).toEqual(CLIENTS.map((client) => judgedAs(foretell(PROFILE!.client!, client.settings, server))).toSorted());
  });

  function foretold(client: LiveClient): Awaited<ReturnType<typeof agreed>> {
    const { steps, reaction, wishes } = foretell(PROFILE!.client!, client.settings, server);
    if (reaction?.does !== 'session-setup') return null;
    const { dialect, signing, encryption } = outcomeOf(serverSteps(steps), wishes);
    const cipher = encryption?.cipher ?? null;
    if (client.protection === 'encrypt' && cipher === null) return null; // it sets the session up, and leaves
    const encrypts = client.protection === 'encrypt' || options['server smb encrypt'] === 'desired';
    return { dialect: word(dialect) ?? '', cipher: encrypts ? word(cipher) : null, signing: word(signing?.algorithm ?? null) };
  }
});

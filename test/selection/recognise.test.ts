import { describe, expect, it } from 'vitest';
import { clientOffer, type ClientSettings, smb1Request, smb2Request } from '../../src/selection/client-offer.ts';
import { fingerprintOf, fingerprintText } from '../../src/selection/fingerprint.ts';
import { together } from '../../src/selection/likely.ts';
import { profileOf } from '../../src/selection/profiles.ts';
import { recogniseRequest } from '../../src/selection/recognise-client.ts';
import { recogniseAnswer } from '../../src/selection/recognise-server.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';
import { decodeSmb } from '../../src/smb/decode.ts';
import type { Smb1NegotiateRequest, Smb2NegotiateRequest, Smb2NegotiateResponse } from '../../src/smb/messages.ts';

function request(profile: string, step: 'smb1' | 'second', settings: ClientSettings = {}): Smb1NegotiateRequest | Smb2NegotiateRequest {
  const { smb1, smb2 } = clientOffer(profileOf(profile)!.client!, settings);
  const bytes = step === 'smb1' ? smb1Request(smb1!, DEFAULT_VALUES) : smb2Request(smb2!, 'second', DEFAULT_VALUES);
  return decodeSmb(bytes.subarray(4), bytes.length - 4)[0] as Smb1NegotiateRequest;
}

const namesOf = (message: Smb1NegotiateRequest | Smb2NegotiateRequest): string[] => recogniseRequest(message).candidates.map(({ profile }) => profile);

describe('fingerprints', () => {
  it.each([
    ['windows-xp', 'smb1', 'c1:18:c853:0:feff:0:PC+NETWORK+PROGRAM+1.0,LANMAN1.0,Windows+for+Workgroups+3.1a,LM1.2X002,LANMAN2.1,NT+LM+0.12'],
    ['windows-10-1809', 'smb1', 'c1:18:c853:ffff:feff:0:NT+LM+0.12,SMB+2.002,SMB+2.???'],
    ['windows-7', 'second', 'c2:0202,0210:0:1:x:0/0:1:feff:0:-'],
    ['windows-10-2004', 'second', 'c2:0202,0210,0300,0302,0311:7f:1:x:0/0:1:feff:0:1(1)38,2(2.1)6,3(4.2.3.1;1)16,5'],
    ['nmap-7.93-smb1', 'smb1', 'c1:18:6845:0:x:1:NT+LM+0.12,'],
  ] as const)('of %s are as docs/fingerprint.md tells', (profile, step, text) => {
    expect(fingerprintText(fingerprintOf(request(profile, step))!)).toBe(text);
  });

  it('write what is odd in a dialect string as its bytes', () => {
    const odd = { ...(request('windows-xp', 'smb1') as Smb1NegotiateRequest), dialects: ['a:b,c%', '\u00e9\u0001'] };
    expect(fingerprintText(fingerprintOf(odd)!)).toBe('c1:18:c853:0:feff:0:a%3ab%2cc%25,%e9%01');
  });
});

describe('clients', () => {
  it.each([
    ['windows-xp', 'smb1', ['windows-2000', 'windows-xp', 'windows-server-2003']],
    ['windows-vista', 'smb1', ['windows-vista', 'windows-server-2008']],
    ['windows-8.1', 'second', ['windows-8.1', 'windows-server-2012-r2']],
    ['windows-server-2022', 'second', ['windows-server-2022', 'windows-11-21h2', 'windows-11-22h2', 'windows-11-23h2']],
    ['windows-10-1903', 'second', ['windows-10-1903', 'windows-10-1909']],
  ] as const)('%s is told no finer than its bytes allow', (profile, step, names) => {
    expect(namesOf(request(profile, step))).toEqual(names);
  });

  it('under other settings are possible, and the settings are named', () => {
    const found = recogniseRequest(request('samba-4.17', 'second', { minDialect: 'CORE', maxDialect: '3.0' })).candidates.find(({ profile }) => profile === 'samba-4.17');
    expect(found).toMatchObject({ certainty: 'possible', settings: { minDialect: 'CORE', maxDialect: '3.0' }, against: [] });
  });

  it('that nobody knows are compared with those that come nearest', () => {
    const message = request('windows-7', 'second') as Smb2NegotiateRequest;
    const { exact, candidates } = recogniseRequest({ ...message, capabilities: 0x04 });
    expect(exact).toBe(false);
    expect(candidates.find(({ profile }) => profile === 'windows-7')).toMatchObject({ certainty: 'possible', against: [{ field: 'capabilities', expected: '0', seen: '4' }] });
  });

  it('like nobody get no name', () => {
    const message = request('windows-xp', 'smb1') as Smb1NegotiateRequest;
    expect(namesOf({ ...message, header: { ...message.header, flags: 0x55, flags2: 0x1234 }, dialects: ['NOBODY'] })).toEqual([]);
  });
});

describe('servers', () => {
  /** Windows 10 1607 or Server 2016, from a capture's fields. */
  const answer = (change: Partial<Smb2NegotiateResponse>): Smb2NegotiateResponse => ({
    kind: 'smb2-negotiate-response', structureSize: 65, securityMode: 1, dialectRevision: 0x0311, serverGuid: Uint8Array.from({ length: 16 }, (_, index) => 200 + index), capabilities: 0x2f,
    maxTransactSize: 8_388_608, maxReadSize: 8_388_608, maxWriteSize: 8_388_608, systemTime: 200n, serverStartTime: 100n, securityBufferOffset: 128, securityBufferLength: 0,
    negotiateContextOffset: 128, negotiateContextCount: 1, oddities: [],
    header: { structureSize: 64, creditCharge: 1, status: 0, command: 0, credits: 1, flags: 1, nextCommand: 0, messageId: 1n, processId: 0xfeff, treeId: 0, sessionId: 0n, signature: new Uint8Array(16) },
    securityBlob: { kind: 'spnego', hasMechToken: false, mechTypes: [{ oid: '1.3.6.1.4.1.311.2.2.30', name: 'NEGOEX' }, { oid: '1.3.6.1.4.1.311.2.2.10', name: 'NTLMSSP' }] },
    contexts: [{ name: 'PREAUTH_INTEGRITY', type: 1, offset: 128, dataLength: 38, hashAlgorithms: [1], saltLength: 32, salt: new Uint8Array(32) }],
    ...change,
  });
  const context = { request: request('windows-10-1809', 'second'), transport: 'direct-tcp' } as const;

  it('that tell when they started are of before 1709', () => {
    const { exact, candidates } = recogniseAnswer(answer({}), context);
    expect(exact).toBe(true);
    expect(candidates.filter(({ certainty }) => certainty === 'likely').map(({ profile }) => profile)).toEqual(['windows-10-1507', 'windows-10-1511', 'windows-10-1607', 'windows-server-2016']);
  });

  it('that do not are of 1709 and later', () => {
    const names = recogniseAnswer(answer({ serverStartTime: 0n }), context).candidates.map(({ profile }) => profile);
    expect(names).toContain('windows-server-2019');
    expect(names).not.toContain('windows-server-2016');
  });

  it('below what both have had their range set', () => {
    const low = answer({ dialectRevision: 0x0302, capabilities: 0x2f, contexts: [], negotiateContextOffset: 0, negotiateContextCount: 0 });
    const { candidates } = recogniseAnswer(low, context);
    expect(candidates.find(({ profile }) => profile === 'windows-server-2012-r2')).toMatchObject({ certainty: 'likely', policy: {} });
    expect(candidates.find(({ profile }) => profile === 'windows-server-2016')).toMatchObject({ certainty: 'possible', policy: { maxDialect: '3.0.2' } });
  });
});

describe('several observations of one host', () => {
  const exact = (...profiles: string[]) => ({ exact: true, members: profiles.map((profile) => ({ profile, certainty: 'likely' as const })) });

  it('narrow each other down as long as they can be one program, and stand side by side where they cannot', () => {
    expect(together([exact('a', 'b', 'c'), exact('b', 'c', 'd'), exact('tool')]).map(({ profile }) => profile)).toEqual(['b', 'c', 'tool']);
  });

  it('count only where they fit, when any does', () => {
    expect(together([{ exact: false, members: [{ profile: 'near', certainty: 'possible' }] }, exact('a')]).map(({ profile }) => profile)).toEqual(['a']);
  });

  it('are as uncertain as the less certain', () => {
    expect(together([exact('a'), { exact: true, members: [{ profile: 'a', certainty: 'possible' }] }])).toEqual([{ profile: 'a', certainty: 'possible' }]);
  });
});

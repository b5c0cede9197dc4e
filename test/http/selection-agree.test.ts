import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, service } from './service.ts';

let app: FastifyInstance;
beforeAll(async () => { app = await service(); });
afterAll(() => app.close());

const URL = '/v1/negotiations/agree';
type Asked = Awaited<ReturnType<typeof ask>>;
const agree = (body: unknown): Promise<Asked> => ask(app, 'POST', URL, { path: URL, payload: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
const settings = async (client: unknown, server: unknown, transport = 'direct-tcp'): Promise<string[]> => {
  const answer = (await agree({ client, server, transport })).json();
  return answer.settings.map(({ for: side, command, cost, outcome }: any) => `${side}: ${command} [${cost.severity}] ${outcome.dialect}`);
};

describe('the single setting that makes two agree', () => {
  it('is not needed where they agree', async () => {
    const answer = (await agree({ client: { profile: 'windows-10-1809' }, server: { profile: 'samba-4.17' } })).json();
    expect(answer).toMatchObject({ agrees: true, obstacle: null, outcome: { dialect: '3.1.1' }, verdict: 'smb2-negotiated-after-decoy', settings: [] });
  });

  it('for an SMB1-only NAS is to let it speak SMB2, and the SMB1 client comes last', async () => {
    const answer = (await agree({ client: { profile: 'windows-11-24h2' }, server: { pasted: 'server min protocol = NT1\nserver max protocol = NT1' } })).json();
    expect(answer).toMatchObject({ agrees: false, obstacle: { code: 'no-dialect' }, verdict: 'smb1-only-server-found', pasted: [{ form: 'smb.conf' }] });
    expect(answer.settings).toMatchObject([
      { for: 'server', system: 'samba', setting: 'server max protocol', value: 'SMB3_11', command: 'server max protocol = SMB3_11', file: 'smb.conf, [global]', apply: 'smbcontrol all reload-config', cost: { severity: 'info' }, outcome: { dialect: '3.1.1' }, verdict: 'smb2-negotiated-after-decoy' },
      { for: 'client', system: 'windows', command: 'Enable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol-Client -All', note: 'A restart is needed.', cost: { severity: 'high' }, outcome: { dialect: 'NT LM 0.12' }, verdict: 'smb1-in-use' },
    ]);
    expect(answer.settings[1].findings.map(({ code }: any) => code)).toContain('smb1-server');
  });

  it('for Samba 3.6 is its own word for SMB2, in the names of its time', async () => {
    expect(await settings({ profile: 'windows-11-23h2' }, { profile: 'samba-3.6' })).toEqual([
      'server: max protocol = SMB2 [info] 2.0.2', 'client: Enable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol-Client -All [high] NT LM 0.12',
    ]);
  });

  it('for an old client opens no more than it needs', async () => {
    expect(await settings({ profile: 'windows-xp' }, { profile: 'samba-4.17' })).toEqual(['server: server min protocol = NT1 [high] NT LM 0.12']);
    expect(await settings({ profile: 'os2-warp-4' }, { profile: 'samba-4.17' })).toEqual(['server: server min protocol = LANMAN2 [high] LANMAN2.1']);
    expect(await settings({ profile: 'windows-7' }, { profile: 'samba-4.17', policy: { minDialect: '3.1.1' } })).toEqual(['server: server min protocol = SMB2_10 [medium] 2.1']);
    expect(await settings({ profile: 'windows-8' }, { profile: 'ksmbd-6', policy: { minDialect: '3.1.1' } })).toEqual(['server: server min protocol = SMB3_00 [low] 3.0']);
  });

  it('of Windows is a cmdlet, a feature or a value of the registry, as the release has them', async () => {
    const xp = { profile: 'windows-xp' };
    expect(await settings(xp, { profile: 'windows-server-2019' })).toEqual(['server: Enable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol-Server -All [high] NT LM 0.12']);
    expect(await settings(xp, { profile: 'windows-server-2016', policy: { smb1: false } })).toEqual(['server: Set-SmbServerConfiguration -EnableSMB1Protocol $true [high] NT LM 0.12']);
    expect(await settings(xp, { profile: 'windows-7', policy: { smb1: false } })).toEqual([String.raw`server: Set-ItemProperty -Path 'HKLM:\SYSTEM\CurrentControlSet\Services\LanmanServer\Parameters' SMB1 -Type DWORD -Value 1 -Force [high] NT LM 0.12`]);
    expect(await settings({ profile: 'windows-8.1' }, { profile: 'windows-server-2025', pasted: 'Smb2DialectMin : SMB311\nEnableSMB1Protocol : False' })).toEqual(['server: Set-SmbServerConfiguration -Smb2DialectMin SMB302 [low] 3.0.2']);
    expect(await settings({ profile: 'windows-11-24h2', pasted: 'Smb2DialectMin : SMB311\nRequireEncryption : False' }, { profile: 'windows-server-2012-r2' })).toEqual(['client: Set-SmbClientConfiguration -Smb2DialectMin SMB302 [low] 3.0.2']);
    expect(await settings({ profile: 'windows-10-1809' }, { profile: 'windows-server-2016', policy: { options: { EnableSMB2Protocol: 'False' } } })).toEqual([
      'server: Set-SmbServerConfiguration -EnableSMB2Protocol $true [info] 3.1.1', 'client: Enable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol-Client -All [high] NT LM 0.12',
    ]);
  });

  it('of Linux is one mount', async () => {
    expect(await settings({ profile: 'linux-5.0' }, { profile: 'samba-4.17', policy: { maxDialect: 'NT1', minDialect: 'NT1' } })).toEqual([
      'server: server max protocol = SMB3_11 [info] 3.1.1', 'client: mount -t cifs -o vers=1.0 //SERVER/SHARE /mnt [high] NT LM 0.12',
    ]);
    expect(await settings({ profile: 'linux-5.0' }, { profile: 'windows-server-2008' })).toEqual(['client: mount -t cifs -o vers=2.0 //SERVER/SHARE /mnt [medium] 2.0.2']);
  });

  it('may be about encryption alone', async () => {
    const answer = (await agree({ client: { profile: 'windows-7' }, server: { profile: 'windows-server-2022', pasted: 'EncryptData : True\nRejectUnencryptedAccess : True' } })).json();
    expect(answer).toMatchObject({ agrees: false, obstacle: { code: 'encryption' }, outcome: { dialect: '2.1', encryption: { possible: false } } });
    expect(answer.settings).toMatchObject([{ command: 'Set-SmbServerConfiguration -RejectUnencryptedAccess $false', cost: { severity: 'medium' }, outcome: { dialect: '2.1' } }]);
    expect(await settings({ profile: 'samba-4.17', pasted: 'client smb encrypt = required' }, { profile: 'windows-server-2008-r2' })).toEqual(['client: client smb encrypt = desired [medium] 2.1']);
  });

  it('is missing where none is enough, and where nobody knows the settings', async () => {
    const both = (await agree({ client: { profile: 'windows-xp' }, server: { profile: 'ksmbd-6' } })).json();
    expect(both).toMatchObject({ agrees: false, settings: [] });
    expect(await settings({ offer: { smb2Dialects: ['3.1.1'] } }, { policy: { family: 'specification', maxDialect: '3.0' } })).toEqual([]);
  });

  it('of the server is found for bytes as well', async () => {
    const hex = 'ff534d4272000000001853c8000000000000000000000000fffffffe00000000000c00024e54204c4d20302e313200';
    expect(await settings({ hex }, { profile: 'samba-4.17' })).toEqual(['server: server min protocol = NT1 [high] NT LM 0.12']);
  });

  it('is asked with the same fields as select, and refused by the same paths', async () => {
    const answer = await agree({ client: { profile: 'windows-xq' }, server: { profile: 'samba-4.17' } });
    expect({ status: answer.status, ...answer.json() }).toMatchObject({ status: 400, code: 'unknown-profile', path: 'client.profile' });
  });
});

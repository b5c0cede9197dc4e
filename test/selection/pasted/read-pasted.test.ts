import { describe, expect, it } from 'vitest';
import { familyOf } from '../../../src/selection/families.ts';
import { PastedFault } from '../../../src/selection/pasted/pasted.ts';
import { readPasted } from '../../../src/selection/pasted/read-pasted.ts';

/** The list as Windows Server 2025 prints it, trailing blanks and a wrapped value included. */
const SERVER_LIST = `PS C:\\Users\\admin> Get-SmbServerConfiguration

AnnounceComment                         : 
AnnounceServer                          : False 
EnableSMB1Protocol                      : False
EnableSMB2Protocol                      : True
EnableSecuritySignature                 : False
EncryptData                             : True
EncryptionCiphers                       : AES_128_GCM, AES_128_CCM, 
                                          AES_256_GCM, AES_256_CCM
RejectUnencryptedAccess                 : True
RequireSecuritySignature                : True
Smb2DialectMax                          : None
Smb2DialectMin                          : SMB300

PS C:\\Users\\admin>
`;

const faultOf = (text: string, side: 'server' | 'client' = 'server'): PastedFault => {
  try {
    readPasted(text, side);
  } catch (error) {
    if (error instanceof PastedFault) return error;
    throw error;
  }
  throw new Error('it was read');
};

describe('the output of Get-SmbServerConfiguration', () => {
  const policy = { minDialect: '3.0', signing: 'required', smb1: false, encryption: 'required', ciphers: ['AES-128-GCM', 'AES-128-CCM', 'AES-256-GCM', 'AES-256-CCM'] };

  it('is read as a list, and what was left out is told', () => {
    const { form, family, server, read, ignored } = readPasted(SERVER_LIST, 'server');
    expect({ form, family, server }).toEqual({ form: 'Get-SmbServerConfiguration', family: 'windows', server: policy });
    expect(read.map(({ line, setting, value }) => `${line} ${setting} ${value}`)).toEqual([
      '5 EnableSMB1Protocol False', '6 EnableSMB2Protocol True', '8 EncryptData True', '9 EncryptionCiphers AES_128_GCM, AES_128_CCM, AES_256_GCM, AES_256_CCM',
      '11 RejectUnencryptedAccess True', '12 RequireSecuritySignature True', '13 Smb2DialectMax None', '14 Smb2DialectMin SMB300',
    ]);
    expect(ignored).toEqual([
      { line: 1, lines: 1, setting: 'PS C:\\Users\\admin> Get-SmbServerConfiguration', reason: 'it is no property' },
      { line: 3, lines: 2, setting: 'AnnounceComment, …', reason: 'nothing in a negotiation depends on it' },
      { line: 7, lines: 1, setting: 'EnableSecuritySignature', reason: 'SMB2 goes by RequireSecuritySignature alone' },
      { line: 16, lines: 1, setting: 'PS C:\\Users\\admin>', reason: 'it is no property' },
    ]);
    expect(() => familyOf('windows')?.server({ version: 'server-2025', ...server })).not.toThrow();
  });

  it('is read as JSON, where dialects are the numbers behind their names', () => {
    const text = JSON.stringify([{
      AnnounceComment: '', EnableSMB1Protocol: false, EnableSMB2Protocol: true, EncryptData: true, RejectUnencryptedAccess: true, RequireSecuritySignature: true,
      EncryptionCiphers: 'AES_128_GCM, AES_128_CCM, AES_256_GCM, AES_256_CCM', Smb2DialectMax: 65_536, Smb2DialectMin: 768, PSComputerName: null, CimClass: { CimSuperClassName: null },
    }], null, 2);
    const { server, read, ignored } = readPasted(text, 'server');
    expect(server).toEqual(policy);
    expect(read.find(({ setting }) => setting === 'Smb2DialectMin')).toEqual({ line: 11, setting: 'Smb2DialectMin', value: '768', side: 'server' });
    expect(ignored.map(({ setting, reason }) => `${setting}: ${reason}`)).toEqual(['AnnounceComment: nothing in a negotiation depends on it', 'PSComputerName: it has no value', 'CimClass: it is no setting']);
  });

  it('is read as the table of a few selected properties', () => {
    const text = '\nEnableSMB1Protocol EnableSMB2Protocol RequireSecuritySignature\n------------------ ------------------ ------------------------\n              True              False                    False\n';
    expect(readPasted(text, 'server').server).toEqual({ smb1: true, signing: 'default', options: { EnableSMB2Protocol: 'False' } });
  });

  it('encryption that is not insisted on is a wish', () => {
    expect(readPasted('EncryptData : True\nRejectUnencryptedAccess : False\n', 'server').server).toEqual({ encryption: 'desired' });
  });

  it.each([
    ['a value that Windows does not have', 'EnableSMB1Protocol : True\nSmb2DialectMin : SMB310\n', 'unknown-value', 2],
    ['a flag that is none', 'EncryptData : perhaps\n', 'unknown-value', 1],
    ['JSON that breaks off', '{ "EnableSMB1Protocol": fal', 'bad-json', 0],
    ['two objects', '[{"EncryptData": true}, {"EncryptData": true}]', 'bad-request', 0],
    ['the configuration of a client', 'RequireSecuritySignature : True\nEnableInsecureGuestLogons : False\n', 'contradiction', 0],
    ['something else', 'hello', 'bad-request', 0],
    ['what is too long', 'x = y\n'.repeat(200_000), 'too-large', 0],
    ['nothing', '', 'bad-request', 0],
    ['only comments', '# server min protocol = NT1\n', 'bad-request', 0],
  ])('refuses %s', (_name, text, code, line) => {
    const fault = faultOf(text);
    expect({ code: fault.code, line: fault.line }).toEqual({ code, line });
  });
});

describe('the output of Get-SmbClientConfiguration', () => {
  it('gives the settings of a client', () => {
    const text = 'EnableInsecureGuestLogons : False\nEnableSecuritySignature : True\nEncryptionCiphers : AES_256_GCM\nRequireEncryption : True\nRequireSecuritySignature : True\nSmb2DialectMax : SMB311\nSmb2DialectMin : 0\n';
    expect(readPasted(text, 'client')).toMatchObject({
      form: 'Get-SmbClientConfiguration', family: 'windows', server: {}, client: { maxDialect: '3.1.1', signing: 'required', encryption: 'required', ciphers: ['AES-256-GCM'] },
    });
  });

  it('is taken as what it is pasted for where only shared names are there', () => {
    expect(readPasted('RequireSecuritySignature : True\n', 'client').client).toEqual({ signing: 'required' });
    expect(readPasted('RequireSecuritySignature : True\n', 'server').server).toEqual({ signing: 'required' });
  });
});

describe('smb.conf', () => {
  it('gives a policy, and settings of a client, and says what of it was left out', () => {
    const text = [
      '# comment \\', 'Max Protocol = smb3', 'include = /etc/samba/%m.conf', '[Global]', ' workgroup = home', 'netbios name = %h', 'serversigning=\\', 'mandatory', 'smb encrypt = desired',
      'client min protocol = NT1', 'client smb3 encryption algorithms = -AES-128-CCM', 'hosts allow = 10.', 'server max protocol = SMB3_02', 'junk', 'max xmit = 64k', '[data]', 'path = /srv', 'server min protocol = NT1',
    ].join('\n');
    const { form, family, server, client, ignored, warnings } = readPasted(text, 'server');
    expect({ form, family }).toEqual({ form: 'smb.conf', family: 'samba' });
    expect(server).toEqual({ maxDialect: '3.0.2', signing: 'required', encryption: 'desired', options: { 'workgroup': 'HOME', 'max xmit': '65536' } });
    expect(client).toEqual({ minDialect: 'NT1', ciphers: ['AES-128-GCM', 'AES-256-GCM', 'AES-256-CCM'] });
    expect(ignored.map(({ line, setting, reason }) => `${line} ${setting}: ${reason}`)).toEqual([
      '2 server max protocol: line 13 says it again, and the last one counts',
      '3 include: the file that it names was not read',
      '6 netbios name: only the server knows what its macro stands for',
      '10 client min protocol: it is about this host as a client',
      '11 client smb3 encryption algorithms: it is about this host as a client',
      '12 hosts allow: it decides who is answered at all; here everyone is',
      '14 junk: it has no "=", so Samba passes it over',
      '17 [data] path: it is about one share, and a negotiation comes before any share',
      '18 [data] server min protocol: it stands in a share, where Samba ignores it: it belongs to [global]',
    ]);
    expect(warnings.map(({ code }) => code)).toEqual(['not-read']);
  });

  it('pasted for a client leaves the server out', () => {
    const { read, ignored } = readPasted('server min protocol = NT1\nclient max protocol = SMB3_00', 'client');
    expect({ read, ignored }).toEqual({
      read: [{ line: 2, setting: 'client max protocol', value: 'SMB3_00', side: 'client' }],
      ignored: [{ line: 1, lines: 1, setting: 'server min protocol', reason: 'it is about this host as a server' }],
    });
  });

  it('may be a ksmbd.conf where the family is said to be ksmbd', () => {
    const { form, server, ignored } = readPasted('[global]\nserver min protocol = smb3_00\nsmb3 encryption = yes\nnetbios name = X\n[data]\nserver signing = mandatory', 'server', 'ksmbd');
    expect({ form, server }).toEqual({ form: 'ksmbd.conf', server: { options: { 'server min protocol': 'SMB3_00', 'smb3 encryption': 'yes' } } });
    expect(() => familyOf('ksmbd')?.server(server)).not.toThrow();
    expect(ignored.map(({ setting }) => setting)).toEqual(['netbios name', '[data] server signing']);
  });

  it('of a domain controller requires signing, unless it says otherwise', () => {
    expect(readPasted('server role = active directory domain controller', 'server').server).toEqual({ signing: 'required' });
    expect(readPasted('server role = dc\nserver signing = auto', 'server').server).toEqual({ signing: 'auto' });
    expect(readPasted('server role = standalone server', 'server').server).toEqual({});
    expect(readPasted('Load smb config files from /etc/samba/smb.conf\nServer role: ROLE_ACTIVE_DIRECTORY_DC\n\n# Global parameters\n[global]\n\trealm = X\n', 'server')).toMatchObject({ form: 'testparm', server: { signing: 'required' } });
  });

  it('keeps changes of a list as changes, for what the default is depends on the release', () => {
    expect(readPasted('server smb3 signing algorithms = -HMAC-SHA256\nserver smb3 signing algorithms = +HMAC-SHA256', 'server').server).toEqual({ options: { 'server smb3 signing algorithms': '-HMAC-SHA256 +HMAC-SHA256' } });
    expect(readPasted('server smb3 encryption algorithms = aes-128-ccm, AES-256-GCM', 'server').server).toEqual({ ciphers: ['AES-128-CCM', 'AES-256-GCM'] });
  });

  it.each([
    ['[global]\nserver min protocol = SMB1', 2, 'unknown-value'], ['[global\nx = y', 1, 'bad-request'], ['x = y\n[]', 2, 'bad-request'], ['x = y\n= y', 2, 'bad-request'],
    ['max xmit = 64kb', 1, 'unknown-value'], ['host msdfs = maybe', 1, 'unknown-value'], ['server smb3 signing algorithms = -HMAC-SHA256 AES-128-GMAC', 1, 'unknown-value'],
  ])('refuses what Samba does not start with: %j', (text, line, code) => {
    const fault = faultOf(text);
    expect({ code: fault.code, line: fault.line }).toEqual({ code, line });
  });
});

import type { ClientSettings } from '../../src/selection/client-offer.ts';

/** A client of the recordings, by the recorder's name for it, and one of its requests. */
export interface RecordedClient { client: string; request: { proto: string; flags2?: string; dialects: string[] } }

const NAMES = { CORE: 'CORE', LANMAN1: 'LANMAN1', LANMAN2: 'LANMAN2', NT1: 'NT1', SMB2_02: '2.0.2', SMB2_10: '2.1', SMB3_00: '3.0', SMB3_02: '3.0.2', SMB3_11: '3.1.1' } as const;
type Name = keyof typeof NAMES;
const BY_CODE: Record<string, '2.0.2' | '2.1' | '3.0' | '3.0.2' | '3.1.1'> = { '0x0202': '2.0.2', '0x0210': '2.1', '0x0300': '3.0', '0x0302': '3.0.2', '0x0311': '3.1.1' };

/** What the recorder's name for a client means: a profile and its settings. */
export function meant({ client, request }: RecordedClient): [profile: string, settings: ClientSettings] {
  const range = /^smbclient-min(\w+)-max(\w+)$/.exec(client);
  if (range !== null) return ['samba-4.17', { minDialect: NAMES[range[1] as Name], maxDialect: NAMES[range[2] as Name] }];
  const only = request.dialects.length === 1 ? BY_CODE[request.dialects[0] ?? ''] : undefined;
  const single = only === undefined ? {} : { minDialect: only, maxDialect: only };
  switch (client) {
    case 'curl': return ['curl-7.88', {}];
    case 'jcifs': return ['jcifs-1.3', {}];
    case 'jcifs-noextsec': return ['jcifs-1.3-noextsec', {}];
    case 'rclone': return ['go-smb2-1.1', {}];
    case 'pysmbc': return ['samba-4.17', {}];
    case 'nmap': return request.proto === 'smb2' ? ['nmap-7.93', single] : [request.flags2 === '0x6845' ? 'nmap-7.93-smb1' : 'nmap-7.93-smb1-noextsec', {}];
    case 'impacket-multi': return ['impacket-0.10', {}];
    case 'impacket-ntlm012': return ['impacket-0.10-smb1', {}];
    case 'npm-awo00': return ['npm-awo00-smb2', {}];
    case 'npm-marsaud': return ['npm-marsaud-smb2', {}];
    case 'npm-v9u': return ['npm-v9u-smb2', {}];
    case 'npm-smb2': return ['npm-smb2', {}];
    case 'smbclient-mNT1': return ['samba-4.17', { minDialect: 'CORE', maxDialect: 'NT1' }];
    case 'smbclient-NT1-SMB3': return ['samba-4.17', { minDialect: 'NT1' }];
    case 'smbclient-auth-max2': return ['samba-4.17', { maxDialect: '2.1' }];
    case 'smbclient-auth-encrypt': case 'smbclient-auth-sign': return ['samba-4.17', { signing: 'required' }];
    default:
      if (client.startsWith('impacket-0')) return ['impacket-0.10-smb2', single];
      if (client.startsWith('smbclient-NT1-sign')) return ['samba-4.17', { minDialect: 'NT1', maxDialect: 'NT1' }];
      return ['samba-4.17', {}];
  }
}

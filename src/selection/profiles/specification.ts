import type { Profile } from '../profile.ts';

/** Servers as the specifications describe them. PROTOCOL 4.1, 4.2 */
const server = (id: string, title: string, version: string, policy: NonNullable<Profile['server']>): Profile =>
  ({ id, title, role: 'server', family: 'specification', version, certainty: 'specification', source: ['MS-SMB2', 'MS-SMB', 'MS-CIFS'], server: policy });

export const SPECIFIED: readonly Profile[] = [
  server('specification', 'A server as specified, 2.0.2 to 3.1.1', '3.1.1', {}),
  server('specification-smb1', 'A server as specified, SMB1 alone', 'NT1', { minDialect: 'CORE', maxDialect: 'NT1' }),
  server('specification-all', 'A server as specified, SMB1 to 3.1.1', '3.1.1', { minDialect: 'CORE' }),
];

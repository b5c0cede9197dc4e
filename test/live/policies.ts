/** smb.conf lines of the servers that are asked: what our policy is told is what smbd is told. */
export interface LivePolicy {
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
}

const range = (min: string, max: string): Record<string, string> => ({ 'server min protocol': min, 'server max protocol': max });

export const POLICIES: readonly LivePolicy[] = [
  { name: 'no settings', options: {} },
  { name: 'every dialect', options: range('CORE', 'SMB3_11') },
  { name: 'SMB1 alone', options: range('NT1', 'NT1') },
  { name: 'LANMAN alone', options: range('LANMAN1', 'LANMAN2') },
  { name: 'SMB 2.1 alone', options: range('SMB2_10', 'SMB2_10') },
  { name: 'up to SMB 3.0', options: range('NT1', 'SMB3_00') },
  { name: 'SMB 3.0.2 alone', options: range('SMB3_02', 'SMB3_02') },
  { name: 'SMB 3.1.1 alone', options: range('SMB3_11', 'SMB3_11') },
  { name: 'a least dialect above the greatest', options: range('SMB3_11', 'SMB2_10') },
  { name: 'signing mandatory', options: { ...range('CORE', 'SMB3_11'), 'server signing': 'mandatory' } },
  { name: 'encryption off', options: { ...range('NT1', 'SMB3_11'), 'server smb encrypt': 'off' } },
  { name: 'encryption desired, 256 bits first', options: { 'server smb encrypt': 'desired', 'server smb3 encryption algorithms': 'AES-256-GCM, AES-256-CCM, AES-128-GCM, AES-128-CCM' } },
  { name: 'no AES-128-CCM', options: { 'server smb3 encryption algorithms': 'AES-256-GCM' } },
  { name: 'AES-CMAC alone', options: { 'server smb3 signing algorithms': 'AES-128-CMAC' } },
  { name: 'no multichannel, DFS or leases', options: { ...range('NT1', 'SMB3_11'), 'server multi channel support': 'no', 'host msdfs': 'no', 'smb2 leases': 'no' } },
  { name: 'other sizes', options: { ...range('NT1', 'SMB3_11'), 'smb2 max read': '1048576', 'smb2 max write': '2097152', 'smb2 max trans': '65536', 'max xmit': '8192', 'max mux': '20' } },
];

export const NAMES = { 'netbios name': 'LIVESRV', 'workgroup': 'LIVEGRP' };

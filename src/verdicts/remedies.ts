import type { Remedy } from './verdict.ts';

/** What to do, per side and system. Commands: PROTOCOL 6.2. */
const server = (system: Remedy['system'], text: string, command?: string): Remedy => remedy('server', system, text, command);
const client = (system: Remedy['system'], text: string, command?: string): Remedy => remedy('client', system, text, command);
const network = (text: string): Remedy => remedy('network', 'any', text);

function remedy(side: Remedy['for'], system: Remedy['system'], text: string, command?: string): Remedy {
  return command === undefined ? { for: side, system, text } : { for: side, system, text, command };
}

export { server as serverRemedy, client as clientRemedy, network as networkRemedy };

export const AUDIT_SMB1 = server('windows', 'See who still uses SMB1 before you take it away: auditing writes an event for each SMB1 client.', 'Set-SmbServerConfiguration -AuditSmb1Access $true');

export const SERVER_WITHOUT_SMB1: readonly Remedy[] = [
  AUDIT_SMB1,
  server('windows', 'Turn the SMB1 server off. No restart is needed.', 'Set-SmbServerConfiguration -EnableSMB1Protocol $false'),
  server('windows', 'Remove SMB1 altogether. A restart is needed; on servers the feature may also be taken away with Remove-WindowsFeature FS-SMB1.', 'Disable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol'),
  server('samba', 'Refuse SMB1 in smb.conf. It is the default since Samba 4.11.', 'server min protocol = SMB2_02'),
];

export const SERVER_WITH_SMB2: readonly Remedy[] = [
  server('any', 'Update the firmware or the software of the server, or turn on SMB2 in its settings. A device that never learned SMB2 should be replaced or isolated.'),
  server('windows', 'See that SMB2 and SMB3 are not switched off on the server.', 'Set-SmbServerConfiguration -EnableSMB2Protocol $true'),
  server('samba', 'Let the server speak everything up to SMB 3.1.1 in smb.conf.', 'server max protocol = SMB3_11'),
];

export const CLIENT_WITH_SMB2: readonly Remedy[] = [
  client('any', 'Update the firmware or the software of the client so that it offers SMB2, or replace it. A scanner or printer can often send by SFTP, HTTPS or mail instead.'),
  client('windows', 'See which dialect each connection of the client uses.', 'Get-SmbConnection | Select-Object ServerName, Dialect'),
  client('samba', 'Let the client offer SMB2 and SMB3 in smb.conf.', 'client min protocol = SMB2_02\nclient max protocol = SMB3_11'),
  client('linux', 'Mount with a modern dialect.', 'mount -t cifs -o vers=3.1.1 //server/share /mnt'),
  client('macos', 'Let /etc/nsmb.conf allow SMB2 and SMB3 only.', 'protocol_vers_map=6'),
];

export const CLIENT_WITHOUT_SMB1: readonly Remedy[] = [
  client('windows', 'Remove the SMB1 client. A restart is needed.', 'Disable-WindowsOptionalFeature -Online -FeatureName SMB1Protocol-Client'),
  client('samba', 'Never fall back to SMB1 in smb.conf.', 'client min protocol = SMB2_02'),
  client('macos', 'Never fall back to SMB1 in /etc/nsmb.conf.', 'protocol_vers_map=6'),
];

export const COMMON_DIALECT: readonly Remedy[] = [
  server('windows', 'Compare the dialect range of the server with what the client offers (Windows 11 24H2, Server 2025 and later).', 'Get-SmbServerConfiguration | Select-Object Smb2DialectMin, Smb2DialectMax'),
  server('samba', 'Compare the range in smb.conf with what the client offers.', 'testparm -v -s | grep -E "server (min|max) protocol"'),
  server('ksmbd', 'Compare the range in /etc/ksmbd/ksmbd.conf with what the client offers.', 'grep -E "server (min|max) protocol" /etc/ksmbd/ksmbd.conf'),
  client('windows', 'Compare the dialect range of the client with what the server accepts (Windows 11 24H2, Server 2025 and later).', 'Get-SmbClientConfiguration | Select-Object Smb2DialectMin, Smb2DialectMax'),
  client('linux', 'Mount with a dialect that the server accepts.', 'mount -t cifs -o vers=3.1.1 //server/share /mnt'),
];

export const REQUIRE_SIGNING: readonly Remedy[] = [
  server('windows', 'Require signing on the server.', 'Set-SmbServerConfiguration -RequireSecuritySignature $true'),
  server('samba', 'Require signing in smb.conf.', 'server signing = mandatory'),
  server('ksmbd', 'Require signing in /etc/ksmbd/ksmbd.conf.', 'server signing = mandatory'),
  client('windows', 'Require signing on the client.', 'Set-SmbClientConfiguration -RequireSecuritySignature $true'),
  client('samba', 'Require signing in smb.conf.', 'client signing = required'),
  client('macos', 'Require signing in /etc/nsmb.conf.', 'signing_required=yes'),
  client('linux', 'Mount with signing.', 'mount -t cifs -o vers=3.1.1,sign //server/share /mnt'),
];

export const ENCRYPT: readonly Remedy[] = [
  server('windows', 'Encrypt all shares, and refuse clients that cannot.', 'Set-SmbServerConfiguration -EncryptData $true -RejectUnencryptedAccess $true'),
  server('samba', 'Require encryption in smb.conf (before 4.14 the setting is smb encrypt).', 'server smb encrypt = required'),
  server('ksmbd', 'Turn encryption on in /etc/ksmbd/ksmbd.conf.', 'smb3 encryption = mandatory'),
  client('windows', 'Require encryption on the client (Windows 11 24H2, Server 2025 and later).', 'Set-SmbClientConfiguration -RequireEncryption $true'),
  client('linux', 'Mount with encryption.', 'mount -t cifs -o vers=3.1.1,seal //server/share /mnt'),
];

export const NEWEST_DIALECT: readonly Remedy[] = [
  server('windows', 'Require SMB 3.1.1 on the server (Windows 11 24H2, Server 2025 and later).', 'Set-SmbServerConfiguration -Smb2DialectMin SMB311'),
  server('samba', 'Require SMB 3.1.1 in smb.conf.', 'server min protocol = SMB3_11'),
  client('windows', 'Require SMB 3.1.1 on the client (Windows 11 24H2, Server 2025 and later).', 'Set-SmbClientConfiguration -Smb2DialectMin SMB311'),
  client('macos', 'Allow SMB3 only in /etc/nsmb.conf.', 'protocol_vers_map=4'),
  client('linux', 'Mount with the newest dialect.', 'mount -t cifs -o vers=3.1.1 //server/share /mnt'),
];

export const CAPTURE_MORE: readonly Remedy[] = [
  network('Capture again from before the connection begins until it ends, with both directions and whole packets.'),
  client('linux', 'A capture that holds what is needed.', 'tcpdump -i any -s 0 -w smb.pcap "tcp port 445 or tcp port 139"'),
  client('windows', 'A capture with the tool that Windows brings along.', 'pktmon filter add SMB -p 445\npktmon start --capture --pkt-size 0 --file-name smb.etl\npktmon etl2pcap smb.etl'),
];

export const REACHABLE: readonly Remedy[] = [
  server('windows', 'See that the server listens and that its firewall admits the client.', 'Get-NetTCPConnection -LocalPort 445 -State Listen'),
  server('linux', 'See that the server listens and that its firewall admits the client.', 'ss -ltn "sport = :445"'),
  client('windows', 'Try the connection by hand.', 'Test-NetConnection -ComputerName SERVER -Port 445'),
  network('Look for a firewall between the two sides that drops or resets TCP 445 or 139.'),
];

export const FIREWALL_INTERNET: readonly Remedy[] = [
  network('Block TCP 139 and 445, UDP 137 and 138 at the border, inbound and outbound.'),
  server('windows', 'Admit SMB only from networks that need it.', "Set-NetFirewallRule -DisplayGroup 'File and Printer Sharing' -Profile Public -Enabled False"),
  server('samba', 'Admit only local networks in smb.conf.', 'hosts allow = 10.0.0.0/8 192.168.0.0/16\nhosts deny = ALL'),
];

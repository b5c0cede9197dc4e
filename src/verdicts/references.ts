import type { Reference } from './verdict.ts';

/** Documents that verdicts and findings point at; one place, so that a moved page is mended once. */
export const MS_SMB2: Reference = { title: '[MS-SMB2] Server Message Block (SMB) Protocol Versions 2 and 3', url: 'https://learn.microsoft.com/openspecs/windows_protocols/ms-smb2/5606ad47-5ee0-437a-817e-70c366052962' };
export const MS_SMB: Reference = { title: '[MS-SMB] Server Message Block (SMB) Protocol', url: 'https://learn.microsoft.com/openspecs/windows_protocols/ms-smb/f210069c-7086-4dc2-885e-861d837df688' };
export const MS_CIFS: Reference = { title: '[MS-CIFS] Common Internet File System (CIFS) Protocol', url: 'https://learn.microsoft.com/openspecs/windows_protocols/ms-cifs/d416ff7c-c536-406e-a951-4f04b2fd1d2b' };
export const DETECT_SMB1: Reference = { title: 'Detect, enable and disable SMBv1, SMBv2 and SMBv3 in Windows', url: 'https://learn.microsoft.com/windows-server/storage/file-server/troubleshoot/detect-enable-and-disable-smbv1-v2-v3' };
export const SMB1_NOT_INSTALLED: Reference = { title: 'SMBv1 is not installed by default in Windows', url: 'https://learn.microsoft.com/windows-server/storage/file-server/troubleshoot/smbv1-not-installed-by-default-in-windows' };
export const STOP_USING_SMB1: Reference = { title: 'Stop using SMB1', url: 'https://techcommunity.microsoft.com/blog/filecab/stop-using-smb1/425858' };
export const SMB_SIGNING: Reference = { title: 'Overview of Server Message Block signing', url: 'https://learn.microsoft.com/windows-server/storage/file-server/smb-signing-overview' };
export const SMB_SECURITY: Reference = { title: 'SMB security enhancements', url: 'https://learn.microsoft.com/windows-server/storage/file-server/smb-security' };
export const SMB_DIALECTS: Reference = { title: 'Manage SMB dialects in Windows', url: 'https://learn.microsoft.com/windows-server/storage/file-server/manage-smb-dialects' };
export const SMB_QUIC: Reference = { title: 'SMB over QUIC', url: 'https://learn.microsoft.com/windows-server/storage/file-server/smb-over-quic' };
export const SMB_TRAFFIC: Reference = { title: 'Secure SMB traffic in Windows Server', url: 'https://learn.microsoft.com/windows-server/storage/file-server/smb-secure-traffic' };
export const SMB_CONF: Reference = { title: 'smb.conf, the configuration file of Samba', url: 'https://www.samba.org/samba/docs/current/man-html/smb.conf.5.html' };
export const DF_SMB: Reference = { title: 'Wireshark display filter reference: SMB', url: 'https://www.wireshark.org/docs/dfref/s/smb.html' };
export const DF_SMB2: Reference = { title: 'Wireshark display filter reference: SMB2', url: 'https://www.wireshark.org/docs/dfref/s/smb2.html' };
export const DF_TCP: Reference = { title: 'Wireshark display filter reference: TCP', url: 'https://www.wireshark.org/docs/dfref/t/tcp.html' };
export const DF_NBSS: Reference = { title: 'Wireshark display filter reference: NBSS', url: 'https://www.wireshark.org/docs/dfref/n/nbss.html' };
export const RFC1002: Reference = { title: 'RFC 1002: NetBIOS service on a TCP/UDP transport, detailed specifications', url: 'https://www.rfc-editor.org/rfc/rfc1002' };
export const RFC9293: Reference = { title: 'RFC 9293: Transmission Control Protocol', url: 'https://www.rfc-editor.org/rfc/rfc9293' };
export const RFC9001: Reference = { title: 'RFC 9001: Using TLS to secure QUIC', url: 'https://www.rfc-editor.org/rfc/rfc9001' };
export const IANA_V4: Reference = { title: 'IANA IPv4 special-purpose address registry', url: 'https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml' };
export const IANA_V6: Reference = { title: 'IANA IPv6 special-purpose address registry', url: 'https://www.iana.org/assignments/iana-ipv6-special-registry/iana-ipv6-special-registry.xhtml' };
export const CVE_2020_0796: Reference = { title: 'CVE-2020-0796', url: 'https://nvd.nist.gov/vuln/detail/CVE-2020-0796' };
export const ADV200005: Reference = { title: 'ADV200005: Microsoft guidance for disabling SMBv3 compression', url: 'https://msrc.microsoft.com/update-guide/vulnerability/ADV200005' };
export const CVE_2017_0144: Reference = { title: 'CVE-2017-0144', url: 'https://nvd.nist.gov/vuln/detail/CVE-2017-0144' };

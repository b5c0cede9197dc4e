import { MS_SMB2, RFC1002 } from '../verdicts/references.ts';
import { clientRemedy, networkRemedy, serverRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, notApplicable, present, unknown } from './observed.ts';

const NOTHING_SENT = notApplicable('nothing was sent on the connection');
const NO_SMB = unknown('no SMB message was captured');

export default defineFinding({
  id: 'nbt-139',
  title: 'SMB runs over NetBIOS',
  severity: 'low',
  since: '0.1.0',
  explanation: 'The connection uses port 139 or begins with a NetBIOS session request. SMB has not needed NetBIOS since Windows 2000. Over it SMB 3.1.1 is not possible, and NetBIOS names are easily spoofed.',
  falsePositives: 'Windows tries port 139 beside 445; a connection without an SMB byte is not counted.',
  remediation: [
    serverRemedy('samba', 'Serve port 445 only in smb.conf.', 'disable netbios = yes\nsmb ports = 445'),
    clientRemedy('windows', 'Turn NetBIOS over TCP/IP off on every adapter.', 'Get-CimInstance Win32_NetworkAdapterConfiguration -Filter IPEnabled=1 | Invoke-CimMethod -MethodName SetTcpipNetbios -Arguments @{TcpipNetbiosOptions=[uint32]2}'),
    networkRemedy('Block TCP 139 and UDP 137 and 138 between networks.'),
  ],
  references: [RFC1002, MS_SMB2],

  judge(x) {
    const packet = x.messages[0]?.packet ?? x.offer.packet ?? x.smb1Command?.packet ?? x.smb2Command?.packet ?? null;
    if (packet === null) return x.offer.kind === 'none' ? NOTHING_SENT : NO_SMB;
    if (x.transport === 'netbios' || x.server.port === 139) return present(packet, 'tcp.port', String(x.server.port), 'NetBIOS session service');
    return absent(packet, 'tcp.port', String(x.server.port), 'SMB without NetBIOS');
  },
});

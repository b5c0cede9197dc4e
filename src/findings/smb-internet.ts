import type { Exchange } from '../negotiation/exchange.ts';
import { IANA_V4, IANA_V6, SMB_TRAFFIC } from '../verdicts/references.ts';
import { FIREWALL_INTERNET } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, present, presentWith } from './observed.ts';

const OVER_QUIC = { severity: 'info', note: 'SMB over QUIC is made for the Internet.' } as const;
const NOTHING_SENT = { severity: 'medium', note: 'No SMB message was seen on the connection: an attempt, or a scan.' } as const;

export default defineFinding({
  id: 'smb-internet',
  title: 'SMB with a public address',
  severity: 'high',
  since: '0.1.0',
  explanation: 'At least one side has an address that is reachable from the whole Internet, by the IANA registries of special-purpose addresses. Outbound SMB gives NTLM responses away to whoever runs the server; inbound SMB is attacked within minutes.',
  falsePositives: 'Some networks use public addresses inside. Files of a cloud provider (Azure Files) are reached so on purpose, encrypted.',
  remediation: FIREWALL_INTERNET,
  references: [SMB_TRAFFIC, IANA_V4, IANA_V6],

  judge(x) {
    const field = x.ipVersion === 6 ? 'ipv6.addr' : 'ip.addr';
    const byServer = x.server.isPublic;
    if (!byServer && !x.client.isPublic) return absent(x.firstPacket, field, x.server.address, 'neither address is public');
    const outcome = present(x.firstPacket, field, byServer ? x.server.address : x.client.address, byServer ? 'the server has a public address' : 'the client has a public address');
    if (x.transport === 'quic') return presentWith(outcome, OVER_QUIC);
    return carriedSmb(x) ? outcome : presentWith(outcome, NOTHING_SENT);
  },
});

function carriedSmb(x: Exchange): boolean {
  return x.messages.length > 0 || x.offer.packet !== null || x.smb1Command !== null || x.smb2Command !== null || x.encrypted !== null;
}

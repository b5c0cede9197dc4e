import type { Exchange } from '../negotiation/exchange.ts';
import { MS_SMB2, SMB_TRAFFIC } from '../verdicts/references.ts';
import { networkRemedy } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, notApplicable, present, presentWith, unknown } from './observed.ts';

const ON_QUIC = notApplicable('QUIC has its own port');
const NO_SMB = unknown('no SMB message was captured');
/** A port below 1024 belongs to another service, which SMB would have to imitate. */
const SYSTEM_PORT = { severity: 'medium', note: 'The port is registered for another service.' } as const;

export default defineFinding({
  id: 'odd-port',
  title: 'SMB runs on an unusual port',
  severity: 'info',
  since: '0.1.0',
  explanation: 'SMB was recognised by its bytes on a port other than 139, 445 and 5445. Firewalls and monitors that go by port do not see it. Below 1024, where it takes another service’s port, the severity is medium.',
  falsePositives: 'Windows 11 24H2 and Server 2025 can use alternative ports, and tunnels and containers map ports.',
  remediation: [networkRemedy('Find out who set the port up; block SMB on ports where it has no business.')],
  references: [SMB_TRAFFIC, MS_SMB2],

  judge(x) {
    if (x.transport === 'quic') return ON_QUIC;
    const packet = firstSmbPacket(x);
    if (packet === null) return NO_SMB;
    const { port } = x.server;
    if (port === 139 || port === 445 || port === 5445) return absent(packet, 'tcp.port', String(port), 'a registered port of SMB');
    const outcome = present(packet, 'tcp.port', String(port), 'no registered port of SMB');
    return port < 1024 ? presentWith(outcome, SYSTEM_PORT) : outcome;
  },
});

function firstSmbPacket(x: Exchange): number | null {
  return x.offer.packet ?? x.messages[0]?.packet ?? x.smb1Command?.packet ?? x.smb2Command?.packet ?? x.encrypted;
}

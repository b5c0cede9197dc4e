import type { Seen } from '../negotiation/exchange.ts';
import type { ValidateNegotiateInfo } from '../smb/messages.ts';
import { dialects, hex16 } from '../verdicts/phrases.ts';
import { MS_SMB2, SMB_SECURITY } from '../verdicts/references.ts';
import { networkRemedy, REQUIRE_SIGNING } from '../verdicts/remedies.ts';
import type { Evidence } from '../verdicts/verdict.ts';
import { defineFinding } from './finding.ts';
import { absent, CUT, NO_SMB2_REQUEST, presentWhenAny, smb2Request, smb2Selection, unknown } from './observed.ts';

const NOT_SEEN = unknown('no validation of the negotiation was captured');

export default defineFinding({
  id: 'validate-mismatch',
  title: 'The negotiation was changed on its way',
  severity: 'critical',
  since: '0.1.0',
  explanation: 'After the tree connect a 3.x client repeats its side of the negotiation in a signed FSCTL_VALIDATE_NEGOTIATE_INFO, and the server its own. What they say there differs from what the capture shows of the negotiation, as after a downgrade by somebody in between. Windows ends the connection: server event 1005, client event 31012.',
  falsePositives: 'The message is signed, but readable; it is not there when the session is encrypted, nor with 3.1.1. A capture taken behind the place of the change shows no difference.',
  remediation: [networkRemedy('Find what sits between the two sides: WAN accelerators and SMB proxies change negotiations too, an attacker may.'), ...REQUIRE_SIGNING],
  references: [MS_SMB2, SMB_SECURITY],

  judge(x) {
    if (x.validateRequest === null && x.validateResponse === null) return NOT_SEEN;
    const said = validation(x.validateRequest);
    const answered = validation(x.validateResponse);
    const request = smb2Request(x);
    const response = smb2Selection(x);
    if (request?.cut === true || response?.cut === true) return CUT;
    const evidence: Evidence[] = [];
    const compared = (said !== null && request !== null) || (answered !== null && response !== null);
    if (said !== null && request !== null) {
      const seen = request.message;
      compare(said, { ...seen, guid: seen.clientGuid }, 'smb2.client_guid', 'the client', evidence);
    }
    if (answered !== null && response !== null) {
      const seen = response.message;
      compare(answered, { ...seen, guid: seen.serverGuid, dialects: [seen.dialectRevision] }, 'smb2.server_guid', 'the server', evidence);
    }
    if (!compared) return said === null && answered === null ? NOT_SEEN : NO_SMB2_REQUEST;
    const packet = x.validateRequest?.packet ?? x.validateResponse?.packet ?? x.firstPacket;
    return presentWhenAny(evidence, absent(packet, 'smb2.ioctl.function', '0x00140204', 'the validation repeats what was negotiated'));
  },
});

interface Validated extends ValidateNegotiateInfo {
  readonly packet: number;
}

function validation(seen: Seen | null): Validated | null {
  if (seen === null || seen.cut || seen.message.kind !== 'smb2-command') return null;
  const info = seen.message.validateNegotiate;
  return info === undefined || info === null ? null : { ...info, packet: seen.packet };
}

type Negotiated = Pick<ValidateNegotiateInfo, 'capabilities' | 'securityMode' | 'guid' | 'dialects'>;

/** [MS-SMB2] 3.3.5.15.12, 3.2.5.14.12: all four have to be equal. */
function compare(said: Validated, seen: Negotiated, guidField: string, who: string, evidence: Evidence[]): void {
  const differs = (field: string, value: string, wire: string): void => {
    evidence.push({ packet: said.packet, field, value, meaning: `${who} sent ${value}, the negotiation on the wire shows ${wire}` });
  };
  if (said.capabilities >>> 0 !== seen.capabilities >>> 0) differs('smb2.capabilities', hex32(said.capabilities), hex32(seen.capabilities));
  if (said.securityMode !== seen.securityMode) differs('smb2.sec_mode', hex16(said.securityMode), hex16(seen.securityMode));
  if (!same(said.dialects, seen.dialects)) differs('smb2.dialect', dialects(said.dialects), dialects(seen.dialects));
  if (!same(said.guid, seen.guid)) differs(guidField, hexBytes(said.guid), hexBytes(seen.guid));
}

function same(left: ArrayLike<number>, right: ArrayLike<number>): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}

const hex32 = (value: number): string => '0x' + (value >>> 0).toString(16).padStart(8, '0');
const hexBytes = (bytes: Uint8Array): string => Array.from(bytes.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('');

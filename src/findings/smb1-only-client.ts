import type { Exchange } from '../negotiation/exchange.ts';
import { strings } from '../verdicts/phrases.ts';
import { DETECT_SMB1, STOP_USING_SMB1 } from '../verdicts/references.ts';
import { CLIENT_WITH_SMB2 } from '../verdicts/remedies.ts';
import { defineFinding } from './finding.ts';
import { absent, CUT, NO_SMB2_REQUEST, notApplicable, present, smb1Request, unknown } from './observed.ts';

const NOT_CAPTURED = unknown('what was offered was not captured');
const NO_OFFER = notApplicable('the client sent no negotiate');

export default defineFinding({
  id: 'smb1-only-client',
  title: 'Client offers nothing but SMB1',
  severity: 'high',
  since: '0.1.0',
  explanation: 'The list of dialects that the client offered holds no SMB2 string. Against a server without SMB1 such a client fails.',
  falsePositives: 'The browser redirector of Windows 7 to 10, and scanners, send such lists beside connections with SMB2: look at the other connections of the same host before replacing it.',
  remediation: CLIENT_WITH_SMB2,
  references: [DETECT_SMB1, STOP_USING_SMB1],

  judge(x) {
    const { offer } = x;
    const packet = offer.smb1Packet ?? offer.packet;
    switch (offer.kind) {
      case 'smb1-only':
        if (!whole(x)) return CUT;
        return packet === null ? NOT_CAPTURED : present(packet, 'smb.dialect.name', strings(offer.smb1Dialects ?? []), 'no SMB2 string is among the offered dialects');
      case 'multi-protocol':
        return packet === null ? NOT_CAPTURED : absent(packet, 'smb.dialect.name', 'SMB 2.', 'SMB2 is among the offered dialects');
      case 'smb2-only':
        return offer.packet === null ? NO_SMB2_REQUEST : absent(offer.packet, 'smb2.cmd', '0', 'the client offers SMB2');
      case 'none':
        return NO_OFFER;
      case 'not-captured':
        return NOT_CAPTURED;
      default:
        return offer.kind satisfies never;
    }
  },
});

/** A list that was cut, or cannot be read to its end, may have gone on with SMB2. */
function whole(x: Exchange): boolean {
  const request = smb1Request(x);
  return request !== null && !request.cut && request.message.dialects.length > 0 && x.offer.malformed === null;
}

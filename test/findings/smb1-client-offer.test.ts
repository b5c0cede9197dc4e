import smb1ClientOffer from '../../src/findings/smb1-client-offer.ts';
import { exchange, smb1Exchange } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(smb1ClientOffer, [
  { when: 'the first negotiate is framed as SMB1', given: smb1Exchange(['NT LM 0.12', 'SMB 2.002', 'SMB 2.???']), is: 'present', evidence: [[4, 'smb.cmd', '0x72']], severity: 'info' },
  { when: 'the client begins with SMB2', given: exchange(), is: 'absent' },
  { when: 'the offer was not captured', given: exchange({ offer: { kind: 'not-captured', packet: null, smb2Packet: null } }), is: 'unknown' },
]);

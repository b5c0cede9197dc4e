import responderShape from '../../src/findings/responder-shape.ts';
import { exchange, smb1Header, smb1PlainResponse, smb1Response, smb1Selected, WITHOUT_SMB2 } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

const ntlmssp = { kind: 'spnego' as const, hasMechToken: false, mechTypes: [{ oid: '1.3.6.1.4.1.311.2.2.10', name: 'NTLMSSP' }] };
const shape = { maxMpxCount: 1, maxBufferSize: 64_000, securityBlobLength: 30, securityBlob: ntlmssp };
const answered = (nt: Parameters<typeof smb1Response>[1], flags2 = 0xc800) => smb1Selected(['NT LM 0.12'], smb1Response({ header: smb1Header({ flags: 0x80, flags2 }) }, nt));

describeFinding(responderShape, [
  { when: 'all of it is there', given: answered(shape), is: 'present', evidence: [[5, 'smb.max_bufsize', '64000']], severity: 'medium' },
  { when: 'the flags are those of the client', given: answered(shape, 0xc853), is: 'absent' },
  { when: 'more than one request is taken', given: answered({ ...shape, maxMpxCount: 50 }), is: 'absent' },
  { when: 'the buffer is that of Windows', given: answered({ ...shape, maxBufferSize: 16_644 }), is: 'absent' },
  { when: 'Kerberos is offered too', given: answered({ ...shape, securityBlob: { ...ntlmssp, mechTypes: [...ntlmssp.mechTypes, { oid: '1.2.840.113554.1.2.2', name: 'KRB5' }] } }), is: 'absent' },
  { when: 'there is no extended security', given: smb1Selected(['NT LM 0.12'], smb1PlainResponse()), is: 'not-applicable' },
  { when: 'no SMB1 answer was captured', given: exchange(WITHOUT_SMB2), is: 'unknown' },
]);

import ntlmOnly from '../../src/findings/ntlm-only.ts';
import { exchange, seen, smb1Response, smb1Selected, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

const spnego = (...oids: string[]) => ({ kind: 'spnego', mechTypes: oids.map((oid) => ({ oid, name: undefined })), hasMechToken: false }) as const;

describeFinding(ntlmOnly, [
  { when: 'NTLMSSP is alone', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ securityBlob: spnego('1.3.6.1.4.1.311.2.2.10') })) }), is: 'present', evidence: [[5, 'spnego.MechType', '1.3.6.1.4.1.311.2.2.10']], severity: 'low' },
  { when: 'NEGOEX stands beside it', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ securityBlob: spnego('1.3.6.1.4.1.311.2.2.30', '1.3.6.1.4.1.311.2.2.10') })) }), is: 'present' },
  { when: 'the blob is raw NTLMSSP', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ securityBlob: { kind: 'ntlmssp', mechTypes: [], hasMechToken: false } })) }), is: 'present' },
  { when: 'an SMB1 answer offers NTLMSSP alone', given: smb1Selected(['NT LM 0.12'], smb1Response({}, { securityBlob: spnego('1.3.6.1.4.1.311.2.2.10') })), is: 'present' },
  { when: 'Kerberos is offered', given: exchange(), is: 'absent', evidence: [[5, 'spnego.MechType', '1.2.840.48018.1.2.2']] },
  { when: 'the blob is empty', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ securityBlob: { kind: 'empty', mechTypes: [], hasMechToken: false } })) }), is: 'not-applicable' },
  { when: 'the packet was cut', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ securityBlob: spnego('1.3.6.1.4.1.311.2.2.10') }), { cut: true }) }), is: 'unknown' },
  { when: 'the answer was not captured', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);

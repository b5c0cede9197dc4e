import noEncryption from '../../src/findings/no-encryption.ts';
import { encryption, exchange, oldSmb2Response, preauth, seen, smb2Request, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(noEncryption, [
  { when: 'the dialect is 2.1', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0210)) }), is: 'present', evidence: [[5, 'smb2.dialect', '0x0210']], severity: 'medium' },
  { when: 'a 3.0 server clears CAP_ENCRYPTION', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0300, { capabilities: 0x2f })) }), is: 'present', evidence: [[5, 'smb2.capabilities.encryption', '0']] },
  { when: 'a 3.0 client clears CAP_ENCRYPTION', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ capabilities: 0x3f })), smb2Response: seen(5, 'server', oldSmb2Response(0x0300)) }), is: 'present', evidence: [[4, 'smb2.capabilities.encryption', '0']] },
  { when: '3.1.1 has no encryption context', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth()] })) }), is: 'present', evidence: [[5, 'smb2.negotiate_context.count', '1']], note: null },
  { when: '3.1.1 has no encryption context, as the request had none', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth()] })), smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth()] })) }), is: 'present', note: 'did not offer encryption' },
  { when: 'Samba leaves the context out, as the client clears CAP_ENCRYPTION', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ capabilities: 0x3f })), smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth()] })) }), is: 'present', note: 'did not offer encryption' },
  { when: 'a 3.0.2 server clears CAP_ENCRYPTION, as the client does', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ capabilities: 0x3f })), smb2Response: seen(5, 'server', oldSmb2Response(0x0302, { capabilities: 0x2f })) }), is: 'present', note: 'did not offer encryption' },
  { when: '3.1.1 answers cipher 0', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [preauth(), encryption(0)] })) }), is: 'present', evidence: [[5, 'smb2.negotiate_context.cipher_id', '0x0000']] },
  { when: '3.1.1 answers AES-128-GCM', given: exchange(), is: 'absent', evidence: [[5, 'smb2.negotiate_context.cipher_id', '0x0002']] },
  { when: 'both sides of 3.0.2 set CAP_ENCRYPTION', given: exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0302)) }), is: 'absent' },
  { when: 'encrypted traffic was seen without the negotiation', given: exchange({ smb2Response: null, encrypted: 9 }), is: 'absent', evidence: [[9, 'smb2.protocol_id', '0xfd534d42']] },
  { when: 'the packet was cut before the contexts', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ contexts: [] }), { cut: true }) }), is: 'unknown' },
  { when: 'a 3.0 server can and the request was not captured', given: exchange({ smb2Request: null, smb2Response: seen(5, 'server', oldSmb2Response(0x0300)) }), is: 'unknown' },
  { when: 'the answer was not captured', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);

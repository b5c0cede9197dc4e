import nameLeak from '../../src/findings/name-leak.ts';
import { KERBEROS_BLOB, exchange, netname, preauth, seen, smb1PlainResponse, smb1Selected, smb2Request, smb2Response } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

describeFinding(nameLeak, [
  { when: 'the ServerGuid is a name, as of Samba', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ serverGuid: Uint8Array.from([0x6c, 0x61, 0x62, 0x73, 0x72, 0x76, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]) })) }), is: 'present', evidence: [[5, 'smb2.server_guid', '"labsrv"']], severity: 'info' },
  { when: 'the request names the server', given: exchange({ smb2Request: seen(4, 'client', smb2Request({ contexts: [preauth(), netname('files.example')] })) }), is: 'present', evidence: [[4, 'smb2.negotiate_context.netname', '"files.example"']] },
  { when: 'an SMB1 answer names domain and server', given: smb1Selected(['NT LM 0.12'], smb1PlainResponse({ domainName: 'WORKGROUP', serverName: 'OLDNAS' })), is: 'present', evidence: [[5, 'smb.primary_domain', '"WORKGROUP"'], [5, 'smb.server', '"OLDNAS"']] },
  { when: 'the hint is a principal', given: exchange({ smb2Response: seen(5, 'server', smb2Response({ securityBlob: { ...KERBEROS_BLOB, negHint: 'dc01$@EXAMPLE.COM' } })) }), is: 'present', evidence: [[5, 'spnego.hintName', '"dc01$@EXAMPLE.COM"']] },
  { when: 'the NetBIOS session names the client', given: exchange({ netbios: { called: '*SMBSERVER', calling: 'LABCLIENT' } }), is: 'present', evidence: [[1, 'nbss.calling_name', '"LABCLIENT"']] },
  { when: 'no name is in the negotiation', given: exchange(), is: 'absent' },
  { when: 'nothing was captured', given: exchange({ smb2Request: null, smb2Response: null }), is: 'unknown' },
]);

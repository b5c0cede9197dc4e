import relayShape from '../../src/findings/relay-shape.ts';
import { exchange, FILETIME_OF_CAPTURE, oldSmb2Response, seen, smb1Selected, smb1Response, smb2Header } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

const letters = new TextEncoder().encode('aBcDeFgHiJkLmNoP');
const mech = (...names: string[]) => ({ kind: 'spnego' as const, hasMechToken: false, mechTypes: names.map((name) => ({ oid: '1.3', name })) });
const shape = { capabilities: 0, serverGuid: letters, systemTime: FILETIME_OF_CAPTURE, serverStartTime: FILETIME_OF_CAPTURE, securityBlob: mech('NEGOEX', 'NTLMSSP') };
const answered = (dialect: number, over: Parameters<typeof oldSmb2Response>[1] = {}) => exchange({ smb2Response: seen(5, 'server', oldSmb2Response(dialect, { ...shape, ...over })) });
const refused = { kind: 'smb2-negotiate-error' as const, header: smb2Header({ status: 0xc000_00cc }), status: { value: 0xc000_00cc, name: undefined }, structureSize: 9, errorContextCount: 0, byteCount: 0 };

describeFinding(relayShape, [
  { when: 'it is ntlmrelayx: 2.0.2, no capability, letters, started now', given: answered(0x0202), is: 'present', evidence: [[5, 'smb2.server_guid', 'aBcDeFgHiJkLmNoP']], severity: 'high' },
  { when: 'it is smbserver of the same library, which is told in a note', given: answered(0x0202, { securityBlob: mech('NTLMSSP') }), is: 'present' },
  { when: 'STATUS_BAD_NETWORK_NAME answers a negotiate', given: exchange({ smb2Response: seen(5, 'server', refused) }), is: 'present', evidence: [[5, 'smb2.nt_status', '0xc00000cc']] },
  { when: 'the same refuses in SMB1', given: smb1Selected(['NT LM 0.12'], { ...smb1Response(), form: 'error', header: { ...smb1Response().header, status: 0xc000_00cc } }), is: 'present' },
  { when: 'the service started before now', given: answered(0x0202, { serverStartTime: FILETIME_OF_CAPTURE - 1n }), is: 'absent' },
  { when: 'the GUID has a digit', given: answered(0x0202, { serverGuid: new TextEncoder().encode('aBcDeFgHiJkLmNo1') }), is: 'absent' },
  { when: 'another dialect is answered', given: answered(0x0210), is: 'absent' },
  { when: 'a capability is there', given: answered(0x0202, { capabilities: 1 }), is: 'absent' },
  { when: 'nothing was answered', given: exchange({ smb2Response: null }), is: 'unknown' },
]);

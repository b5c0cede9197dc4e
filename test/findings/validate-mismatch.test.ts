import validateMismatch from '../../src/findings/validate-mismatch.ts';
import { exchange, oldSmb2Response, seen, smb2Request, validate } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

const REQUEST = smb2Request({ dialects: [0x0202, 0x0210], contexts: [], capabilities: 0x7f });
const RESPONSE = oldSmb2Response(0x0210, { securityMode: 1 });
const SAID = { capabilities: 0x7f, guid: REQUEST.clientGuid, securityMode: 1, dialects: [0x0202, 0x0210] };
const ANSWERED = { capabilities: 0x07, guid: RESPONSE.serverGuid, securityMode: 1, dialects: [0x0210] };

function below311(said: typeof SAID, answered: typeof ANSWERED | null) {
  return exchange({
    smb2Request: seen(4, 'client', REQUEST), smb2Response: seen(5, 'server', RESPONSE),
    validateRequest: validate(9, 'client', said), validateResponse: validate(10, 'server', answered),
  });
}

describeFinding(validateMismatch, [
  { when: 'the validation repeats the negotiation', given: below311(SAID, ANSWERED), is: 'absent', evidence: [[9, 'smb2.ioctl.function', '0x00140204']] },
  { when: 'the client had offered 3.0, which the wire does not show', given: below311({ ...SAID, dialects: [0x0210, 0x0300] }, ANSWERED), is: 'present', evidence: [[9, 'smb2.dialect', '2.1, 3.0']], severity: 'critical' },
  { when: 'the capabilities of the client differ', given: below311({ ...SAID, capabilities: 0x3f }, ANSWERED), is: 'present', evidence: [[9, 'smb2.capabilities', '0x0000003f']] },
  { when: 'the server answers another dialect and security mode', given: below311(SAID, { ...ANSWERED, dialects: [0x0302], securityMode: 3 }), is: 'present', evidence: [[10, 'smb2.sec_mode', '0x0003'], [10, 'smb2.dialect', '3.0.2']] },
  { when: 'the GUID of the server differs', given: below311(SAID, { ...ANSWERED, guid: new Uint8Array(16) }), is: 'present', evidence: [[10, 'smb2.server_guid', '00000000000000000000000000000000']] },
  { when: 'the server answered an error, as a 2.x server does', given: below311(SAID, null), is: 'absent' },
  { when: 'no validation was captured', given: exchange(), is: 'unknown' },
  { when: 'there is nothing to compare it with', given: exchange({ smb2Request: null, smb2Response: null, validateRequest: validate(9, 'client', SAID) }), is: 'unknown' },
]);

import validateAbsent from '../../src/findings/validate-absent.ts';
import { exchange, oldSmb2Response, seen, smb2Header, smb2Request, validate } from '../build/exchange.ts';
import { describeFinding } from '../build/finding-cases.ts';

const after = (over: NonNullable<Parameters<typeof exchange>[0]>) => exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0302)), ...over });

describeFinding(validateAbsent, [
  { when: 'a command followed the tree connect without it', given: after({}), is: 'present', evidence: [[5, 'smb2.dialect', '0x0302']], severity: 'low' },
  { when: 'the validation was seen', given: after({ validateRequest: validate(9, 'client', null) }), is: 'absent', evidence: [[9, 'smb2.ioctl.function', '0x00140204']] },
  { when: '3.1.1 was negotiated', given: exchange(), is: 'not-applicable' },
  { when: 'the client is not like Windows', given: after({ smb2Request: seen(4, 'client', smb2Request({ header: smb2Header({ processId: 0 }) })) }), is: 'not-applicable' },
  { when: 'the client speaks 2.x only', given: after({ smb2Request: seen(4, 'client', smb2Request({ dialects: [0x0202, 0x0210] })) }), is: 'not-applicable' },
  { when: 'no command followed the tree connect', given: after({ commandsAfterTreeConnect: 0 }), is: 'unknown' },
  { when: 'no tree connect was seen', given: after({ treeConnect: false }), is: 'unknown' },
  { when: 'the session is encrypted', given: after({ encrypted: 8 }), is: 'unknown' },
  { when: 'bytes of the client are missing', given: after({ gaps: { client: true, server: false } }), is: 'unknown' },
  { when: 'packets were cut', given: after({ cut: true }), is: 'unknown' },
  { when: 'the request was not captured', given: after({ smb2Request: null }), is: 'unknown' },
  { when: 'the answer was not captured', given: exchange({ smb2Response: null, smb2Success: false }), is: 'unknown' },
]);

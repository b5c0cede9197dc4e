import type { ClientBehaviour } from '../client-behaviour.ts';
import { reactions } from './reactions.ts';

const LIBRARY = 'Samba, libcli/smb/smbXcli_base.c';
const INVALID = 'NT_STATUS_INVALID_NETWORK_RESPONSE';

/** smbclient, libsmbclient and what is built on it. PROTOCOL 4.4 */
export const sambaClient: ClientBehaviour = {
  name: 'samba',
  title: 'smbclient, libsmbclient',
  withoutPrescribed: {
    does: 'close', error: INVALID,
    rule: {
      id: 'client-samba-without-prescribed', clause: LIBRARY, certainty: 'observed',
      text: 'The algorithm that the dialect prescribes (HMAC-SHA256 below 3.0, AES-CMAC from 3.0 on where none was negotiated, AES-128-CCM where 3.0 encrypts) is not in "client smb3 signing algorithms" or "client smb3 encryption algorithms".',
    },
  },
  on: reactions('samba', {
    'wildcard': { does: 'second-negotiate', clause: LIBRARY, text: 'Answered with 0x02FF, it negotiates again in SMB2, with MessageId 1.', certainty: 'observed' },
    'dialect': { does: 'session-setup', clause: LIBRARY, text: 'A dialect in its range: the session is set up.', certainty: 'observed' },
    'dialect-not-offered': { does: 'close', clause: LIBRARY, text: 'A dialect outside its range.', certainty: 'source', error: INVALID },
    'smb2-error': { does: 'close', clause: LIBRARY, text: 'The status is handed to the caller.', certainty: 'observed', error: 'NT_STATUS_NOT_SUPPORTED' },
    'smb1-usable': { does: 'session-setup', clause: LIBRARY, text: 'The dialect is not below "client min protocol": the session is set up in SMB1.', certainty: 'observed' },
    'smb1-unusable': { does: 'close', clause: LIBRARY, text: 'The dialect is below "client min protocol".', certainty: 'source', error: INVALID },
    'smb1-none': { does: 'close', clause: LIBRARY, text: 'Index 0xFFFF is no dialect.', certainty: 'observed', error: INVALID },
    'smb1-error': { does: 'close', clause: LIBRARY, text: 'The status is handed to the caller.', certainty: 'source' },
    'refused': { does: 'give-up', clause: LIBRARY, text: 'The server hung up without an answer.', certainty: 'observed', error: 'NT_STATUS_CONNECTION_DISCONNECTED or NT_STATUS_CONNECTION_RESET' },
    'silence': { does: 'wait', waitSeconds: 20, clause: LIBRARY, text: 'It waits 20 seconds.', certainty: 'source', error: 'NT_STATUS_IO_TIMEOUT' },
    'unreadable': { does: 'close', clause: LIBRARY, text: 'An answer that does not follow the syntax.', certainty: 'source', error: INVALID },
  }),
};

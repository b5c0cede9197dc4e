import type { ClientBehaviour } from '../client-behaviour.ts';
import { reactions } from './reactions.ts';

const SOURCE = 'Apple SMBClient, kernel/smb_smb_2.c and smb_smb.c';

/** smbfs of macOS. PROTOCOL 4.4; how long it waits is in no source that was read. */
export const macosClient: ClientBehaviour = {
  name: 'macos',
  title: 'macOS smbfs',
  on: reactions('macos', {
    'wildcard': { does: 'second-negotiate', clause: SOURCE, text: 'Answered with 0x02FF, it negotiates again in SMB2, with MessageId 1.', certainty: 'observed' },
    'dialect': { does: 'session-setup', clause: SOURCE, text: 'A dialect that it offered: the session is set up.', certainty: 'observed' },
    'dialect-not-offered': { does: 'close', clause: SOURCE, text: 'A dialect that it did not offer.', certainty: 'source', error: 'EBADRPC' },
    'smb2-error': { does: 'close', clause: SOURCE, text: 'The error is handed to the caller.', certainty: 'source' },
    'smb1-usable': { does: 'session-setup', clause: SOURCE, text: 'Index 0 and WordCount 17: the session is set up in SMB1.', certainty: 'source' },
    'smb1-unusable': { does: 'close', clause: SOURCE, text: 'Not index 0 with WordCount 17, or SMB1 is switched off.', certainty: 'source', error: 'EBADRPC' },
    'smb1-none': { does: 'close', clause: SOURCE, text: 'No dialect in common.', certainty: 'source', error: 'ENOTSUP' },
    'smb1-error': { does: 'close', clause: SOURCE, text: 'The error is handed to the caller.', certainty: 'source' },
    'refused': { does: 'give-up', clause: SOURCE, text: 'The server hung up without an answer.', certainty: 'recollection' },
    'silence': { does: 'wait', clause: SOURCE, text: 'It waits.', certainty: 'recollection' },
    'unreadable': { does: 'close', clause: SOURCE, text: 'An answer that does not follow the syntax.', certainty: 'source', error: 'EBADRPC' },
  }),
};

import type { ClientBehaviour } from '../client-behaviour.ts';
import { reactions } from './reactions.ts';

const CLIENT = 'MS-SMB2 3.2.5.2';

/** A client as specified; libraries and tools whose own habits nobody wrote down. */
export const plainClient: ClientBehaviour = {
  name: 'plain',
  title: 'A client as specified',
  on: reactions('plain', {
    'wildcard': { does: 'second-negotiate', clause: CLIENT, text: 'Answered with 0x02FF, the client negotiates again in SMB2, with MessageId 1.', certainty: 'specification' },
    'dialect': { does: 'session-setup', clause: CLIENT, text: 'A dialect that it offered: the session is set up.', certainty: 'specification' },
    'dialect-not-offered': { does: 'close', clause: CLIENT, text: 'A dialect that it did not offer: it disconnects.', certainty: 'specification' },
    'smb2-error': { does: 'close', clause: CLIENT, text: 'The error is handed to the caller.', certainty: 'specification' },
    'smb1-usable': { does: 'session-setup', clause: 'MS-CIFS 3.2.5.2', text: 'The session is set up in SMB1.', certainty: 'specification' },
    'smb1-unusable': { does: 'close', clause: 'MS-CIFS 3.2.5.2', text: 'The client has no SMB1: it disconnects.', certainty: 'specification' },
    'smb1-none': { does: 'close', clause: 'MS-CIFS 3.2.5.2', text: 'No dialect in common: it disconnects.', certainty: 'specification' },
    'smb1-error': { does: 'close', clause: 'MS-CIFS 3.2.5.2', text: 'The error is handed to the caller.', certainty: 'specification' },
    'refused': { does: 'give-up', clause: CLIENT, text: 'The server hung up without an answer.', certainty: 'specification' },
    'silence': { does: 'wait', clause: 'MS-SMB2 3.2.6.1', text: 'It waits as long as its request timer runs.', certainty: 'specification' },
    'unreadable': { does: 'close', clause: CLIENT, text: 'An answer that does not follow the syntax: it disconnects.', certainty: 'specification' },
  }),
};

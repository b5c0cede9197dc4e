import type { ClientBehaviour } from '../client-behaviour.ts';
import { reactions } from './reactions.ts';

const CONNECTIVITY = 'Microsoft-Windows-SmbClient/Connectivity';
const SECURITY = 'Microsoft-Windows-SmbClient/Security';
const NOTE_94 = 'MS-SMB2 3.2.5.2';

/** The redirector of Windows. PROTOCOL 4.4, 6.1 */
export const windowsClient: ClientBehaviour = {
  name: 'windows',
  title: 'Windows redirector',
  on: reactions('windows', {
    'wildcard': { does: 'second-negotiate', clause: NOTE_94, text: 'Answered with 0x02FF, the client negotiates again in SMB2, with MessageId 1.', certainty: 'specification' },
    'dialect': { does: 'session-setup', clause: NOTE_94, text: 'A dialect that it offered: the session is set up.', certainty: 'specification' },
    'dialect-not-offered': { does: 'close', clause: NOTE_94, text: 'A dialect that it did not offer: it disconnects.', certainty: 'specification' },
    'smb2-error': { does: 'close', clause: NOTE_94, text: 'The error is handed to the caller.', certainty: 'specification', error: 'The request is not supported (ERROR_NOT_SUPPORTED)' },
    'smb1-usable': {
      does: 'session-setup', clause: 'MS-CIFS 3.2.5.2', text: 'SMB1 is installed, so the session is set up in SMB1.', certainty: 'observed',
      events: [{ channel: SECURITY, id: 32002, when: 'auditing of SMB1 access is on' }],
    },
    'smb1-unusable': {
      does: 'reset', clause: 'Microsoft, "SMBv1 is not installed by default"', text: 'A server selected SMB1, which this client cannot speak: it resets the connection.', certainty: 'observed',
      error: 'You can\'t connect to the file share because it\'s not secure. This share requires the obsolete SMB1 protocol.', events: [{ channel: SECURITY, id: 32000, when: 'always' }],
    },
    'smb1-none': { does: 'close', clause: 'MS-CIFS 3.2.5.2', text: 'No dialect in common.', certainty: 'recollection', error: 'The network path was not found (0x80070035)' },
    'smb1-error': { does: 'close', clause: 'MS-CIFS 3.2.5.2', text: 'The error is handed to the caller.', certainty: 'recollection' },
    'refused': {
      does: 'give-up', clause: 'Microsoft, SmbClient events 30804 and 30816', text: 'The server hung up without an answer.', certainty: 'specification',
      error: 'The specified network name is no longer available (64)', events: [{ channel: CONNECTIVITY, id: 30804, when: 'always' }, { channel: CONNECTIVITY, id: 30816, when: 'the negotiate failed' }],
    },
    'silence': {
      does: 'wait', waitSeconds: 60, clause: 'Microsoft, SmbClient event 30809', text: 'The exchange times out after 60 seconds.', certainty: 'specification',
      events: [{ channel: CONNECTIVITY, id: 30809, when: 'the time is over' }],
    },
    'unreadable': { does: 'close', clause: NOTE_94, text: 'An answer that does not follow the syntax ends the connection.', certainty: 'specification' },
  }),
};

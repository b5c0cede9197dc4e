import type { ClientBehaviour } from '../client-behaviour.ts';
import { reactions } from './reactions.ts';

const SMB2PDU = 'Linux, fs/smb/client/smb2pdu.c';
const SMB1 = 'Linux, fs/smb/client/cifssmb.c';

/** cifs.ko: SMB2-only unless mounted with vers=1.0. PROTOCOL 4.4 */
export const linuxClient: ClientBehaviour = {
  name: 'linux',
  title: 'Linux kernel client (cifs.ko)',
  on: reactions('linux', {
    'wildcard': { does: 'close', clause: SMB2PDU, text: '0x02FF answers a request that it never sends.', certainty: 'source', error: 'mount error(5): Input/output error' },
    'dialect': { does: 'session-setup', clause: SMB2PDU, text: 'A dialect that it offered: the session is set up.', certainty: 'source' },
    'dialect-not-offered': { does: 'close', clause: SMB2PDU, text: 'A dialect that it did not offer.', certainty: 'source', error: 'mount error(5): Input/output error' },
    'smb2-error': { does: 'close', clause: SMB2PDU, text: 'The log names vers= as the remedy.', certainty: 'source', error: 'mount error(95): Operation not supported' },
    'smb1-usable': { does: 'session-setup', clause: SMB1, text: 'Mounted with vers=1.0: the session is set up in SMB1.', certainty: 'source' },
    'smb1-unusable': { does: 'close', clause: SMB1, text: 'SMB1 is not compiled in.', certainty: 'source', error: 'mount error(95): Operation not supported' },
    'smb1-none': { does: 'close', clause: SMB1, text: 'No dialect in common.', certainty: 'source', error: 'mount error(95): Operation not supported' },
    'smb1-error': { does: 'close', clause: SMB1, text: 'The status is handed to mount.', certainty: 'source' },
    'refused': { does: 'give-up', clause: SMB2PDU, text: 'The server hung up without an answer.', certainty: 'recollection', error: 'mount error(112): Host is down' },
    'silence': { does: 'wait', waitSeconds: 180, clause: SMB2PDU, text: 'It waits as long as its echo interval allows.', certainty: 'recollection', error: 'mount error(112): Host is down' },
    'unreadable': { does: 'close', clause: SMB2PDU, text: 'An answer that does not follow the syntax.', certainty: 'source', error: 'mount error(5): Input/output error' },
  }),
};

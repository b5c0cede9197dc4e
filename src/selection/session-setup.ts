import type { ServerMessage } from '../smb/build/server-message.ts';
import { buildSmb1SessionSetup, buildSmb2SessionSetup } from '../smb/build/session-setup.ts';

/** The client's first command behind an answer that selects a dialect, with prefix; null behind any other. */
export function sessionSetupFor(reply: ServerMessage | null): Uint8Array | null {
  if (reply?.kind === 'smb2-negotiate-response') {
    const { messageId = 0n, processId = 0 } = reply.header;
    return buildSmb2SessionSetup({ messageId: messageId + 1n, processId, credits: 1, creditCharge: reply.dialectRevision === 0x0202 ? 0 : 1 }, 1);
  }
  if (reply?.kind !== 'smb1-negotiate-response' || reply.words === null || reply.words.form === 'index-as-data') return null;
  const { flags = 0, flags2 = 0, tid = 0, pid = 0, mid = 0 } = reply.header;
  const form = reply.words.form !== 'nt' ? 'lanman' : 'challenge' in reply.words.data ? 'nt' : 'extended';
  return buildSmb1SessionSetup({ flags: flags & 0x18, flags2, tid, pid, mid: mid + 1 }, form);
}

import { join } from 'node:path';
import { placedAddress, type Placement, readRecording, type RecordedFrame, shortSession } from './recorded-session.ts';
import type { ExpectedConnection } from './truth.ts';

/** A recorded session and what it is: read off the recorder's log and tshark, not off our own report. */
interface Recording { readonly file: string; readonly code: string; readonly dialect: string }

export const RECORDINGS: readonly Recording[] = [
  { file: 'nt1.pcap', code: 'smb1-in-use', dialect: 'NT LANMAN 1.0' },
  { file: 'smb202.pcap', code: 'smb2-negotiated', dialect: '2.0.2' },
  { file: 'smb210.pcap', code: 'smb2-negotiated', dialect: '2.1' },
  { file: 'smb300.pcap', code: 'smb2-negotiated', dialect: '3.0' },
  { file: 'smb302-after-decoy.pcap', code: 'smb2-negotiated-after-decoy', dialect: '3.0.2' },
  { file: 'smb311.pcap', code: 'smb2-negotiated', dialect: '3.1.1' },
  { file: 'smb311-after-decoy.pcap', code: 'smb2-negotiated-after-decoy', dialect: '3.1.1' },
  { file: 'smb311-ipv6.pcap', code: 'smb2-negotiated', dialect: '3.1.1' },
];

export interface SessionTemplate { readonly frames: readonly RecordedFrame[]; readonly code: string; readonly dialect: string }

export function readTemplates(folder: string): SessionTemplate[] {
  return RECORDINGS.map(({ file, code, dialect }) => ({ frames: shortSession(readRecording(join(folder, file))), code, dialect }));
}

export function expectedOf({ frames, code, dialect }: SessionTemplate, { clientAddress, clientPort, serverAddress }: Placement): ExpectedConnection {
  const [first] = frames;
  if (first === undefined) throw new Error('a template without frames');
  return { client: placedAddress(first, clientAddress), clientPort, server: placedAddress(first, serverAddress), serverPort: 445, code, dialect };
}

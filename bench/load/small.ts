import { join } from 'node:path';
import type { CaptureWriter } from './capture-writer.ts';
import { type Placement, readRecording, writeRecorded } from './recorded-session.ts';
import { expectedOf } from './session-templates.ts';
import type { TruthCollector } from './truth.ts';

const SESSIONS = [
  { file: 'smb311-after-decoy.pcap', code: 'smb2-negotiated-after-decoy', dialect: '3.1.1', clientPort: 54_448 },
  { file: 'smb311-read.pcap', code: 'smb2-negotiated', dialect: '3.1.1', clientPort: 49_584 },
];

/** Two whole recorded sessions, one after the other. */
export function writeSmall(writer: CaptureWriter, truth: TruthCollector, { templates }: { templates: string }): void {
  for (const { file, clientPort, ...told } of SESSIONS) {
    const frames = readRecording(join(templates, file));
    const placement: Placement = { clientAddress: 0x0a63_0001, clientPort, serverAddress: 0x0a63_0002 };
    for (const frame of frames) writeRecorded(writer, frame, placement, 100);
    truth.expect(expectedOf({ frames, ...told }, placement));
  }
}

import { MS_SMB2 } from '../verdicts/references.ts';
import { defineFinding } from './finding.ts';
import { absent, NO_SMB2_ANSWER, present, smb2Response } from './observed.ts';

/** FILETIME counts 100 ns since 1601, Date milliseconds since 1970. */
const UNIX_EPOCH = 116_444_736_000_000_000n;
const LATEST = 253_402_300_799_999n;

export default defineFinding({
  id: 'boot-time',
  title: 'Server tells when its file service started',
  severity: 'info',
  since: '0.1.0',
  explanation: 'ServerStartTime is not zero. It shows how long the service has been running, hence roughly when the server was last updated. Windows Vista to 10 1703 and Server 2016 send it; later ones, Samba and ksmbd send zero.',
  falsePositives: 'It is the start of the service, not of the machine, and impacket makes it up.',
  remediation: [],
  references: [MS_SMB2],

  judge(x) {
    const response = smb2Response(x);
    if (response === null) return NO_SMB2_ANSWER;
    const time = response.message.serverStartTime;
    return time === 0n
      ? absent(response.packet, 'smb2.boot_time', '0', 'no start time')
      : present(response.packet, 'smb2.boot_time', timeText(time), 'the start of the file service');
  },
});

function timeText(filetime: bigint): string {
  const milliseconds = (filetime - UNIX_EPOCH) / 10_000n;
  return milliseconds < 0n || milliseconds > LATEST ? `FILETIME ${filetime}` : new Date(Number(milliseconds)).toISOString();
}

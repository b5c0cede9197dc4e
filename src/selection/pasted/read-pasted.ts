import { type Pasted, PastedFault } from './pasted.ts';
import { readProperties } from './powershell-output.ts';
import { readSmbConf } from './smb-conf.ts';
import { readWindowsConfiguration, type Side, sideOf } from './windows-configuration.ts';

const ACCEPTED = 'Known are an smb.conf, the output of testparm -s, and that of Get-SmbServerConfiguration or Get-SmbClientConfiguration as list, table or JSON.';

/**
 * A policy as people have it. `side`: whose it should be. Throws PastedFault where the text is none of the forms, where it is the other
 * side's, and where the program itself would refuse it.
 */
export function readPasted(text: string, side: Side): Pasted {
  const properties = readProperties(text);
  const found = properties === null ? null : sideOf(properties, side);
  if (properties !== null && found !== null) {
    if (found !== side) throw new PastedFault('contradiction', 0, `This is the output of ${found === 'server' ? 'Get-SmbServerConfiguration' : 'Get-SmbClientConfiguration'}, which tells of a ${found}: paste it there.`);
    return readWindowsConfiguration(properties, side);
  }
  if (!text.split('\n').some(isConfLine)) throw new PastedFault('bad-request', 0, `This is no policy that is known here. ${ACCEPTED}`);
  return readSmbConf(text);
}

function isConfLine(line: string): boolean {
  const content = line.trim();
  return content.startsWith('[') ? content.includes(']') : !/^[;#]/.test(content) && content.indexOf('=') > 0;
}

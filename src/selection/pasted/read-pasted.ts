import { PASTE_LIMITS } from '../../limits.ts';
import { readKsmbdConf } from './ksmbd-conf.ts';
import { type Pasted, PastedFault } from './pasted.ts';
import { readProperties } from './powershell-output.ts';
import { readSmbConf } from './smb-conf.ts';
import { readWindowsConfiguration, type Side, sideOf } from './windows-configuration.ts';

const ACCEPTED = 'Known are an smb.conf or ksmbd.conf, the output of testparm -s, and that of Get-SmbServerConfiguration or Get-SmbClientConfiguration as list, table or JSON.';

/**
 * A policy as people have it. `side`: whose it should be; `family`: whose it is said to be, where it is. Throws PastedFault where the text
 * is none of the forms, where it is the other side's, and where the program itself would refuse it.
 */
export function readPasted(text: string, side: Side, family?: string): Pasted {
  if (text.length > PASTE_LIMITS.characters) throw new PastedFault('too-large', 0, `The text has ${text.length} characters, more than ${PASTE_LIMITS.characters}.`);
  const properties = readProperties(text);
  const found = properties === null ? null : sideOf(properties, side);
  if (properties !== null && found !== null) {
    if (found !== side) throw new PastedFault('contradiction', 0, `This is the output of ${found === 'server' ? 'Get-SmbServerConfiguration' : 'Get-SmbClientConfiguration'}, which tells of a ${found}: paste it there.`);
    return readWindowsConfiguration(properties, side);
  }
  if (!text.split('\n').some(isConfLine)) throw new PastedFault('bad-request', 0, `This is no policy that is known here. ${ACCEPTED}`);
  return family === 'ksmbd' ? readKsmbdConf(text) : ofSide(readSmbConf(text), side);
}

/** An smb.conf tells of both sides. */
function ofSide(pasted: Pasted, side: Side): Pasted {
  const others = pasted.read.filter((setting) => setting.side !== side);
  const ignored = [...pasted.ignored, ...others.map(({ line, setting }) => ({ line, lines: 1, setting, reason: `it is about this host as a ${side === 'server' ? 'client' : 'server'}` }))];
  return { ...pasted, read: pasted.read.filter((setting) => setting.side === side), ignored: ignored.toSorted((left, right) => left.line - right.line) };
}

function isConfLine(line: string): boolean {
  const content = line.trim();
  return content.startsWith('[') ? content.includes(']') : !/^[;#]/.test(content) && content.indexOf('=') > 0;
}

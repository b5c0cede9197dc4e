import { type IgnoredSetting, ignore, type Pasted, type ReadSetting } from './pasted.ts';
import { reasonLeftOut } from './samba-parameters.ts';
import { GLOBAL, readConfLines, squeezed } from './smb-conf-lines.ts';

/** Names of ksmbd.conf(5); the family reads their values. */
const PARAMETERS = ['server min protocol', 'server max protocol', 'server signing', 'smb3 encryption'];

/** A ksmbd.conf, which has the syntax of smb.conf and few of its parameters. */
export function readKsmbdConf(text: string): Pasted {
  const { parameters, ignored: lines } = readConfLines(text);
  const ignored: IgnoredSetting[] = [...lines];
  const read = new Map<string, ReadSetting>();
  for (const { line, section, name, value } of parameters) {
    const known = PARAMETERS.find((each) => squeezed(each) === squeezed(name));
    if (known !== undefined && section === GLOBAL) read.set(known, { line, setting: known, value, side: 'server' });
    else ignore(ignored, { line, lines: 1, setting: section === GLOBAL ? name : `[${section}] ${name}`, reason: section === GLOBAL ? reasonLeftOut(name) : 'it is about one share, and a negotiation comes before any share' });
  }
  const options = Object.fromEntries([...read.values()].map(({ setting, value }) => [setting, setting.endsWith('protocol') ? value.toUpperCase() : value]));
  return {
    form: 'ksmbd.conf', family: 'ksmbd', server: Object.keys(options).length > 0 ? { options } : {}, client: {},
    read: [...read.values()], ignored: ignored.toSorted((left, right) => left.line - right.line), warnings: [],
  };
}

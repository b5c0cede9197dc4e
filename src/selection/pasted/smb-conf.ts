import type { ClientSettings } from '../client-offer.ts';
import { DIALECT_NAMES, type DialectName } from '../dialect-level.ts';
import { type IgnoredSetting, ignore, type Pasted, type PastedForm, type PastedWarning, type ReadSetting } from './pasted.ts';
import { reasonLeftOut, type SambaParameter, sambaParameter } from './samba-parameters.ts';
import { type ConfParameter, GLOBAL, readConfLines, squeezed } from './smb-conf-lines.ts';
import { changedList, isChange, sambaList, sambaValue } from './smb-conf-values.ts';

const OTHER_FILES = ['include', 'config file', 'config backend'].map(squeezed);
const ROLE = squeezed('server role');
const DOMAIN_CONTROLLERS = ['active directory domain controller', 'domain controller', 'dc'].map(squeezed);
const SHARE_REASON = 'it is about one share, and a negotiation comes before any share';

/** An smb.conf, or what testparm makes of it. Throws PastedFault where Samba would not start. */
export function readSmbConf(text: string): Pasted {
  const { parameters, ignored } = readConfLines(text);
  const reading = new Reading(ignored);
  for (const parameter of parameters) reading.take(parameter);
  const form: PastedForm = /^[^\S\n]*# Global parameters\b|^Load smb config files from /m.test(text) ? 'testparm' : 'smb.conf';
  return reading.finish(form, text);
}

/** What the file has said so far; a parameter that comes again replaces what it was. */
class Reading {
  readonly #ignored: IgnoredSetting[];
  readonly #warnings: PastedWarning[] = [];
  readonly #read = new Map<SambaParameter, ReadSetting>();
  readonly #values = new Map<SambaParameter, string | string[]>();
  #domainController: ConfParameter | null = null;

  constructor(ignored: readonly IgnoredSetting[]) {
    this.#ignored = [...ignored];
  }

  take(given: ConfParameter): void {
    const { line, section, name, value } = given;
    const parameter = sambaParameter(name);
    if (OTHER_FILES.includes(squeezed(name))) return this.#otherFile(given);
    if (section !== GLOBAL) {
      return this.#leaveOut(given, parameter === undefined || parameter.share === true ? SHARE_REASON : 'it stands in a share, where Samba ignores it: it belongs to [global]');
    }
    if (squeezed(name) === ROLE) return this.#role(given);
    if (parameter === undefined) return this.#leaveOut(given, reasonLeftOut(name));
    const meant = parameter.kind === 'list' ? sambaList(parameter.name, this.#list(parameter), value, line) : sambaValue(parameter.kind, parameter.name, value, line);
    if (meant === null) return this.#leaveOut(given, value.includes('%') ? 'only the server knows what its macro stands for' : 'a value that says nothing');
    const earlier = this.#read.get(parameter);
    if (earlier !== undefined && parameter.kind !== 'list') this.#leaveOut({ ...given, line: earlier.line }, `line ${line} says it again, and the last one counts`);
    this.#read.set(parameter, { line, setting: parameter.name, value, side: parameter.side });
    this.#values.set(parameter, meant);
  }

  finish(form: PastedForm, text: string): Pasted {
    const server: Record<string, unknown> = {};
    const options: Record<string, string> = {};
    const client: Record<string, unknown> = {};
    for (const [parameter, value] of this.#values) {
      const { side, field, name } = parameter;
      if (side === 'client') Object.assign(client, clientSetting(parameter, value));
      else if (field !== undefined && !(typeof value !== 'string' && value.some(isChange))) server[field] = value;
      else options[name] = typeof value === 'string' ? value : value.join(' ');
    }
    const read = [...this.#read.values()];
    if (form === 'testparm' && !read.some(({ setting }) => setting === 'server smb encrypt')) {
      this.#warnings.push({ code: 'not-shown', message: 'testparm -s leaves out what is set by the old name "smb encrypt"; testparm -sv has it.' });
    }
    const role = this.#roleAsRead(form, text);
    // Signing is required of domain controllers unless they say otherwise.
    if (role !== null && (server['signing'] ?? 'default') === 'default') {
      server['signing'] = 'required';
      read.push(role);
    }
    return {
      form, family: 'samba',
      server: { ...server, ...(Object.keys(options).length > 0 && { options }) },
      client,
      read: read.toSorted((left, right) => left.line - right.line),
      ignored: this.#ignored.toSorted((left, right) => left.line - right.line),
      warnings: this.#warnings,
    };
  }

  #list(parameter: SambaParameter): string[] | undefined {
    const value = this.#values.get(parameter);
    return typeof value === 'string' ? undefined : value;
  }

  #otherFile(given: ConfParameter): void {
    this.#leaveOut(given, 'the file that it names was not read');
    this.#warnings.push({ code: 'not-read', message: `Line ${given.line}: "${given.name} = ${given.value}" was not read. What it sets is not known here: testparm -s shows it all.` });
  }

  #role(given: ConfParameter): void {
    if (DOMAIN_CONTROLLERS.includes(squeezed(given.value))) this.#domainController = given;
    else this.#leaveOut(given, 'only of a domain controller does a negotiation depend on it');
  }

  /** testparm says it beside the file. */
  #roleAsRead(form: PastedForm, text: string): ReadSetting | null {
    const { line, value } = this.#domainController ?? { line: 0, value: '' };
    if (line > 0) return { line, setting: 'server role', value, side: 'server' };
    const told = form === 'testparm' ? text.split('\n').findIndex((each) => /^Server role: ROLE_ACTIVE_DIRECTORY_DC\s*$/.test(each)) : -1;
    return told < 0 ? null : { line: told + 1, setting: 'server role', value: 'ROLE_ACTIVE_DIRECTORY_DC', side: 'server' };
  }

  #leaveOut({ line, name, section }: ConfParameter, reason: string): void {
    ignore(this.#ignored, { line, lines: 1, setting: section === GLOBAL ? name : `[${section}] ${name}`, reason });
  }
}

/** Of 4.15 and later; testparm -v */
const CLIENT_DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  'client smb3 encryption algorithms': ['AES-128-GCM', 'AES-128-CCM', 'AES-256-GCM', 'AES-256-CCM'],
  'client smb3 signing algorithms': ['AES-128-GMAC', 'AES-128-CMAC', 'HMAC-SHA256'],
};
const LEVEL_WORDS: Readonly<Record<string, DialectName>> = { SMB2: '2.1', SMB3: '3.1.1', COREPLUS: 'CORE' };

/** A client's settings have the names of all families. `default` is the newest as the greatest, and no bound as the least. */
function clientSetting({ name, field = 'minDialect' }: SambaParameter, value: string | readonly string[]): ClientSettings {
  if (typeof value !== 'string') return { [field]: value.some(isChange) ? changedList(CLIENT_DEFAULTS[name] ?? [], value) : value };
  if (field === 'signing' || field === 'encryption') return { [field]: value === 'required' ? 'required' : 'default' };
  if (value === 'default') return field === 'minDialect' ? { minDialect: 'CORE' } : {};
  const dialect = DIALECT_NAMES.find((each) => each === value) ?? LEVEL_WORDS[value];
  return dialect === undefined ? {} : { [field]: dialect };
}

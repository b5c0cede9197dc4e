import type { ClientSettings } from '../client-offer.ts';
import type { DialectName } from '../dialect-level.ts';
import type { Policy } from '../policy.ts';
import { type IgnoredSetting, ignore, type Pasted, PastedFault, type ReadSetting } from './pasted.ts';
import type { Properties, Property } from './powershell-output.ts';

export type Side = 'server' | 'client';

/** Names that only one of the two configurations has. */
const ONLY: Readonly<Record<Side, readonly string[]>> = {
  server: ['EnableSMB1Protocol', 'EnableSMB2Protocol', 'EncryptData', 'RejectUnencryptedAccess', 'AuditSmb1Access', 'AnnounceServer', 'AutoShareServer', 'ServerHidden', 'NullSessionPipes', 'EnableAuthenticateUserSharing'],
  client: ['ConnectionCountPerRssNetworkInterface', 'DirectoryCacheLifetime', 'DormantFileLimit', 'EnableBandwidthThrottling', 'EnableInsecureGuestLogons', 'EnableLargeMtu', 'RequireEncryption', 'SessionTimeout', 'UseOpportunisticLocking', 'WindowSizeThreshold', 'BlockNTLM'],
};
const BOTH = ['RequireSecuritySignature', 'EnableSecuritySignature', 'Smb2DialectMin', 'Smb2DialectMax', 'EncryptionCiphers', 'DisableCompression', 'EnableMultiChannel'];

/** As a name, or as the number that is behind it; what is below or above all of them is no bound. */
const DIALECTS: Readonly<Record<string, DialectName | null>> = {
  none: null, smb202: '2.0.2', smb210: '2.1', smb300: '3.0', smb302: '3.0.2', smb311: '3.1.1',
  0: null, 514: '2.0.2', 528: '2.1', 768: '3.0', 770: '3.0.2', 785: '3.1.1', 65_535: null, 65_536: null,
};

const same = (left: string, right: string): boolean => left.toLowerCase() === right.toLowerCase();
const isOneOf = (names: readonly string[], name: string): boolean => names.some((each) => same(each, name));

/** Whose configuration it is; null where nothing in it is known. `asked` decides where the text does not. */
export function sideOf({ properties }: Properties, asked: Side): Side | null {
  for (const side of ['server', 'client'] as const) {
    if (properties.some(({ name }) => isOneOf(ONLY[side], name))) return side;
  }
  return properties.some(({ name }) => isOneOf(BOTH, name)) ? asked : null;
}

/** What Get-SmbServerConfiguration or Get-SmbClientConfiguration shows. Throws PastedFault for a value that Windows does not have. */
export function readWindowsConfiguration({ properties, ignored: before }: Properties, side: Side): Pasted {
  const ignored: IgnoredSetting[] = [...before];
  const read: ReadSetting[] = [];
  const values = new Map<string, Property>();
  const names = side === 'server' ? SERVER : CLIENT;
  for (const property of properties) {
    const name = names.find((each) => same(each, property.name));
    if (name === undefined || property.value === '') {
      ignore(ignored, { line: property.line, lines: 1, setting: property.name, reason: name === undefined ? reasonLeftOut(property.name) : 'it has no value' });
      continue;
    }
    values.set(name, { ...property, name });
    read.push({ line: property.line, setting: name, value: property.value, side });
  }
  const configuration = new Configuration(values);
  return {
    form: side === 'server' ? 'Get-SmbServerConfiguration' : 'Get-SmbClientConfiguration', family: 'windows',
    server: side === 'server' ? serverPolicy(configuration) : {}, client: side === 'client' ? clientSettings(configuration) : {},
    read, ignored: ignored.toSorted((left, right) => left.line - right.line), warnings: [],
  };
}

const SERVER = ['EnableSMB1Protocol', 'EnableSMB2Protocol', 'RequireSecuritySignature', 'Smb2DialectMin', 'Smb2DialectMax', 'EncryptionCiphers', 'EncryptData', 'RejectUnencryptedAccess', 'DisableCompression'];
const CLIENT = ['RequireSecuritySignature', 'Smb2DialectMin', 'Smb2DialectMax', 'EncryptionCiphers', 'RequireEncryption'];

function reasonLeftOut(name: string): string {
  return same(name, 'EnableSecuritySignature') ? 'SMB2 goes by RequireSecuritySignature alone' : 'nothing in a negotiation depends on it';
}

function serverPolicy(configuration: Configuration): Policy {
  const smb1 = configuration.flag('EnableSMB1Protocol');
  const smb2 = configuration.flag('EnableSMB2Protocol');
  const compression = configuration.flag('DisableCompression');
  const options = { ...(smb2 === false && { EnableSMB2Protocol: 'False' }), ...(compression === true && { DisableCompression: 'True' }) };
  const rejects = configuration.flag('RejectUnencryptedAccess') !== false;
  return {
    ...configuration.shared(),
    ...(smb1 !== undefined && { smb1 }),
    ...(configuration.flag('EncryptData') === true && { encryption: rejects ? 'required' as const : 'desired' as const }),
    ...(Object.keys(options).length > 0 && { options }),
  };
}

function clientSettings(configuration: Configuration): ClientSettings {
  const encryption = configuration.flag('RequireEncryption');
  return { ...configuration.shared(), ...(encryption !== undefined && { encryption: encryption ? 'required' as const : 'default' as const }) };
}

class Configuration {
  readonly #values: ReadonlyMap<string, Property>;

  constructor(values: ReadonlyMap<string, Property>) {
    this.#values = values;
  }

  /** What both sides have under the same names. */
  shared(): Pick<ClientSettings, 'minDialect' | 'maxDialect' | 'signing' | 'ciphers'> {
    const signing = this.flag('RequireSecuritySignature');
    const min = this.#dialect('Smb2DialectMin');
    const max = this.#dialect('Smb2DialectMax');
    const ciphers = this.#values.get('EncryptionCiphers')?.value.split(/[\s,]+/).filter((name) => name !== '').map((name) => name.toUpperCase().replaceAll('_', '-'));
    return {
      ...(min !== null && { minDialect: min }), ...(max !== null && { maxDialect: max }),
      ...(signing !== undefined && { signing: signing ? 'required' as const : 'default' as const }),
      ...(ciphers !== undefined && { ciphers }),
    };
  }

  flag(name: string): boolean | undefined {
    const property = this.#values.get(name);
    if (property === undefined) return undefined;
    if (/^\$?true$/i.test(property.value)) return true;
    if (/^\$?false$/i.test(property.value)) return false;
    throw new PastedFault('unknown-value', property.line, `${name} is True or False, not "${property.value}".`);
  }

  #dialect(name: string): DialectName | null {
    const property = this.#values.get(name);
    if (property === undefined) return null;
    const word = property.value.toLowerCase();
    const meant = Object.hasOwn(DIALECTS, word) ? DIALECTS[word] : undefined;
    if (meant === undefined) throw new PastedFault('unknown-value', property.line, `${name} is None, SMB202, SMB210, SMB300, SMB302 or SMB311, not "${property.value}".`);
    return meant;
  }
}

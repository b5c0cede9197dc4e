import { decodeSmb } from '../smb/decode.ts';
import { type ClientOffer, clientOffer, type ClientSettings, smb1Request, smb2Request } from './client-offer.ts';
import { DIALECT_NAMES } from './dialect-level.ts';
import { type Fingerprint, fingerprintOf, fingerprintText } from './fingerprint.ts';
import type { ClientPart, Profile, Smb1Offer, Smb2Offer } from './profile.ts';
import { DEFAULT_VALUES } from './values.ts';

/** A request that a profile can send. */
export interface ClientForm {
  readonly profile: Profile;
  /** Empty for its defaults. */
  readonly settings: ClientSettings;
  readonly when?: string;
  readonly fingerprint: Fingerprint;
}

const PREFIX = 4;

/** Every request of these profiles under all their settings, by fingerprint; of one profile the plainest way to each. */
export function clientForms(profiles: readonly Profile[]): ReadonlyMap<string, readonly ClientForm[]> {
  const byText = new Map<string, ClientForm[]>();
  const known = new Map<string, readonly Omit<ClientForm, 'profile'>[]>();
  for (const profile of profiles) {
    if (profile.client === undefined) continue;
    // Releases of one code base differ in nothing that is sent.
    const key = JSON.stringify(profile.client);
    let forms = known.get(key);
    if (forms === undefined) known.set(key, (forms = formsOf(profile.client)));
    for (const form of forms) {
      const text = fingerprintText(form.fingerprint);
      const same = byText.get(text) ?? [];
      if (!same.some((other) => other.profile === profile)) byText.set(text, [...same, { profile, ...form }]);
    }
  }
  return byText;
}

/** What one client sends: its defaults first. */
export function formsOf(part: ClientPart): Omit<ClientForm, 'profile'>[] {
  const usual = settingsOf(part).flatMap((settings) => {
    const offer = clientOffer(part, settings);
    return requestsOf(offer).map((bytes) => ({ settings, fingerprint: readBack(bytes) }));
  });
  const others = (part.others ?? []).map(({ when, smb1, smb2 }) => ({ settings: {}, when, fingerprint: readBack(requestOf(smb1, smb2)) }));
  return [...usual, ...others];
}

function settingsOf({ settings = [], signingRequired, smb2 }: ClientPart): ClientSettings[] {
  const signing: ClientSettings[] = settings.includes('signing') ? [{}, { signing: signingRequired ? 'default' : 'required' }] : [{}];
  const starts: ClientSettings[] = settings.includes('smb2-only') ? [{}, { start: 'smb2-only' }] : [{}];
  const single = settings.includes('dialect') ? (smb2?.dialects ?? []).flatMap((code) => NAMES[code] ?? []).map((name) => ({ minDialect: name, maxDialect: name })) : [];
  const ranges: ClientSettings[] = settings.includes('range') ? RANGES : [];
  return [{}, ...single, ...ranges].flatMap((range) => starts.flatMap((start) => signing.map((sign) => ({ ...range, ...start, ...sign }))));
}

const NAMES: Readonly<Record<number, (typeof DIALECT_NAMES)[number]>> = { 0x0202: '2.0.2', 0x0210: '2.1', 0x0300: '3.0', 0x0302: '3.0.2', 0x0311: '3.1.1' };
const RANGES: ClientSettings[] = DIALECT_NAMES.flatMap((minDialect, least) => DIALECT_NAMES.slice(least).map((maxDialect) => ({ minDialect, maxDialect })));

function requestsOf({ start, smb1, smb2 }: ClientOffer): Uint8Array[] {
  return [
    ...(smb1 === null || start === 'smb2-only' ? [] : [smb1Request(smb1, DEFAULT_VALUES)]),
    ...(smb2 === null || start === 'smb1-only' ? [] : [smb2Request(smb2, start === 'smb2-only' ? 'first' : 'second', DEFAULT_VALUES)]),
  ];
}

function requestOf(smb1: Smb1Offer | undefined, smb2: Smb2Offer | undefined): Uint8Array {
  if (smb1 !== undefined) return smb1Request(smb1, DEFAULT_VALUES);
  return smb2 === undefined ? new Uint8Array(0) : smb2Request(smb2, 'first', DEFAULT_VALUES);
}

/** What is recognised is what is sent: the bytes go through the decoder. */
function readBack(bytes: Uint8Array): Fingerprint {
  const [message] = decodeSmb(bytes.subarray(PREFIX), bytes.length - PREFIX);
  const fingerprint = message === undefined ? null : fingerprintOf(message);
  if (fingerprint === null) throw new Error('a profile builds no negotiate request');
  return fingerprint;
}

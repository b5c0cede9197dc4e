import { decodeSmb } from '../../src/smb/decode.ts';
import { type ClientOffer, clientOffer, type ClientSettings, smb1Request, smb2Request } from '../../src/selection/client-offer.ts';
import { DIALECT_NAMES } from '../../src/selection/dialect-level.ts';
import { type Fingerprint, fingerprintOf, fingerprintText } from '../../src/selection/fingerprint.ts';
import type { ClientPart, Profile, Smb1Offer, Smb2Offer } from '../../src/selection/profile.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';

/** A request that a profile can send. */
export interface ClientForm {
  readonly profile: Profile;
  /** Empty for its defaults. */
  readonly settings: ClientSettings;
  readonly when?: string;
  readonly fingerprint: Fingerprint;
}

const PREFIX = 4;

/** A request of one client part, whoever has it. */
type PartForm = Omit<ClientForm, 'profile'>;

/** Every request of these profiles under all their settings, by fingerprint; of one profile the plainest way to each. */
export function clientForms(profiles: readonly Profile[]): ReadonlyMap<string, readonly ClientForm[]> {
  const byText = new Map<string, ClientForm[]>();
  const known = new Map<string, ReadonlyMap<string, PartForm>>();
  for (const profile of profiles) {
    if (profile.client === undefined) continue;
    // Releases of one code base differ in nothing that is sent.
    const key = JSON.stringify(profile.client);
    let forms = known.get(key);
    if (forms === undefined) known.set(key, (forms = formsOf(profile.client)));
    for (const [text, form] of forms) {
      const same = byText.get(text);
      if (same === undefined) byText.set(text, [{ profile, ...form }]);
      else same.push({ profile, ...form });
    }
  }
  return byText;
}

/** What one client sends: its defaults first. Many settings come to the same request, which is built once. */
export function formsOf(part: ClientPart): ReadonlyMap<string, PartForm> {
  const forms = new Map<string, PartForm>();
  const built = new Set<string>();
  const add = (settings: ClientSettings, { smb1, smb2, step }: Request, when?: string): void => {
    const key = JSON.stringify([smb1, smb2, step]);
    if (built.has(key)) return;
    built.add(key);
    const fingerprint = readBack(smb1 ?? null, smb2 ?? null, step);
    const text = fingerprintText(fingerprint);
    if (!forms.has(text)) forms.set(text, { settings, ...(when !== undefined && { when }), fingerprint });
  };
  for (const settings of settingsOf(part)) for (const request of requestsOf(clientOffer(part, settings))) add(settings, request);
  for (const { when, ...other } of part.others ?? []) add({}, { ...other, step: 'first' }, when);
  return forms;
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

interface Request { readonly smb1?: Smb1Offer | undefined; readonly smb2?: Smb2Offer | undefined; readonly step: 'first' | 'second' }

function requestsOf({ start, smb1, smb2 }: ClientOffer): Request[] {
  return [
    ...(smb1 === null || start === 'smb2-only' ? [] : [{ smb1, step: 'first' as const }]),
    ...(smb2 === null || start === 'smb1-only' ? [] : [{ smb2, step: start === 'smb2-only' ? 'first' as const : 'second' as const }]),
  ];
}

/** What is recognised is what is sent: the bytes go through the decoder. */
function readBack(smb1: Smb1Offer | null, smb2: Smb2Offer | null, step: Request['step']): Fingerprint {
  const bytes = smb1 !== null ? smb1Request(smb1, DEFAULT_VALUES) : smb2 !== null ? smb2Request(smb2, step, DEFAULT_VALUES) : new Uint8Array(PREFIX);
  const [message] = decodeSmb(bytes.subarray(PREFIX), bytes.length - PREFIX);
  const fingerprint = message === undefined ? null : fingerprintOf(message);
  if (fingerprint === null) throw new Error('a profile builds no negotiate request');
  return fingerprint;
}

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clientOffer, smb1Request, smb2Request } from '../../src/selection/client-offer.ts';
import { profileOf } from '../../src/selection/profiles.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';
import { meant, type RecordedClient } from './recorded-client.ts';

const FILE = new URL('../../../shared/oracle/client-offers.json', import.meta.url);
const present = existsSync(FILE);

interface RecordedOffer extends RecordedClient { nth_negotiate_in_connection: number; request_hex: string }
const offers: RecordedOffer[] = present ? JSON.parse(readFileSync(FILE, 'utf8')) : [];

/** The recorded bytes say process id, GUID, salt and target; nothing else is taken from them. */
function rebuilt(recorded: RecordedOffer): string {
  const [id, settings] = meant(recorded);
  const part = profileOf(id)?.client;
  if (part === undefined) throw new Error(`no client ${id}`);
  const offer = clientOffer(part, settings);
  const bytes = Buffer.from(recorded.request_hex, 'hex');
  if (recorded.request.proto === 'smb1') {
    if (offer.smb1 === null) throw new Error('nothing offered in SMB1');
    return Buffer.from(smb1Request(offer.smb1, { ...DEFAULT_VALUES, processId: bytes.readUInt16LE(26) })).subarray(4).toString('hex');
  }
  if (offer.smb2 === null) throw new Error('nothing offered in SMB2');
  const values = { ...DEFAULT_VALUES, processId: bytes.readUInt32LE(32), clientGuid: bytes.subarray(76, 92), salt: saltIn(bytes) ?? DEFAULT_VALUES.salt, target: '10.99.0.2' };
  return Buffer.from(smb2Request(offer.smb2, recorded.nth_negotiate_in_connection === 1 ? 'first' : 'second', values)).subarray(4).toString('hex');
}

function saltIn(bytes: Buffer): Uint8Array | undefined {
  const at = bytes.indexOf(Buffer.from('0100260000000000' + '01002000' + '0100', 'hex'));
  return at < 0 ? undefined : bytes.subarray(at + 14, at + 46);
}

describe.skipIf(!present)('the 72 recorded requests of real clients (skipped where ../shared is absent)', () => {
  it('are all here', () => {
    expect(offers.length).toBe(72);
  });

  it.each(offers.map((offer) => [`${offer.client}, negotiate ${offer.nth_negotiate_in_connection}, ${offer.request.dialects.join(' ')}`, offer] as const))('%s is rebuilt byte for byte', (_name, offer) => {
    expect(rebuilt(offer)).toBe(offer.request_hex);
  });
});

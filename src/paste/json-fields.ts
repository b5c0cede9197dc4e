import { base64Bytes } from './base64.ts';
import { hexBytes } from './digits.ts';
import { IgnoredLines } from './ignored-lines.ts';
import type { Line } from './lines.ts';
import type { Chunk, Paste, Sender } from './paste.ts';
import { isFrame } from './frame.ts';
import { isSmbPort } from './sides.ts';
import { holdsSmb } from './smb-start.ts';

/** Fields with bytes, best first: Suricata's EVE, tshark's `-T json` and `-T ek`, and what people call them. */
const FIELDS = ['frame_raw', 'payload', 'packet', 'tcp.payload', 'tcp_tcp_payload', 'tcp.payload_raw', 'data', 'hex', 'base64', 'bytes'] as const;
/** Objects inside objects that are looked into. */
const DEEPEST = 12;

type Json = Readonly<Record<string, unknown>>;

/** JSON, one document or one per line, with a field that holds SMB or a packet in base64 or hex; null where there is none. */
export function readJsonFields(lines: readonly Line[]): Paste | null {
  const whole = /^\s*[[{]/.test(lines.find(({ text }) => text.trim() !== '')?.text ?? '') ? parsed(lines.map(({ text }) => text).join('\n')) : undefined;
  const ignored = new IgnoredLines();
  const chunks: Chunk[] = [];
  if (whole !== undefined) {
    for (const event of eventsOf(whole)) chunks.push(...chunkOf(event, 1));
  } else {
    for (const { text, number } of lines) {
      const found = /^\s*\{/.test(text) ? eventsOf(parsed(text)).flatMap((event) => chunkOf(event, number)) : [];
      if (found.length === 0 && text.trim() !== '') ignored.add(number, 'no JSON with bytes');
      chunks.push(...found);
    }
  }
  return chunks.length === 0 ? null : { form: 'json', chunks, ignored: ignored.list(), warnings: [] };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON, or nested beyond the parser's stack
  }
}

function eventsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}

function chunkOf(event: unknown, line: number): Chunk[] {
  const fields = fieldsOf(event);
  for (const name of FIELDS) {
    const bytes = bytesIn(fields.get(name));
    if (bytes !== null) return [{ bytes, line, direction: directionOf(fields) }];
  }
  return [];
}

/** All members by name, outer ones first. */
function fieldsOf(event: unknown): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  let level: unknown[] = [event];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const inner: unknown[] = [];
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue;
      for (const [name, member] of Object.entries(value as Json)) {
        if (!fields.has(name)) fields.set(name, member);
        if (typeof member === 'object') inner.push(member);
      }
    }
    level = inner;
  }
  return fields;
}

function bytesIn(member: unknown): Uint8Array | null {
  const text: unknown = Array.isArray(member) ? member[0] : member; // tshark: [hex, position, length, …]
  if (typeof text !== 'string' || text.length < 8) return null;
  const digits = text.replace(/[\s:]/g, '');
  const readings = [/^[0-9a-fA-F]*$/.test(digits) && digits.length % 2 === 0 ? hexBytes(digits) : null, base64Bytes(text.replace(/\s/g, ''))];
  return readings.find((bytes) => bytes !== null && (holdsSmb([{ bytes }]) || isFrame(bytes))) ?? null;
}

function directionOf(fields: ReadonlyMap<string, unknown>): Sender | null {
  const port = (...names: string[]): boolean => names.some((name) => isSmbPort(Number(fields.get(name))));
  const toServer = port('dest_port', 'tcp.dstport', 'id.resp_p');
  const toClient = port('src_port', 'tcp.srcport');
  return toServer === toClient ? null : toServer ? 'client' : 'server';
}

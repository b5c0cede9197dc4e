import type { Limits } from '../limits.ts';
import { type Paste, PasteFault } from '../paste/paste.ts';
import { ACCEPTED, readPaste } from '../paste/read-paste.ts';
import { stripHeaders } from '../paste/strip-headers.ts';
import type { CaptureAnalyser, JudgedConnection } from '../report/analysis.ts';
import { buildConnection } from '../report/build-connection.ts';
import { buildMessage } from '../report/build-message.ts';
import { PRODUCT } from '../report/product.ts';
import type { Connection } from '../report/schema.ts';
import { fieldsOf } from '../smb/fields/fields-of.ts';
import { PREFIX_LENGTH } from '../smb/fields/nbss-fields.ts';
import { HttpProblem } from './errors.ts';
import { captureOf, captureOfFrames } from './message-capture.ts';
import { type RawMessage, readRawMessages } from './raw-messages.ts';
import { recognised, type RecognisedSender } from './recognised-sender.ts';
import type { MessageField, NegotiationReport } from './schema.ts';

/** What judges pasted messages: the same analyser as for captures. */
export interface JudgingTools {
  readonly limits: Limits;
  readonly createAnalyser: (options: { limits: Limits; onConnection: (connection: JudgedConnection) => void }) => CaptureAnalyser;
}

export type Source = NegotiationReport['recognised'][number]['given'];

/** Bytes that came in one form. */
export interface Given {
  readonly source: Source;
  readonly paste: Omit<Paste, 'form'> & { readonly form: NegotiationReport['recognised'][number]['form'] };
}

/** A text in any form that people paste. */
export function givenText(body: Buffer): Given {
  return { source: 'body', paste: readText(textOf(body), 'body') };
}

/** The bytes themselves. */
export function givenBinary(bytes: Uint8Array): Given {
  return { source: 'body', paste: { form: 'binary', chunks: [{ bytes, direction: null, line: 1 }], ignored: [], warnings: [] } };
}

/** PowerShell and Notepad write UTF-16. */
function textOf(body: Buffer): string {
  const littleEndian = body[0] === 0xff && body[1] === 0xfe;
  return body.toString(littleEndian ? 'utf16le' : 'utf8');
}

/** Throws HttpProblem for a text that holds no bytes. */
export function readText(text: string, source: Source): Paste {
  const paste = readPaste(text);
  if (!(paste instanceof PasteFault)) return paste;
  if (paste.code === 'too-large') throw new HttpProblem(413, 'too-large', `${paste.message} Captures of any size go to /v1/captures/analyze.`);
  const code = source !== 'body' || paste.code === 'bad-hex' ? 'bad-hex' : 'bad-request';
  throw new HttpProblem(400, code, `${source === 'body' ? '' : `${source}: `}${paste.message}`, { offset: paste.offset });
}

/** Decodes and judges what was given. Throws HttpProblem where there is no message in it. */
export function negotiationReport(given: readonly Given[], tools: JudgingTools): { readonly report: NegotiationReport; readonly raw: readonly RawMessage[] } {
  const read = given.map(({ source, paste }) => {
    const stripped = stripHeaders(paste.chunks);
    return { source, paste, stripped, raw: readRawMessages(stripped.payloads) };
  });
  const messages = read.flatMap(({ raw }) => raw.messages);
  if (messages.length === 0) throw withoutMessage(given);
  const frames = read.every(({ stripped }) => stripped.bare === 0) ? read.flatMap(({ stripped }) => stripped.frames) : [];
  const made = frames.length > 0 ? { bytes: captureOfFrames(frames), packets: messages.map(({ packet }) => packet ?? 0) } : captureOf(messages);
  const { connection, others } = judge(made.bytes, tools);
  const report: NegotiationReport = {
    schemaVersion: '1',
    product: { ...PRODUCT },
    recognised: read.map(({ source, paste: { form, chunks }, stripped, raw }) => ({
      given: source, form, bytes: chunks.reduce((sum, { bytes }) => sum + bytes.length, 0), pieces: chunks.length, packets: stripped.frames.length, messages: raw.messages.length,
    })),
    ignored: read.flatMap(({ source, paste, stripped }) => [
      ...paste.ignored.map((lines) => ({ given: source, ...lines })),
      ...stripped.repeated.map((line) => ({ given: source, line, lines: 1, reason: 'from here on a repetition of what the packets carry' })),
      ...stripped.others.map((line) => ({ given: source, line, lines: 1, reason: 'from here on a packet without TCP or UDP' })),
    ]),
    warnings: [...read.flatMap(({ paste, raw }) => [...paste.warnings, ...raw.warnings]), ...otherConnections(others)],
    messages: messages.flatMap((message, index) => describe(message, made.packets[index] ?? 0, recognised(messages, index))),
    offer: connection?.offer ?? null,
    answer: connection?.answer ?? null,
    dialect: connection?.dialect ?? null,
    smb1: connection?.smb1 ?? 'unknown',
    verdict: connection === null ? null : withoutFilter(connection.verdict),
    findings: connection?.findings ?? [],
  };
  return { report, raw: messages };
}

function otherConnections(others: number): string[] {
  return others === 0 ? [] : [`The packets belong to ${others + 1} connections; only the first with a negotiation is judged here. Upload them as a capture for all.`];
}

/** What was read, although it is no SMB: then one sees whether the text was understood. */
function withoutMessage(given: readonly Given[]): HttpProblem {
  const forms = given.map(({ paste: { form, chunks } }) => `${chunks.reduce((sum, { bytes }) => sum + bytes.length, 0)} bytes as ${form}`).join(' and ');
  return new HttpProblem(400, 'bad-request', `These are ${forms}, but there is no SMB message in them: it begins with ff 53 4d 42 (SMB1) or fe 53 4d 42 (SMB2), with or without a 4-byte prefix. ${ACCEPTED}`);
}

/** Pasted messages have no packets that Wireshark could show. */
function withoutFilter({ displayFilter: _displayFilter, ...verdict }: Connection['verdict']): Connection['verdict'] {
  return verdict;
}

function judge(capture: Uint8Array, { limits, createAnalyser }: JudgingTools): { readonly connection: Connection | null; readonly others: number } {
  const found: JudgedConnection[] = [];
  const analyser = createAnalyser({ limits, onConnection: (judged) => { found.push(judged); } });
  analyser.write(capture);
  analyser.end();
  const first = found.find(({ exchange: { offer, answer } }) => offer.packet !== null || answer.packet !== null) ?? found[0];
  return { connection: first === undefined ? null : buildConnection(first, 'full', 6), others: Math.max(0, found.length - 1) };
}

function describe({ from, offset, framed, prefixGiven, decoded }: RawMessage, packet: number, likely: RecognisedSender | null): NegotiationReport['messages'] {
  // The schema's type lacks `readonly`; nobody changes the tree.
  const fields = (prefixGiven ? fieldsOf(framed) : fieldsOf(framed.subarray(PREFIX_LENGTH), 'bare')) as MessageField[];
  return decoded.map((message, member) => ({
    packet, from, offset, length: framed.length, prefix: prefixGiven ? 'given' : 'added', message: buildMessage(message), ...(member === 0 && { fields }), ...(member === 0 && likely !== null && { likely }),
  }));
}

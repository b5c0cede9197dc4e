import { smb2DialectText } from '../negotiation/dialects.ts';
import type { Ended, Exchange } from '../negotiation/exchange.ts';
import { dosErrorText, netbiosErrorText, statusText } from './status-names.ts';

/** Strings of a hostile capture are shown short and without control characters. */
const SHOWN_STRINGS = 12;
const SHOWN_CHARACTERS = 48;

/** A string from the wire, quoted. */
export function quoted(text: string): string {
  const short = text.length > SHOWN_CHARACTERS ? text.slice(0, SHOWN_CHARACTERS) + '…' : text;
  return `"${short.replace(/[\p{C}\p{Zl}\p{Zp}"]/gu, '·')}"`;
}

/** A list for people, cut after a dozen. */
export function listed(items: readonly string[]): string {
  const shown = items.slice(0, SHOWN_STRINGS).join(', ');
  return items.length > SHOWN_STRINGS ? `${shown} and ${items.length - SHOWN_STRINGS} more` : shown;
}

export const strings = (items: readonly string[]): string => listed(items.map(quoted));
export const dialects = (codes: readonly number[]): string => listed(codes.map(smb2DialectText));

/** `The client 10.0.0.5` at the beginning of a sentence. */
export const Client = (x: Exchange): string => `The client ${x.client.address}`;
export const Server = (x: Exchange): string => `The server ${x.server.address}`;
export const server = (x: Exchange): string => `the server ${x.server.address} (port ${x.server.port})`;

export const inPacket = (packet: number | null): string => (packet === null ? '' : ` (packet ${packet})`);

/** Seconds with three figures: `0.0002 s`. */
export function seconds(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return `${rounded >= 1e-6 || rounded === 0 ? rounded : rounded.toFixed(9)} s`;
}

/** ` after 0.0002 s`, or nothing where packets carry no time. */
export const after = (value: number | null): string => (value === null ? '' : ` after ${seconds(value)}`);

/** Sentences with single spaces between them, although some may be empty. What stands inside a value is left as it is. */
export function say(between: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  let text = '';
  between.forEach((piece, index) => {
    text += text === '' || text.endsWith(' ') ? piece.trimStart() : piece;
    text += values[index] ?? '';
  });
  return text.trimEnd();
}

/** What the client offered, one sentence. */
export function offerSentence(x: Exchange): string {
  const { offer } = x;
  const smb1 = offer.smb1Dialects ?? [];
  const smb2 = offer.smb2Dialects ?? [];
  switch (offer.kind) {
    case 'smb1-only':
      if (smb1.length === 0) return `${Client(x)} sent an SMB1 negotiate without a readable dialect to ${server(x)}${inPacket(offer.smb1Packet)}.`;
      return `${Client(x)} offered only SMB1 to ${server(x)}: ${strings(smb1)}${inPacket(offer.smb1Packet)}.`;
    case 'multi-protocol': {
      const second = smb2.length === 0 ? '' : `, then ${dialects(smb2)} in an SMB2 request${inPacket(offer.smb2Packet)}`;
      return `${Client(x)} offered ${strings(smb1)} to ${server(x)} in an SMB1-framed request that also asks for SMB2${inPacket(offer.smb1Packet)}${second}.`;
    }
    case 'smb2-only':
      if (smb2.length === 0) return `${Client(x)} sent an SMB2 negotiate without a readable dialect to ${server(x)}${inPacket(offer.smb2Packet)}.`;
      return `${Client(x)} offered SMB2 dialects to ${server(x)}: ${dialects(smb2)}${inPacket(offer.smb2Packet)}.`;
    case 'none':
      return `${Client(x)} sent no negotiate to ${server(x)}.`;
    case 'not-captured':
      return `What the client ${x.client.address} offered to ${server(x)} is not in the capture.`;
    default:
      return offer.kind satisfies never;
  }
}

/** NT status or DOS error of an error answer, named. */
export function answerStatus(x: Exchange): string {
  const status = x.answer.status;
  if (status === null) return 'an error';
  const header = x.smb1Response?.message.kind === 'smb1-negotiate-response' ? x.smb1Response.message.header : null;
  // Without NT_STATUS (0x4000) in Flags2 the four bytes are class and code. [MS-CIFS] 2.2.3.1
  return x.answer.kind === 'smb1-error' && header !== null && (header.flags2 & 0x4000) === 0 && status !== 0x00010002 ? dosErrorText(status) : statusText(status);
}

/** What the server answered, one sentence. */
export function answerSentence(x: Exchange): string {
  const { answer } = x;
  const where = inPacket(answer.packet);
  const when = after(answer.waitSeconds);
  switch (answer.kind) {
    case 'smb1-selected':
      return `The server selected the SMB1 dialect ${quoted(answer.dialect ?? 'unknown')}${answer.index === null ? '' : ` (index ${answer.index})`}${when}${where}.`;
    case 'smb1-none':
      return `The server answered index 0xFFFF, none of the offered dialects${when}${where}.`;
    case 'smb1-error':
    case 'smb2-error':
      return `The server answered with ${answerStatus(x)}${when}${where}.`;
    case 'smb2-dialect':
      return `The server selected SMB ${answer.dialect ?? 'unknown'}${answer.dialectCode === null ? '' : ` (${hex16(answer.dialectCode)})`}${when}${where}.`;
    case 'smb2-wildcard':
      return `The server answered 0x02FF, "go on in SMB2"${when}${where}.`;
    case 'netbios-refused': {
      const refusal = x.messages.find(({ message }) => message.kind === 'nbss-negative-response')?.message;
      return `The server refused the NetBIOS session${refusal?.kind === 'nbss-negative-response' ? ` with ${netbiosErrorText(refusal.errorCode)}` : ''}${when}${where}.`;
    }
    case 'netbios-retarget':
      return `The server sent the client to another address for the NetBIOS session${when}${where}.`;
    case 'malformed':
      return `The server’s answer cannot be read${where}.`;
    case 'closed':
      return `The server closed the connection without an answer${when}${where}.`;
    case 'reset':
      return `The server reset the connection without an answer${when}${where}.`;
    case 'silence':
      return `The server did not answer${x.waitedSeconds === null ? '' : ` within ${seconds(x.waitedSeconds)}`}.`;
    case 'none':
      return 'No answer was due.';
    case 'not-captured':
      return 'No answer is in the capture.';
    default:
      return answer.kind satisfies never;
  }
}

/** Who ended it, how and when: one sentence, or none where the answer says it. */
export function endSentence(x: Exchange): string {
  const { ended } = x;
  const origin = ended.origin === 'middlebox-suspected' ? 'The TTL or MAC address of that packet differs from that side’s other packets, so a firewall between them may have sent it.' : '';
  // Where the end is the answer, it has been said already.
  const said = ended.packet !== null && ended.packet === x.answer.packet && (x.answer.kind === 'reset' || x.answer.kind === 'closed');
  return say`${said ? '' : whoEnded(ended)} ${origin}`;
}

function whoEnded(ended: Ended): string {
  const when = ended.waitSeconds === null ? '' : ` ${seconds(ended.waitSeconds)} later`;
  const who = ended.by === null ? 'One side' : `The ${ended.by}`;
  switch (ended.how) {
    case 'reset':
      return `${who} reset the connection${when}${inPacket(ended.packet)}.`;
    case 'close':
      return `${who} closed the connection${when}${inPacket(ended.packet)}.`;
    case 'continued':
      return 'The connection went on.';
    case 'capture-end':
      return 'The capture does not show how it ended.';
    default:
      return ended.how satisfies never;
  }
}

export const hex16 = (value: number): string => '0x' + value.toString(16).toUpperCase().padStart(4, '0');

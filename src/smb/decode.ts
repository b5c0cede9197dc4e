import { Fault } from '../bytes/fault.ts';
import { SMB1_NEGOTIATE, SMB2_IOCTL, SMB2_NEGOTIATE, smb1CommandName, smb2CommandName } from './commands.ts';
import { u32At } from './little-endian.ts';
import { malformed } from './malformed.ts';
import type { Smb2Header, SmbMessage } from './messages.ts';
import { SMB1_HEADER_LENGTH, isSmb1Response, readSmb1Header } from './smb1-header.ts';
import { readSmb1NegotiateRequest } from './smb1-negotiate-request.ts';
import { readSmb1NegotiateResponse } from './smb1-negotiate-response.ts';
import { readSmb2NegotiateError } from './smb2-error.ts';
import { SMB2_HEADER_LENGTH, isSmb2Response, readSmb2Header } from './smb2-header.ts';
import { readSmb2NegotiateRequest } from './smb2-negotiate-request.ts';
import { readSmb2NegotiateResponse } from './smb2-negotiate-response.ts';
import { readValidateNegotiate } from './validate-negotiate.ts';

/** ProtocolId, the four bytes read little-endian. [MS-CIFS] 2.2.3.1, [MS-SMB2] 2.2.1.2, 2.2.41, 2.2.42 */
const PROTOCOL = { smb1: 0x424d_53ff, smb2: 0x424d_53fe, encrypted: 0x424d_53fd, compressed: 0x424d_53fc } as const;
/** Members of one compound chain that are looked at; real clients send three to five. */
const CHAIN_LIMIT = 32;

/**
 * The messages of one transport message (without its 4-byte prefix): one, or the members of an SMB2 compound. Never throws.
 * `bytes` may be shorter than `declaredLength`, where the capture or a limit cut them.
 */
export function decodeSmb(bytes: Uint8Array, declaredLength: number): SmbMessage[] {
  const message = bytes.length > declaredLength ? bytes.subarray(0, declaredLength) : bytes;
  const as = message[0] === 0xff ? 'smb1' : 'smb2';
  if (message.length < 4) return [malformed(as, new Fault('truncated', 0, 'ProtocolId'))];
  switch (u32At(message, 0)) {
    case PROTOCOL.smb1: return [decodeSmb1(message, message.length < declaredLength)];
    case PROTOCOL.smb2: return decodeChain(message, declaredLength);
    case PROTOCOL.encrypted: return [{ kind: 'smb2-encrypted' }];
    case PROTOCOL.compressed: return [{ kind: 'smb2-compressed' }];
    default: return [malformed(as, new Fault('unexpected-value', 0, 'ProtocolId'))];
  }
}

function decodeSmb1(bytes: Uint8Array, cut: boolean): SmbMessage {
  if (bytes.length < SMB1_HEADER_LENGTH) return malformed('smb1', new Fault('truncated', bytes.length, 'Header'));
  const header = readSmb1Header(bytes);
  const response = isSmb1Response(header);
  if (header.command !== SMB1_NEGOTIATE) return { kind: 'smb1-command', header, commandName: smb1CommandName(header.command), response };
  return response ? readSmb1NegotiateResponse(bytes, header, cut) : readSmb1NegotiateRequest(bytes, header, cut);
}

/** Compounded messages: NextCommand counts from the header that it stands in. [MS-SMB2] 3.3.5.2.7 */
function decodeChain(bytes: Uint8Array, declaredLength: number): SmbMessage[] {
  const messages: SmbMessage[] = [];
  let rest = bytes;
  let declared = declaredLength;
  for (;;) {
    if (rest.length < SMB2_HEADER_LENGTH) return [...messages, malformed('smb2', new Fault('truncated', bytes.length, 'Header'))];
    const header = readSmb2Header(rest);
    const at = bytes.length - rest.length;
    if (u32At(rest, 0) !== PROTOCOL.smb2) return [...messages, malformed('smb2', new Fault('unexpected-value', at, 'ProtocolId'))];
    if (header.structureSize !== SMB2_HEADER_LENGTH) return [...messages, malformed('smb2', new Fault('unexpected-value', at + 4, 'StructureSize'))];

    const next = header.nextCommand;
    const linked = next >= SMB2_HEADER_LENGTH && next < declared;
    const length = linked ? next : declared;
    const own = linked && next < rest.length ? rest.subarray(0, next) : rest;
    messages.push(decodeSmb2(own, header, own.length < length));
    if (next === 0) return messages;
    if (!linked) return [...messages, malformed('smb2', new Fault('out-of-bounds', at + 20, 'NextCommand'))];
    if (messages.length === CHAIN_LIMIT) return [...messages, malformed('smb2', new Fault('limit', at + 20, 'NextCommand'))];
    if (next >= rest.length) return messages; // the next member lies behind the cut
    rest = rest.subarray(next);
    declared -= next;
  }
}

function decodeSmb2(bytes: Uint8Array, header: Smb2Header, cut: boolean): SmbMessage {
  const response = isSmb2Response(header);
  if (header.command === SMB2_NEGOTIATE) {
    if (!response) return readSmb2NegotiateRequest(bytes, header, cut);
    return header.status === 0 ? readSmb2NegotiateResponse(bytes, header, cut) : readSmb2NegotiateError(bytes, header);
  }
  const command = { kind: 'smb2-command', header, commandName: smb2CommandName(header.command), response } as const;
  if (header.command !== SMB2_IOCTL) return command;
  const validateNegotiate = readValidateNegotiate(bytes, response);
  return validateNegotiate === undefined ? command : { ...command, validateNegotiate };
}

import type { Exchange } from '../negotiation/exchange.ts';
import type { ExpectedEvent } from './verdict.ts';

/** Full channel names, as Get-WinEvent and the Event Viewer take them. PROTOCOL 6.1 */
const SERVER_OPERATIONAL = 'Microsoft-Windows-SMBServer/Operational';
const SERVER_AUDIT = 'Microsoft-Windows-SMBServer/Audit';
const CLIENT_CONNECTIVITY = 'Microsoft-Windows-SMBClient/Connectivity';
const CLIENT_OPERATIONAL = 'Microsoft-Windows-SMBClient/Operational';
const CLIENT_AUDIT = 'Microsoft-Windows-SMBClient/Audit';
const CLIENT_SECURITY = 'Microsoft-Windows-SmbClient/Security';

export const SMB1_REJECTED: ExpectedEvent = {
  channel: SERVER_OPERATIONAL, id: 1001, side: 'server',
  when: 'If this side is Windows without SMB1 (disabled or removed): a client tried SMB1 and was rejected.',
};

/** What auditing adds on the server; the second text is the newer one. */
export const SMB1_AUDITED: readonly ExpectedEvent[] = [
  { channel: SERVER_AUDIT, id: 3000, side: 'server', when: 'If this side is Windows and AuditSmb1Access is on: a client connected with SMB1.' },
  { channel: SERVER_AUDIT, id: 3002, side: 'server', when: 'If this side is Windows and AuditSmb1Access is on: newer builds write this one for the same.' },
];

/** The manifest and the documentation name different channels: both are to be asked. */
const inBothChannels = (id: number, when: string): readonly ExpectedEvent[] => [
  { channel: CLIENT_AUDIT, id, side: 'client', when: `${when} Channel of Windows 11 24H2 and later.` },
  { channel: CLIENT_SECURITY, id, side: 'client', when: `${when} Channel that the documentation names for earlier ones.` },
];

/** The client got an SMB1 answer and cannot use it. */
export const SMB1_ANSWER_UNUSABLE = inBothChannels(32000, 'If this side is Windows without the SMB1 client: an SMB1 negotiate response came although SMB1 cannot be negotiated.');

/** The client got an SMB1 answer and can use it. */
export const SMB1_ANSWER_USED = inBothChannels(32002, 'If this side is Windows with the SMB1 client: it received an SMB1 negotiate response.');

export const CONNECT_FAILED: ExpectedEvent = {
  channel: CLIENT_CONNECTIVITY, id: 30803, side: 'client',
  when: 'If this side is Windows: no network connection could be established.',
};

export const DISCONNECTED: ExpectedEvent = {
  channel: CLIENT_CONNECTIVITY, id: 30804, side: 'client',
  when: 'If this side is Windows 7 or later: the network connection was disconnected, also during the negotiation.',
};

export const REQUEST_TIMED_OUT: ExpectedEvent = {
  channel: CLIENT_CONNECTIVITY, id: 30809, side: 'client',
  when: 'If this side is Windows: the negotiate (command 0) got no answer within its time limit, 60 seconds by default.',
};

export const NEGOTIATE_FAILED: ExpectedEvent = {
  channel: CLIENT_CONNECTIVITY, id: 30816, side: 'client',
  when: 'If this side is Windows: the server failed the negotiate request with an error status.',
};

export const DIALECT_OUT_OF_RANGE: ExpectedEvent = {
  channel: SERVER_OPERATIONAL, id: 1061, side: 'server',
  when: 'If this side is Windows 11 24H2, Server 2025 or later with a minimum or maximum dialect: no offered dialect lies within.',
};

export const RACE_LOST: ExpectedEvent = {
  channel: CLIENT_OPERATIONAL, id: 30952, side: 'client',
  when: 'If this side is Windows: a connection was initiated but not selected, because another transport was quicker.',
};

/** 30804 belongs to a connection that the other side ended. */
export function whenServerEnded(x: Exchange): readonly ExpectedEvent[] {
  const ended = x.answer.kind === 'reset' || x.answer.kind === 'closed' || (x.ended.by === 'server' && (x.ended.how === 'reset' || x.ended.how === 'close'));
  return ended ? [DISCONNECTED] : [];
}

/** Error statuses of an SMB2 negotiate. */
export function whenSmb2Error(x: Exchange): readonly ExpectedEvent[] {
  return x.answer.kind === 'smb2-error' ? [NEGOTIATE_FAILED] : [];
}

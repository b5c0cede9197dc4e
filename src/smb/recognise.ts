/** What the first bytes of one TCP direction are. `maybe`: too few to know, and nothing speaks against SMB. */
export type Start = 'smb' | 'nbss' | 'maybe' | 'no';

const PREFIX = 4;
/** Two encoded names without and with the longest scopes. RFC 1002 4.3.2 */
const SESSION_REQUEST = { shortest: 68, longest: 600 } as const;
/** Empty session messages before the first real one that are stepped over. */
const EMPTY_LIMIT = 4;

/** Reads bytes [start, end). Hot: no view, no object. The forms are those of RFC 1002 4.3 and [MS-SMB2] 2.1. */
export function recogniseStart(bytes: Uint8Array, start: number, end: number): Start {
  for (let skipped = 0; skipped < EMPTY_LIMIT; skipped++) {
    if (start >= end) return 'maybe';
    const type = bytes[start] ?? 0;
    if (type !== 0) return controlStart(bytes, start, end, type);
    if (end - start < PREFIX) return 'maybe';
    const length = ((bytes[start + 1] ?? 0) << 16) | ((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0);
    if (length !== 0) return messageStart(bytes, start + PREFIX, end, length);
    start += PREFIX;
  }
  return 'no';
}

/** `[\xFC-\xFF]SMB` behind a prefix whose length has room for that header. */
function messageStart(bytes: Uint8Array, at: number, end: number, length: number): Start {
  if (length < 16) return 'no';
  if (at >= end) return 'maybe';
  const id = bytes[at] ?? 0;
  if (id < 0xfc || length < shortest(id)) return 'no';
  if (at + 1 >= end) return 'maybe';
  if (bytes[at + 1] !== 0x53) return 'no';
  if (at + 2 >= end) return 'maybe';
  if (bytes[at + 2] !== 0x4d) return 'no';
  if (at + 3 >= end) return 'maybe';
  return bytes[at + 3] === 0x42 ? 'smb' : 'no';
}

function shortest(id: number): number {
  switch (id) {
    case 0xff: return 32;
    case 0xfe: return 64;
    case 0xfd: return 52;
    default: return 16;
  }
}

/** 0x81 session request … 0x85 keep-alive, each with the only length it may have. */
function controlStart(bytes: Uint8Array, start: number, end: number, type: number): Start {
  if (type < 0x81 || type > 0x85) return 'no';
  const flags = start + 1 < end ? (bytes[start + 1] ?? 0) : 0;
  if (flags > (type === 0x81 ? 1 : 0)) return 'no';
  if (end - start < PREFIX) return 'maybe';
  const length = (flags << 16) | ((bytes[start + 2] ?? 0) << 8) | (bytes[start + 3] ?? 0);
  switch (type) {
    case 0x81: return requestStart(bytes, start + PREFIX, end, length);
    case 0x83: return length === 1 ? 'nbss' : 'no';
    case 0x84: return length === 6 ? 'nbss' : 'no';
    default: return length === 0 ? 'nbss' : 'no';
  }
}

/** The empty request asks stunnel for TLS. */
function requestStart(bytes: Uint8Array, at: number, end: number, length: number): Start {
  if (length === 0) return 'nbss';
  if (length < SESSION_REQUEST.shortest || length > SESSION_REQUEST.longest || length % 2 !== 0) return 'no';
  if (at >= end) return 'maybe';
  return bytes[at] === 0x20 ? 'nbss' : 'no';
}

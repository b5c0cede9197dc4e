/**
 * Whether an address is reachable from the whole Internet, by the IANA special-purpose registries
 * (iana-ipv4-special-registry, iana-ipv6-special-registry; "Globally Reachable"). Takes RFC 5952 text.
 */
export function isPublicAddress(address: string): boolean {
  const words = address.includes(':') ? ipv6Words(address) : null;
  if (words !== null) return isPublicIpv6(words);
  const value = ipv4Value(address);
  return value !== null && isPublicIpv4(value);
}

/** [first address, prefix length] of what is not globally reachable; multicast and limited broadcast too. */
const SPECIAL_IPV4: readonly (readonly [number, number])[] = [
  [0x00000000, 8], // "this network", RFC 791
  [0x0a000000, 8], // private, RFC 1918
  [0x64400000, 10], // shared address space, RFC 6598
  [0x7f000000, 8], // loopback, RFC 1122
  [0xa9fe0000, 16], // link local, RFC 3927
  [0xac100000, 12], // private, RFC 1918
  [0xc0000000, 24], // IETF protocol assignments, RFC 6890
  [0xc0000200, 24], // TEST-NET-1, RFC 5737
  [0xc0a80000, 16], // private, RFC 1918
  [0xc6120000, 15], // benchmarking, RFC 2544
  [0xc6336400, 24], // TEST-NET-2, RFC 5737
  [0xcb007100, 24], // TEST-NET-3, RFC 5737
  [0xe0000000, 4], // multicast, RFC 5771
  [0xf0000000, 4], // reserved, RFC 1112, and limited broadcast, RFC 8190
];

const FIRST = Int32Array.from(SPECIAL_IPV4, ([first]) => first | 0);
const MASK = Int32Array.from(SPECIAL_IPV4, ([, length]) => -1 << (32 - length));

/** Inside 192.0.0.0/24, yet globally reachable: anycast of PCP (RFC 7723) and TURN (RFC 8155). */
const ANYCAST_IPV4: readonly number[] = [0xc0000009, 0xc000000a];

function isPublicIpv4(value: number): boolean {
  if (ANYCAST_IPV4.includes(value)) return true;
  // By index: this runs twice for every connection, and destructuring in a callback was its greatest cost.
  for (let at = 0; at < FIRST.length; at += 1) if (((value ^ (FIRST[at] ?? 0)) & (MASK[at] ?? 0)) === 0) return false;
  return true;
}

/** Prefixes in 2000::/3 that are not globally reachable, as words; outside of 2000::/3 only 64:ff9b::/96 is. */
function isPublicIpv6(w: readonly number[]): boolean {
  const [a = 0, b = 0, c = 0] = w;
  const low = (((w[6] ?? 0) << 16) | (w[7] ?? 0)) >>> 0;
  const zeroUpTo = (end: number): boolean => w.slice(0, end).every((word) => word === 0);
  if (zeroUpTo(5) && w[5] === 0xffff) return isPublicIpv4(low); // IPv4-mapped, RFC 4291: as the address inside
  if (a === 0x0064 && b === 0xff9b && w.slice(2, 6).every((word) => word === 0)) return isPublicIpv4(low); // NAT64, RFC 6052
  if (a >>> 13 !== 1) return false; // loopback, ULA fc00::/7, link local fe80::/10, multicast ff00::/8, 100::/64, 5f00::/16 …
  if (a === 0x2001 && b < 0x0200) return ietfAssignment(w, b, c); // 2001::/23
  if (a === 0x2001 && b === 0x0db8) return false; // documentation, RFC 3849
  if (a === 0x2002) return isPublicIpv4(((b << 16) | c) >>> 0); // 6to4, RFC 3056: as the address inside
  if (a === 0x3fff && b < 0x1000) return false; // documentation, RFC 9637
  return true;
}

/** 2001::/23 is not reachable but for these. */
function ietfAssignment(w: readonly number[], b: number, c: number): boolean {
  if (b === 0x0001) return c === 0 && w.slice(3, 7).every((word) => word === 0) && (w[7] === 1 || w[7] === 2 || w[7] === 3); // anycast of PCP, TURN, DNS-SD
  if (b === 0x0003) return true; // AMT, RFC 7450
  if (b === 0x0004 && c === 0x0112) return true; // AS112, RFC 7535
  return b >>> 4 === 0x2 || b >>> 4 === 0x3; // ORCHIDv2, RFC 7343; drone remote ID, RFC 9374
}

function ipv4Value(address: string): number | null {
  let value = 0;
  let part = 0;
  let parts = 0;
  for (let at = 0; at <= address.length; at += 1) {
    const code = at === address.length ? 0x2e : address.charCodeAt(at);
    if (code === 0x2e) {
      value = ((value << 8) | part) >>> 0;
      part = 0;
      parts += 1;
    } else if (code >= 0x30 && code <= 0x39) {
      part = part * 10 + code - 0x30;
      if (part > 255) return null;
    } else return null;
  }
  return parts === 4 ? value : null;
}

/** Eight words, or null when it is none. */
function ipv6Words(address: string): readonly number[] | null {
  const [head = '', tail, extra] = address.split('::');
  if (extra !== undefined) return null;
  const left = groups(head);
  const right = tail === undefined ? [] : groups(tail);
  if (left === null || right === null) return null;
  const zeros = 8 - left.length - right.length;
  if (tail === undefined ? zeros !== 0 : zeros < 1) return null;
  return [...left, ...Array.from({ length: zeros }, () => 0), ...right];
}

function groups(text: string): number[] | null {
  if (text === '') return [];
  const words: number[] = [];
  for (const group of text.split(':')) {
    if (group.includes('.')) {
      const value = ipv4Value(group);
      if (value === null) return null;
      words.push(value >>> 16, value & 0xffff);
    } else {
      const word = Number.parseInt(group, 16);
      if (Number.isNaN(word) || word > 0xffff) return null;
      words.push(word);
    }
  }
  return words;
}

import type { Profile } from '../profile.ts';

/**
 * Fields of answers beside those of a default install: domain members and controllers, client and server editions, which
 * 5.9 does not tell apart, and servers whose limits were set. PROTOCOL 2.5, 2.9, 5.3
 */
type Answers = NonNullable<Profile['alsoAnswers']>;

/** Capabilities with and without extended security and DFS. */
const capabilities = (...low: string[]): string[] => low.flatMap((text) => [text, `8${text.padStart(7, '0')}`]);

const SIZES = { maxBuffer: ['4356', '16644'], maxMpx: ['10', '50'] };
const DOMAIN_XP = 'mskrb5.krb5.krb5u2u.ntlmssp@name';
const DOMAIN = 'mskrb5.krb5.krb5u2u.ntlmssp@ignore';
const BLOBS_7 = ['negoex.ntlmssp', 'negoex.ntlmssp+token', `negoex.${DOMAIN}`];

export const ANSWERS_2000: Answers = { smb1: { ...SIZES, maxBuffer: ['4356', '16644', '33028'], capabilities: capabilities('e3fd', 'f3fd', 'd3fd'), blob: ['-', 'mskrb5.ntlmssp@name', '8+2'], sessionKey: ['0', 'x'] } };
export const ANSWERS_XP: Answers = { smb1: { ...SIZES, blob: ['-', DOMAIN_XP, '8+2'] } };
export const ANSWERS_2003: Answers = { smb1: { ...SIZES, blob: ['-', DOMAIN_XP, '8+2'] } };
export const ANSWERS_VISTA: Answers = { smb1: { ...SIZES, capabilities: capabilities('1e3fd', '1f3fd'), blob: ['ntlmssp', DOMAIN, '8+2'] }, smb2: { blob: ['ntlmssp', DOMAIN], reserved: ['x'] } };
/** Windows 7 and 2008 R2 leave old bytes where 3.1.1 has its contexts; later ones were not seen with it. */
export const ANSWERS_7: Answers = { smb1: { ...SIZES, capabilities: capabilities('1e3fc', '1f3fc'), blob: [...BLOBS_7, '8+2'] }, smb2: { blob: BLOBS_7, reserved: ['x'] } };
/** Nodes of a cluster have persistent handles beside what all have from 2.1 on. */
export const ANSWERS_8: Answers = { smb1: ANSWERS_7.smb1, smb2: { blob: BLOBS_7, capabilities: ['17'] } };

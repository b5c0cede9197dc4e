import { codes, flagNames } from '../bytes/codes.ts';

/** Ids inside the negotiate contexts. [MS-SMB2] 2.2.3.1.1 to 2.2.3.1.7 */
export const hashAlgorithmOf = codes({ 1: 'SHA-512' });
/** 0 is a server's "no common cipher". */
export const cipherOf = codes({ 0: 'NONE', 1: 'AES-128-CCM', 2: 'AES-128-GCM', 3: 'AES-256-CCM', 4: 'AES-256-GCM' });
export const compressionOf = codes({ 0: 'NONE', 1: 'LZNT1', 2: 'LZ77', 3: 'LZ77+Huffman', 4: 'Pattern_V1', 5: 'LZ4' });
export const signingAlgorithmOf = codes({ 0: 'HMAC-SHA256', 1: 'AES-CMAC', 2: 'AES-GMAC' });
export const rdmaTransformOf = codes({ 0: 'NONE', 1: 'ENCRYPTION', 2: 'SIGNING' });

/** [MS-SMB2] 2.2.3.1.3 */
export const compressionFlagNames = (value: number): string[] => flagNames({ 1: 'CHAINED' }, value);
/** [MS-SMB2] 2.2.3.1.5 */
export const transportFlagNames = (value: number): string[] => flagNames({ 1: 'ACCEPT_TRANSPORT_LEVEL_SECURITY' }, value);

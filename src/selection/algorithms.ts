/** Names of policies and reports for the ids of [MS-SMB2] 2.2.3.1.2, 2.2.3.1.3 and 2.2.3.1.7; the second names are Samba's. */
export const CIPHERS: Readonly<Record<string, number>> = { 'AES-128-CCM': 1, 'AES-128-GCM': 2, 'AES-256-CCM': 3, 'AES-256-GCM': 4 };
export const SIGNING_ALGORITHMS: Readonly<Record<string, number>> = { 'HMAC-SHA256': 0, 'AES-CMAC': 1, 'AES-GMAC': 2, 'AES-128-CMAC': 1, 'AES-128-GMAC': 2 };
export const COMPRESSION_ALGORITHMS: Readonly<Record<string, number>> = { 'NONE': 0, 'LZNT1': 1, 'LZ77': 2, 'LZ77+Huffman': 3, 'Pattern_V1': 4, 'LZ4': 5 };

export const SHA512 = 1;

import type { Code } from '../bytes/codes.ts';

/**
 * What the bytes of one message say, in the specifications' own field names. Values are the wire's; meaning begins later.
 * Bytes are views into the message and must be copied by whoever keeps them longer than the connection.
 */

/** Something odd inside a message that real clients and servers live with (PROTOCOL 3.7), never a reason to drop it. */
export interface Oddity {
  /** Stable, kebab-case: 'trailing-bytes', 'context-slack', 'format-byte', 'context-out-of-bounds' … */
  readonly code: string;
  readonly field: string;
  /** Offset from the first byte of the SMB header. */
  readonly offset: number;
}

/** [MS-CIFS] 2.2.3.1 */
export interface Smb1Header {
  readonly command: number;
  /** The four status bytes read little-endian, DOS errors too (`01 00 57 00` is 0x00570001). */
  readonly status: number;
  readonly flags: number;
  readonly flags2: number;
  readonly pidHigh: number;
  readonly signature: Uint8Array;
  readonly tid: number;
  readonly pid: number;
  readonly uid: number;
  readonly mid: number;
}

/** [MS-SMB2] 2.2.1.2 */
export interface Smb2Header {
  readonly structureSize: number;
  readonly creditCharge: number;
  readonly status: number;
  readonly command: number;
  readonly credits: number;
  readonly flags: number;
  readonly nextCommand: number;
  readonly messageId: bigint;
  readonly processId: number;
  readonly treeId: number;
  readonly sessionId: bigint;
  readonly signature: Uint8Array;
}

/** [MS-CIFS] 2.2.4.52.1 */
export interface Smb1NegotiateRequest {
  readonly kind: 'smb1-negotiate-request';
  readonly header: Smb1Header;
  readonly wordCount: number;
  readonly byteCount: number;
  /** In wire order, duplicates and empty strings kept. */
  readonly dialects: readonly string[];
  readonly oddities: readonly Oddity[];
}

/** [MS-CIFS] 2.2.4.52.2, [MS-SMB] 2.2.4.5.2 */
export interface Smb1NegotiateResponse {
  readonly kind: 'smb1-negotiate-response';
  readonly header: Smb1Header;
  readonly wordCount: number;
  readonly byteCount: number;
  /** `none` is index 0xFFFF in whichever form; `error` is a status with WordCount 0; `unreadable` names what stopped it in `oddities`. */
  readonly form: 'nt-extended' | 'nt' | 'lanman' | 'core' | 'none' | 'error' | 'unreadable';
  readonly selectedIndex: number | null;
  readonly nt?: Smb1NtParameters;
  readonly lanman?: Smb1LanmanParameters;
  readonly oddities: readonly Oddity[];
}

/** WordCount 17. */
export interface Smb1NtParameters {
  readonly securityMode: number;
  readonly maxMpxCount: number;
  readonly maxNumberVcs: number;
  readonly maxBufferSize: number;
  readonly maxRawSize: number;
  readonly sessionKey: number;
  readonly capabilities: number;
  readonly systemTime: bigint;
  readonly timeZoneMinutes: number;
  readonly challengeLength: number;
  /** Without extended security. */
  readonly challenge?: Uint8Array;
  readonly domainName?: string;
  readonly serverName?: string;
  /** With extended security. */
  readonly serverGuid?: Uint8Array;
  readonly securityBlobLength?: number;
  readonly securityBlob?: SecurityBlob;
}

/** WordCount 13. */
export interface Smb1LanmanParameters {
  readonly securityMode: number;
  readonly maxBufferSize: number;
  readonly maxMpxCount: number;
  readonly maxNumberVcs: number;
  readonly rawMode: number;
  readonly sessionKey: number;
  readonly serverTimeDos: number;
  readonly serverDateDos: number;
  readonly timeZoneMinutes: number;
  readonly encryptionKeyLength: number;
  readonly reserved: number;
  readonly challenge: Uint8Array;
  readonly primaryDomain?: string;
}

/** SPNEGO NegTokenInit2 [MS-SPNG] 2.2.1, raw NTLMSSP, or something else. */
export interface SecurityBlob {
  readonly kind: 'spnego' | 'ntlmssp' | 'empty' | 'unknown';
  readonly mechTypes: readonly { readonly oid: string; readonly name: string | undefined }[];
  readonly negHint?: string;
  readonly hasMechToken: boolean;
}

/** Any other SMB1 command, as far as verdicts need it. */
export interface Smb1Command {
  readonly kind: 'smb1-command';
  readonly header: Smb1Header;
  readonly commandName: string | undefined;
  readonly response: boolean;
}

/** [MS-SMB2] 2.2.3 */
export interface Smb2NegotiateRequest {
  readonly kind: 'smb2-negotiate-request';
  readonly header: Smb2Header;
  readonly structureSize: number;
  readonly dialectCount: number;
  readonly securityMode: number;
  readonly reserved: number;
  readonly capabilities: number;
  readonly clientGuid: Uint8Array;
  /** Dialect codes in wire order. */
  readonly dialects: readonly number[];
  /** Present when 0x0311 was offered. */
  readonly negotiateContextOffset?: number;
  readonly negotiateContextCount?: number;
  /** Present otherwise. */
  readonly clientStartTime?: bigint;
  readonly contexts: readonly NegotiateContext[];
  readonly oddities: readonly Oddity[];
}

/** [MS-SMB2] 2.2.4 */
export interface Smb2NegotiateResponse {
  readonly kind: 'smb2-negotiate-response';
  readonly header: Smb2Header;
  readonly structureSize: number;
  readonly securityMode: number;
  readonly dialectRevision: number;
  readonly serverGuid: Uint8Array;
  readonly capabilities: number;
  readonly maxTransactSize: number;
  readonly maxReadSize: number;
  readonly maxWriteSize: number;
  readonly systemTime: bigint;
  readonly serverStartTime: bigint;
  readonly securityBufferOffset: number;
  readonly securityBufferLength: number;
  /** As they stand in the bytes; below 3.1.1 they mean nothing. */
  readonly negotiateContextOffset: number;
  readonly negotiateContextCount: number;
  readonly securityBlob: SecurityBlob;
  readonly contexts: readonly NegotiateContext[];
  readonly oddities: readonly Oddity[];
}

/** Response to NEGOTIATE with a failing status. [MS-SMB2] 2.2.2 */
export interface Smb2NegotiateError {
  readonly kind: 'smb2-negotiate-error';
  readonly header: Smb2Header;
  readonly status: Code;
  readonly structureSize: number;
  readonly errorContextCount: number;
  readonly byteCount: number;
}

/** FSCTL_VALIDATE_NEGOTIATE_INFO, [MS-SMB2] 2.2.31.4 and 2.2.32.6. */
export interface ValidateNegotiateInfo {
  readonly capabilities: number;
  readonly guid: Uint8Array;
  readonly securityMode: number;
  /** Request: the client's list; response: the one selected dialect. */
  readonly dialects: readonly number[];
}

/** Any other SMB2 command. */
export interface Smb2Command {
  readonly kind: 'smb2-command';
  readonly header: Smb2Header;
  readonly commandName: string | undefined;
  readonly response: boolean;
  /** IOCTL with CtlCode 0x00140204. `null` where the response carries none (an error answer). */
  readonly validateNegotiate?: ValidateNegotiateInfo | null;
}

/** [MS-SMB2] 2.2.41 (encrypted) or 2.2.42 (compressed). */
export interface Smb2Transform {
  readonly kind: 'smb2-encrypted' | 'smb2-compressed';
}

/** A message that begins like a negotiate and cannot be read. */
export interface MalformedMessage {
  readonly kind: 'malformed';
  /** What it set out to be. */
  readonly as: 'smb1-negotiate-request' | 'smb1-negotiate-response' | 'smb2-negotiate-request' | 'smb2-negotiate-response' | 'smb1' | 'smb2' | 'nbss';
  readonly field: string;
  readonly offset: number;
  readonly reason: 'truncated' | 'out-of-bounds' | 'unexpected-value' | 'limit';
}

/** NetBIOS session service, RFC 1002 4.3. */
export type NbssMessage =
  | { readonly kind: 'nbss-session-request'; readonly called: NetbiosName | null; readonly calling: NetbiosName | null }
  | { readonly kind: 'nbss-positive-response' }
  | { readonly kind: 'nbss-negative-response'; readonly errorCode: number; readonly errorName: string | undefined }
  | { readonly kind: 'nbss-retarget'; readonly ip: string; readonly port: number }
  | { readonly kind: 'nbss-keepalive' };

export interface NetbiosName {
  /** Without the padding. */
  readonly name: string;
  readonly suffix: number;
}

/** [MS-SMB2] 2.2.3.1 */
export type NegotiateContext = {
  readonly type: number;
  /** Offset from the first byte of the SMB2 header. */
  readonly offset: number;
  readonly dataLength: number;
} & (
  | { readonly name: 'PREAUTH_INTEGRITY'; readonly hashAlgorithms: readonly number[]; readonly saltLength: number; readonly salt: Uint8Array }
  | { readonly name: 'ENCRYPTION'; readonly ciphers: readonly number[] }
  | { readonly name: 'COMPRESSION'; readonly flags: number; readonly algorithms: readonly number[] }
  | { readonly name: 'NETNAME'; readonly netName: string }
  | { readonly name: 'TRANSPORT'; readonly flags: number }
  | { readonly name: 'RDMA_TRANSFORM'; readonly transformIds: readonly number[] }
  | { readonly name: 'SIGNING'; readonly signingAlgorithms: readonly number[] }
  | { readonly name: 'POSIX_EXTENSIONS'; readonly data: Uint8Array }
  | { readonly name: 'UNKNOWN'; readonly data: Uint8Array }
  | { readonly name: 'UNREADABLE'; readonly data: Uint8Array }
);

export type SmbMessage =
  | Smb1NegotiateRequest | Smb1NegotiateResponse | Smb1Command
  | Smb2NegotiateRequest | Smb2NegotiateResponse | Smb2NegotiateError | Smb2Command | Smb2Transform
  | MalformedMessage;

export type Message = SmbMessage | NbssMessage;

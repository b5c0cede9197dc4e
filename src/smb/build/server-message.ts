import { framed } from './nbss.ts';
import { buildSmb1NegotiateResponse, type Smb1ResponseFields } from './smb1-negotiate.ts';
import { buildSmb2Error, buildSmb2NegotiateResponse, type Smb2ErrorFields, type Smb2ResponseFields } from './smb2-negotiate.ts';

/** NetBIOS session service, RFC 1002 4.3.3 to 4.3.5: 0x82 positive, 0x83 negative, 0x84 retarget. */
export interface NbssFields {
  readonly kind: 'nbss';
  readonly type: number;
  readonly body: Uint8Array;
}

/** Bytes behind the prefix that are no answer to a negotiate, or none that has a form. */
export interface OtherFields {
  readonly kind: 'other';
  /** Null where an answer is foretold, but not its bytes. */
  readonly bytes: Uint8Array | null;
  readonly command?: number;
  readonly status?: number;
}

/** What a server sends, as fields. */
export type ServerMessage = Smb1ResponseFields | Smb2ResponseFields | Smb2ErrorFields | NbssFields | OtherFields;

/** The bytes of one transport message, with the 4-byte prefix; null where nobody foretells them. */
export function buildServerMessage(message: ServerMessage): Uint8Array | null {
  switch (message.kind) {
    case 'smb1-negotiate-response': return buildSmb1NegotiateResponse(message);
    case 'smb2-negotiate-response': return buildSmb2NegotiateResponse(message);
    case 'smb2-error': return buildSmb2Error(message);
    case 'nbss': return framed(message.body, message.type);
    case 'other': return message.bytes === null ? null : framed(message.bytes);
  }
}

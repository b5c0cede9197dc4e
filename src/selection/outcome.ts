import { DIALECT_311, smb2DialectText } from '../negotiation/dialects.ts';
import { cipherOf, compressionOf, signingAlgorithmOf } from '../smb/algorithms.ts';
import { smb1CapabilityNames, smb2CapabilityNames } from '../smb/capabilities.ts';
import type { ContextFields } from '../smb/build/contexts.ts';
import type { Smb1ResponseFields } from '../smb/build/smb1-negotiate.ts';
import type { Smb2ResponseFields } from '../smb/build/smb2-negotiate.ts';
import type { ServerStep } from './simulate.ts';

/** What client and server agreed on, and what follows from it. */
export interface Outcome {
  /** Null where none was agreed on. */
  readonly dialect: string | null;
  readonly signing: { readonly required: boolean; readonly algorithm: string | null } | null;
  readonly encryption: { readonly possible: boolean; readonly cipher: string | null } | null;
  readonly compression: readonly string[];
  readonly capabilities: readonly string[];
}

/** What the client wants beside a dialect. */
export interface ClientWishes {
  readonly signingRequired: boolean;
  /** Its capability bit ENCRYPTION. */
  readonly encryption: boolean;
}

const NOTHING: Outcome = { dialect: null, signing: null, encryption: null, compression: [], capabilities: [] };
const WILDCARD = 0x02ff;
const SIGNING_REQUIRED = 2;
const ENCRYPTION = 0x40;
const AES_CMAC = 'AES-CMAC';
const SMB1_SIGNING = { enabled: 4, required: 8 } as const;

/** Read off the last answer that selects a dialect. PROTOCOL 4.5 */
export function outcomeOf(steps: readonly ServerStep[], client: ClientWishes | null): Outcome {
  for (const { reply, dialect } of [...steps].reverse()) {
    if (reply?.kind === 'smb2-negotiate-response' && reply.dialectRevision !== WILDCARD) return smb2Outcome(reply, client);
    if (reply?.kind === 'smb1-negotiate-response' && dialect !== undefined) return smb1Outcome(reply, dialect, client);
  }
  return NOTHING;
}

function smb2Outcome(reply: Smb2ResponseFields, client: ClientWishes | null): Outcome {
  const { dialectRevision: code, capabilities, securityMode, contexts = [] } = reply;
  const cipher = code === DIALECT_311 ? chosenCipher(contexts) : code >= 0x0300 && (capabilities & ENCRYPTION) !== 0 && client?.encryption !== false ? 'AES-128-CCM' : null;
  return {
    dialect: smb2DialectText(code),
    signing: { required: (securityMode & SIGNING_REQUIRED) !== 0 || client?.signingRequired === true, algorithm: signingOf(code, contexts) },
    encryption: { possible: cipher !== null, cipher },
    compression: contexts.flatMap((context) => (context.name === 'COMPRESSION' ? context.algorithms.filter((id) => id !== 0).map((id) => nameOf(compressionOf(id))) : [])),
    capabilities: smb2CapabilityNames(capabilities),
  };
}

function chosenCipher(contexts: readonly ContextFields[]): string | null {
  const context = contexts.find((candidate) => candidate.name === 'ENCRYPTION');
  const id = context?.name === 'ENCRYPTION' ? context.ciphers[0] ?? 0 : 0;
  return id === 0 ? null : nameOf(cipherOf(id));
}

/** 2.x: HMAC-SHA256; 3.0 and 3.0.2: AES-CMAC; 3.1.1: what was chosen, else AES-CMAC. [MS-SMB2] 3.1.4.1 */
function signingOf(code: number, contexts: readonly ContextFields[]): string {
  if (code < 0x0300) return 'HMAC-SHA256';
  const context = contexts.find((candidate) => candidate.name === 'SIGNING');
  const id = context?.name === 'SIGNING' ? context.signingAlgorithms[0] : undefined;
  return id === undefined ? AES_CMAC : nameOf(signingAlgorithmOf(id));
}

function smb1Outcome({ words }: Smb1ResponseFields, dialect: string, client: ClientWishes | null): Outcome {
  const nt = words?.form === 'nt' ? words : null;
  const required = ((nt?.securityMode ?? 0) & SMB1_SIGNING.required) !== 0 || (client?.signingRequired === true && ((nt?.securityMode ?? 0) & SMB1_SIGNING.enabled) !== 0);
  return {
    dialect, signing: { required, algorithm: required ? 'MD5' : null }, encryption: { possible: false, cipher: null }, compression: [],
    capabilities: nt === null ? [] : smb1CapabilityNames(nt.capabilities),
  };
}

function nameOf({ value, name }: { readonly value: number; readonly name: string | undefined }): string {
  return name ?? `0x${value.toString(16).padStart(4, '0')}`;
}

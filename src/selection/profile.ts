import * as z from 'zod';
import { DIALECT_NAMES } from './dialect-level.ts';
import { ENCRYPTION, SIGNING } from './policy.ts';

/** The form of profile data; `profiles.ts` is the one list of them. Names here are a contract: they come back from /v1/profiles. */

const Byte = z.int().min(0).max(0xff);
const Word = z.int().min(0).max(0xffff);
const Dword = z.int().min(0).max(0xffff_ffff);
const Hex = z.string().regex(/^(?:[0-9a-f]{2})*$/);

/** What the data rests on, in PROTOCOL's words. */
export const ProfileCertainty = z.enum(['observed', 'specification', 'source', 'recollection']);

/** One negotiate context of a request; salt and server name come from `values`. */
export const OfferContext = z.discriminatedUnion('name', [
  z.strictObject({ name: z.literal('PREAUTH_INTEGRITY'), hashAlgorithms: z.array(Word), saltLength: Word, slack: Word.optional() }),
  z.strictObject({ name: z.literal('ENCRYPTION'), ciphers: z.array(Word), slack: Word.optional() }),
  z.strictObject({ name: z.literal('COMPRESSION'), flags: Dword, algorithms: z.array(Word), slack: Word.optional() }),
  z.strictObject({ name: z.literal('NETNAME'), slack: Word.optional() }),
  z.strictObject({ name: z.literal('TRANSPORT'), flags: Dword, slack: Word.optional() }),
  z.strictObject({ name: z.literal('RDMA_TRANSFORM'), transformIds: z.array(Word), slack: Word.optional() }),
  z.strictObject({ name: z.literal('SIGNING'), signingAlgorithms: z.array(Word), slack: Word.optional() }),
  z.strictObject({ name: z.literal('POSIX_EXTENSIONS'), data: Hex, slack: Word.optional() }),
  z.strictObject({ name: z.literal('UNKNOWN'), type: Word, data: Hex, slack: Word.optional() }),
]);

/** A process id: this one, or what `values` says where real ones differ at each run. */
const ProcessId = z.union([z.literal('values'), Dword]);

/** Header values of a client's SMB1 negotiate; the dialects in wire order. */
export const Smb1Offer = z.strictObject({
  dialects: z.array(z.string()),
  flags: Byte,
  flags2: Word,
  tid: Word,
  pid: ProcessId,
  pidHigh: Word.optional(),
  uid: Word.optional(),
  mid: z.union([z.literal('values'), Word]),
  /** Flags that it has instead where its greatest dialect is an older one. */
  older: z.partialRecord(z.enum(DIALECT_NAMES), z.strictObject({ flags: Byte, flags2: Word })).optional(),
});

/** Header and body values of a client's SMB2 negotiate; dialect codes in wire order. */
export const Smb2Offer = z.strictObject({
  dialects: z.array(Word),
  securityMode: Word,
  capabilities: Dword,
  /** `values` takes it from there, `letters` makes 16 letters of it; else these 16 bytes. */
  clientGuid: z.union([z.literal('values'), z.literal('letters'), Hex.length(32)]),
  processId: ProcessId,
  treeId: Dword.optional(),
  signature: Hex.length(32).optional(),
  /** SMB2-only start. */
  first: z.strictObject({ creditCharge: Word, credits: Word, messageId: Word.optional() }),
  /** Behind an answer of 0x02FF. */
  second: z.strictObject({ creditCharge: Word, credits: Word }).optional(),
  contexts: z.array(OfferContext),
  /** What it says instead where signing is required; 2 where not given. [MS-SMB2] 3.2.4.2.2.2 */
  securityModeRequired: Word.optional(),
  /** Capabilities stay without 3.x, and the GUID with 2.0.2 alone, though [MS-SMB2] 3.2.4.2.2.2 wants zeros. */
  sloppy: z.boolean().optional(),
  /** The byte between contexts; 0 where not given. */
  padding: Byte.optional(),
});

/** What its users can set: recognition reckons with it, the simulator takes more. */
export const CLIENT_SETTINGS = ['range', 'dialect', 'signing', 'smb2-only'] as const;

/** A request that it sends beside those of its usual way. */
export const OtherRequest = z
  .strictObject({ when: z.string(), smb1: Smb1Offer.optional(), smb2: Smb2Offer.optional() })
  .refine(({ smb1, smb2 }) => (smb1 === undefined) !== (smb2 === undefined), 'one request each');

export const ClientPart = z.strictObject({
  /** Whose habits decide what it does with an answer: a name of `clients.ts`. */
  behaviour: z.string(),
  /** `range`: SMB1-framed where the range reaches below 2.0.2. */
  start: z.enum(['multi-protocol', 'smb2-only', 'smb1-only', 'range']),
  /** Its own range, where it has such a setting. */
  minDialect: z.enum(DIALECT_NAMES).optional(),
  maxDialect: z.enum(DIALECT_NAMES).optional(),
  /** It can go on in SMB1 when a server selects it. */
  smb1Usable: z.boolean(),
  signingRequired: z.boolean(),
  encryptionRequired: z.boolean().optional(),
  smb1: Smb1Offer.optional(),
  smb2: Smb2Offer.optional(),
  /** `range`: least and greatest dialect; `dialect`: exactly one; `smb2-only`: no SMB1-framed start, by setting or by what it remembers. */
  settings: z.array(z.enum(CLIENT_SETTINGS)).optional(),
  others: z.array(OtherRequest).optional(),
});

/** A policy as `POST /v1/negotiations/select` takes it, without the family's name, which is the profile's. */
export const PolicyFields = z.strictObject({
  version: z.string().optional(),
  minDialect: z.string().optional(),
  maxDialect: z.string().optional(),
  smb1: z.boolean().optional(),
  signing: z.enum(SIGNING).optional(),
  encryption: z.enum(ENCRYPTION).optional(),
  ciphers: z.array(z.string()).optional(),
  signingAlgorithms: z.array(z.string()).optional(),
  compression: z.array(z.string()).optional(),
  options: z.record(z.string(), z.string()).optional(),
});

const SeenFields = z.record(z.string(), z.array(z.string()));

export const Profile = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/),
    title: z.string(),
    role: z.enum(['client', 'server', 'both']),
    /** Of the server part one of `families.ts`; of a pure client the name of its code base. */
    family: z.string(),
    version: z.string(),
    source: z.array(z.string()).min(1),
    certainty: ProfileCertainty,
    /** What differs by edition, patch or hardening, in a sentence each. */
    notes: z.array(z.string()).optional(),
    client: ClientPart.optional(),
    server: PolicyFields.optional(),
    /** Fields of its answers' fingerprint (docs/fingerprint.md) that were seen beside those of the simulator: in domains, on controllers, of other editions. */
    alsoAnswers: z.strictObject({ smb1: SeenFields.optional(), smb2: SeenFields.optional() }).optional(),
  })
  .refine(({ role, client, server }) => (role !== 'server') === (client !== undefined) && (role !== 'client') === (server !== undefined), 'role names the parts that are there');

export type Profile = z.infer<typeof Profile>;
export type ClientPart = z.infer<typeof ClientPart>;
export type Smb1Offer = z.infer<typeof Smb1Offer>;
export type Smb2Offer = z.infer<typeof Smb2Offer>;
export type OtherRequest = z.infer<typeof OtherRequest>;
export type OfferContext = z.infer<typeof OfferContext>;
export type PolicyFields = z.infer<typeof PolicyFields>;

import * as z from 'zod';
import { DecodedMessage, Severity, Verdict } from '../../report/schema.ts';
import { DIALECT_NAMES } from '../../selection/dialect-level.ts';
import { PASTED_FORMS } from '../../selection/pasted/pasted.ts';
import { Profile as ProfileData, PolicyFields } from '../../selection/profile.ts';

/** The contract of dialect selection and profiles. */

const Hex = z.string().max(4_000_000).meta({ description: 'Hex digits; blanks and colons between them mean nothing.' });
const Framing = z.enum(['auto', 'as-sent']).meta({ description: 'auto: a message that begins with its protocol id gets the 4-byte prefix that is missing.' });

export const ClientSettingsInput = z
  .strictObject({
    minDialect: z.string().optional().meta({ description: 'CORE … 3.1.1' }),
    maxDialect: z.string().optional(),
    signing: z.enum(['default', 'required']).optional(),
    encryption: z.enum(['default', 'required']).optional(),
    ciphers: z.array(z.string()).max(64).optional().meta({ description: 'In place of its own, most preferred first; an empty list leaves the context out.' }),
    signingAlgorithms: z.array(z.string()).max(64).optional(),
    start: z.enum(['multi-protocol', 'smb2-only', 'smb1-only']).optional(),
    smb1: z.boolean().optional().meta({ description: 'It can go on in SMB1 where a server selects it.' }),
    target: z.string().max(255).optional().meta({ description: 'What the client calls the server, as the NETNAME context tells it.' }),
  })
  .meta({ id: 'ClientSettings', description: 'What a person can set on a client.' });

export const OfferInput = z
  .strictObject({
    smb1Dialects: z.array(z.string().max(255)).max(1024).optional(),
    smb2Dialects: z.array(z.string()).max(1024).optional().meta({ description: '2.0.2 … 3.1.1, or a code as 0x0222.' }),
    signingRequired: z.boolean().optional(),
    capabilities: z.int().min(0).max(0xffff_ffff).optional(),
    ciphers: z.array(z.string()).max(64).optional().meta({ description: 'For 3.1.1, most preferred first; an empty list leaves the context out.' }),
    signingAlgorithms: z.array(z.string()).max(64).optional(),
    compression: z.array(z.string()).max(64).optional(),
  })
  .meta({ id: 'Offer', description: 'A client by what it offers.' });

const PastedPolicy = z.string().meta({ description: 'A policy as people have it: an smb.conf (or a ksmbd.conf), the output of testparm -s, of Get-SmbServerConfiguration or of Get-SmbClientConfiguration as list, table or JSON. What is given beside it goes before it.' });

export const ClientInput = z
  .union([
    z.strictObject({ profile: z.string(), pasted: PastedPolicy.optional(), settings: ClientSettingsInput.optional() }),
    z.strictObject({ offer: OfferInput, settings: ClientSettingsInput.optional() }),
    z.strictObject({ hex: z.union([Hex, z.array(Hex).min(1).max(64)]), framing: Framing.optional() }),
  ])
  .meta({ id: 'SelectionClient', description: 'A known client, an offer, or the bytes that it writes: one text for each TCP write.' });

export const ServerInput = z
  .strictObject({
    profile: z.string().optional(),
    pasted: PastedPolicy.optional(),
    policy: PolicyFields.extend({ family: z.string().optional() }).optional(),
  })
  .meta({ id: 'SelectionServer', description: 'A known server, a policy, or a known server under another policy.' });

export const ValuesInput = z
  .strictObject({
    time: z.iso.datetime({ offset: true }).optional(),
    serverGuid: z.string().optional().meta({ description: '32 hex digits, or the text form of Windows.' }),
    serverName: z.string().min(1).max(15).optional(),
    domain: z.string().min(1).max(15).optional(),
    salt: z.string().optional(),
    challenge: z.string().optional(),
    sessionKey: z.int().min(0).max(0xffff_ffff).optional(),
    clientGuid: z.string().optional(),
    clientName: z.string().min(1).max(15).optional(),
    processId: z.int().min(0).max(0xffff_ffff).optional(),
    multiplexId: z.int().min(0).max(0xffff).optional(),
    target: z.string().max(255).optional(),
  })
  .meta({ id: 'SelectionValues', description: 'What is random or local in real messages; fixed where not given.' });

const Transport = z.enum(['direct-tcp', 'netbios', 'quic']);

export const SelectRequest = z
  .strictObject({ client: ClientInput, server: ServerInput, transport: Transport.optional(), values: ValuesInput.optional(), framing: Framing.optional() })
  .meta({ id: 'SelectRequest', description: 'One client and one server.' });

const All = z.literal('all').meta({ description: 'Every profile that has this role.' });

export const MatrixRequest = z
  .strictObject({
    clients: z.union([All, z.array(ClientInput).min(1).max(1000)]),
    servers: z.union([All, z.array(ServerInput).min(1).max(1000)]),
    transport: Transport.optional(), values: ValuesInput.optional(), framing: Framing.optional(),
  })
  .meta({ id: 'MatrixRequest', description: 'Every client with every server.' });

export const Rule = z
  .object({
    id: z.string(), clause: z.string(), text: z.string(), certainty: z.enum(['observed', 'specification', 'source', 'recollection']),
    deviatesFrom: z.object({ clause: z.string(), text: z.string() }).optional(),
  })
  .meta({ id: 'SelectionRule', description: 'Why, where that is written, and what it rests on. `deviatesFrom`: the specification says otherwise.' });

export const SelectionStep = z
  .object({
    from: z.enum(['client', 'server']),
    kind: z.string().meta({ description: 'Of a client: the kind of its message, or not-sent. Of a server: the answer kinds of a report, netbios-accepted, or other.' }),
    answers: z.number().optional().meta({ description: 'Index of the step that the server answers.' }),
    index: z.number().optional(),
    dialect: z.string().optional(),
    status: z.string().optional(),
    command: z.number().optional(),
    hex: z.string().optional().meta({ description: 'With the 4-byte prefix.' }),
    message: DecodedMessage.optional(),
    // oxlint-disable-next-line unicorn/no-thenable -- the contract's word; the value is a text
    then: z.enum(['open', 'closed', 'reset']).optional(),
    rule: Rule.optional(),
  })
  .meta({ id: 'SelectionStep', description: 'One write of the client, or what the server does about it.' });

export const Outcome = z
  .object({
    dialect: z.string().nullable(),
    signing: z.object({ required: z.boolean(), algorithm: z.string().nullable() }).nullable(),
    encryption: z.object({ possible: z.boolean(), cipher: z.string().nullable() }).nullable(),
    compression: z.array(z.string()),
    capabilities: z.array(z.string()),
  })
  .meta({ id: 'SelectionOutcome', description: 'What both agreed on.' });

export const ClientNext = z
  .object({
    does: z.enum(['second-negotiate', 'session-setup', 'reset', 'close', 'wait', 'give-up']),
    waitSeconds: z.number().optional(),
    error: z.string().optional(),
    events: z.array(z.object({ channel: z.string(), id: z.number(), when: z.string() })).optional(),
    rule: Rule,
  })
  .meta({ id: 'ClientNext', description: 'What the client does about the last answer.' });

export const Warning = z.object({ path: z.string(), code: z.string(), message: z.string() }).meta({ id: 'SelectionWarning' });

export const PastedReading = z
  .object({
    path: z.string().meta({ description: 'Where in the request the text stands.' }),
    form: z.enum(PASTED_FORMS),
    family: z.string(),
    read: z.array(z.object({ line: z.number(), setting: z.string(), value: z.string() })),
    ignored: z.array(z.object({ line: z.number(), lines: z.number(), setting: z.string(), reason: z.string() })).meta({ description: 'What was left out, and why; neighbours with the same reason are one entry.' }),
    policy: PolicyFields.optional().meta({ description: 'Of a server: the policy that the text comes to.' }),
    settings: ClientSettingsInput.optional().meta({ description: 'Of a client: the settings that the text comes to.' }),
  })
  .meta({ id: 'PastedReading', description: 'What was read from a pasted policy and what was not.' });

export const Selection = z
  .object({
    schemaVersion: z.literal('1'),
    product: z.object({ version: z.string(), catalogue: z.string() }),
    steps: z.array(SelectionStep),
    client: ClientNext.nullable().meta({ description: 'Null for a client given as bytes.' }),
    outcome: Outcome,
    verdict: Verdict.nullable().meta({ description: 'What a capture of this exchange would get; null where there would be none.' }),
    expectedEvents: z.array(z.object({ channel: z.string(), id: z.number(), side: z.string(), when: z.string() })),
    values: z.record(z.string(), z.union([z.string(), z.number()])).meta({ description: 'What is random in real messages, as it was used here.' }),
    pasted: z.array(PastedReading).optional(),
    warnings: z.array(Warning),
  })
  .meta({ id: 'Selection', description: 'A negotiation as it would go.' });

const AgreementResult = {
  outcome: Outcome,
  verdict: z.string().nullable().meta({ description: 'Code of the verdict that a capture of it would get.' }),
  findings: z.array(z.object({ code: z.string(), severity: Severity })).meta({ description: 'What such a capture would show beside the verdict.' }),
};

export const AgreeingSetting = z
  .object({
    for: z.enum(['server', 'client']),
    system: z.enum(['windows', 'samba', 'ksmbd', 'linux', 'macos', 'impacket']),
    setting: z.string().meta({ description: 'In the words of the system.' }),
    value: z.string(),
    command: z.string().meta({ description: 'The command, or the line of `file`.' }),
    file: z.string().optional(),
    apply: z.string().optional().meta({ description: 'What makes a changed file count.' }),
    note: z.string().optional(),
    cost: z.object({ severity: Severity, text: z.string() }).meta({ description: 'What the setting opens for everybody; info: nothing.' }),
    ...AgreementResult,
  })
  .meta({ id: 'AgreeingSetting', description: 'One setting that makes the two agree, and how they do then.' });

export const Agreement = z
  .object({
    schemaVersion: z.literal('1'),
    product: z.object({ version: z.string(), catalogue: z.string() }),
    agrees: z.boolean(),
    obstacle: z.object({ code: z.enum(['no-dialect', 'encryption']), text: z.string() }).nullable(),
    ...AgreementResult,
    settings: z.array(AgreeingSetting).meta({ description: 'The least costly first. Empty where they agree already, and where no single setting helps.' }),
    pasted: z.array(PastedReading).optional(),
    warnings: z.array(Warning),
  })
  .meta({ id: 'Agreement', description: 'Whether two agree, and each single setting that makes them.' });

export const MatrixCell = z
  .object({
    kind: z.string().meta({ description: 'Of the last answer.' }), dialect: z.string().nullable(), verdict: z.string().nullable(),
    // oxlint-disable-next-line unicorn/no-thenable -- the contract's word; the value is a text
    then: z.enum(['open', 'closed', 'reset']),
    steps: z.array(SelectionStep).optional().meta({ description: 'With ?steps=true.' }),
  })
  .meta({ id: 'MatrixCell' });

export const Matrix = z
  .object({ schemaVersion: z.literal('1'), clients: z.array(z.string()), servers: z.array(z.string()), cells: z.array(z.array(MatrixCell)), pasted: z.array(PastedReading).optional(), warnings: z.array(Warning) })
  .meta({ id: 'SelectionMatrix', description: 'A row for each client, a cell for each server.' });

export const ProfileSummary = z
  .object({ id: z.string(), title: z.string(), role: z.enum(['client', 'server', 'both']), family: z.string(), version: z.string(), certainty: z.string() })
  .meta({ id: 'ProfileSummary' });

export const ProfileList = z
  .object({ catalogue: z.string(), families: z.array(z.object({ name: z.string(), title: z.string(), options: z.array(z.string()), dialects: z.array(z.string()) })), profiles: z.array(ProfileSummary) })
  .meta({ id: 'ProfileList', description: 'The known clients and servers, and the server families with their own setting names.' });

export const ProfileDetail = z
  .object({ profile: ProfileData, requests: z.array(z.object({ kind: z.string(), hex: z.string(), message: DecodedMessage })) })
  .meta({ id: 'ProfileDetail', description: 'One profile, and the bytes that its client sends.' });

export const DIALECTS = DIALECT_NAMES;
export type SelectRequest = z.infer<typeof SelectRequest>;
export type MatrixRequest = z.infer<typeof MatrixRequest>;
export type ClientInput = z.infer<typeof ClientInput>;
export type ServerInput = z.infer<typeof ServerInput>;
export type ValuesInput = z.infer<typeof ValuesInput>;
export type OfferInput = z.infer<typeof OfferInput>;
export type Selection = z.infer<typeof Selection>;
export type SelectionStep = z.infer<typeof SelectionStep>;
export type Matrix = z.infer<typeof Matrix>;
export type Agreement = z.infer<typeof Agreement>;
export type PastedReading = z.infer<typeof PastedReading>;
export type Warning = z.infer<typeof Warning>;

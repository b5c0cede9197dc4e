import * as z from 'zod';
import { VERDICT_CODES } from '../verdicts/verdict.ts';

/**
 * The contract: TypeScript types and `openapi.yaml` both come from here. Fields may be added, never renamed. Responses are
 * not parsed against these schemas in production; tests do it.
 */

export const Severity = z.enum(['info', 'low', 'medium', 'high', 'critical']).meta({ id: 'Severity', description: 'How much it matters.' });
export const Certainty = z
  .enum(['certain', 'likely', 'possible'])
  .meta({ id: 'Certainty', description: 'How sure the capture makes it. Absence is certain only where later packets prove it.' });
export const VerdictCode = z.enum(VERDICT_CODES).meta({ id: 'VerdictCode', description: 'What happened. Explained at /v1/verdicts/{code}.' });
const Time = z.string().nullable().meta({
  id: 'Time', description: "RFC 3339, UTC, with the capture's resolution (6 or 9 digits); null where packets carry no time.", example: '2020-09-03T10:00:00.123456Z',
});
const Side = z.enum(['client', 'server']);
const Count = z.number().meta({ id: 'Count', description: 'A whole number, zero or more.' });

export const Evidence = z
  .object({ packet: z.number(), field: z.string(), value: z.string(), meaning: z.string() })
  .meta({ id: 'Evidence', description: "One field of one packet. `packet` is Wireshark's number and `field` its display-filter name." });

export const ExpectedEvent = z
  .object({ channel: z.string(), id: z.number(), side: Side, when: z.string() })
  .meta({ id: 'ExpectedEvent', description: 'An event-log entry to look for on one of the two machines.' });

export const Remedy = z
  .object({ for: z.enum(['client', 'server', 'network']), system: z.string().optional(), text: z.string(), command: z.string().optional() })
  .meta({ id: 'Remedy', description: 'What to do, on which side, and the command for it where there is one.' });

export const Reference = z.object({ title: z.string(), url: z.string() }).meta({ id: 'Reference', description: 'Where to read more.' });

export const Verdict = z
  .object({
    code: VerdictCode,
    severity: Severity,
    certainty: Certainty,
    title: z.string().optional(),
    explanation: z.string().optional(),
    missing: z.array(z.string()).optional().meta({ description: 'What the capture did not show and would be needed to be sure.' }),
    evidence: z.array(Evidence).optional(),
    expectedEvents: z.array(ExpectedEvent).optional(),
    remediation: z.array(Remedy).optional(),
    references: z.array(Reference).optional(),
    parameters: z.record(z.string(), z.unknown()).optional().meta({
      description: "With detail=verdicts: the values for the catalogue's explanation and remediation of this code.",
    }),
    displayFilter: z.string().optional().meta({ description: "Wireshark display filter that shows just this connection's packets." }),
  })
  .meta({ id: 'Verdict', description: 'The one verdict of a connection. detail=summary gives code, severity and certainty only.' });

export const Finding = z
  .object({ code: z.string(), severity: Severity, evidence: z.array(Evidence).optional(), note: z.string().optional() })
  .meta({ id: 'Finding', description: 'Something noteworthy beside the verdict. Explained at /v1/findings/{code}.' });

export const ConnectionEnd = z.object({ address: z.string(), port: z.number() }).meta({ id: 'ConnectionEnd', description: 'Address (IPv6 as RFC 5952) and port.' });

export const Offer = z
  .object({
    kind: z.enum(['smb1-only', 'multi-protocol', 'smb2-only', 'none', 'not-captured']),
    smb1Dialects: z.array(z.string()).nullable(),
    smb2Dialects: z.array(z.string()).nullable(),
    packet: z.number().nullable(),
    packets: z.object({ smb1: z.number().optional(), smb2: z.number().optional() }),
    malformed: z.object({ packet: z.number(), field: z.string(), offset: z.number() }).optional(),
  })
  .meta({ id: 'Offer', description: 'What the client offered in the whole negotiation, in wire order; the lists are null when it was not captured.' });

export const Answer = z
  .object({
    kind: z.enum([
      'smb1-selected', 'smb1-none', 'smb1-error', 'smb2-dialect', 'smb2-wildcard', 'smb2-error', 'netbios-refused', 'netbios-retarget',
      'malformed', 'closed', 'reset', 'silence', 'none', 'not-captured',
    ]),
    index: z.number().optional(),
    dialect: z.string().optional(),
    dialectInferred: z.boolean().optional(),
    status: z.string().optional().meta({ description: '`0x` and 8 hex digits: the four bytes read little-endian, DOS errors too.' }),
    packet: z.number().nullable(),
    waitSeconds: z.number().nullable(),
    malformed: z.object({ packet: z.number(), field: z.string(), offset: z.number() }).optional(),
  })
  .meta({ id: 'Answer', description: 'What the server made of the offer.' });

export const Ended = z
  .object({
    by: Side.nullable(),
    how: z.enum(['reset', 'close', 'continued', 'capture-end']),
    packet: z.number().nullable(),
    waitSeconds: z.number().nullable(),
    origin: z.enum(['peer', 'middlebox-suspected', 'unknown']),
  })
  .meta({ id: 'Ended', description: 'How the negotiation ended.' });

export const Smb1Use = z
  .enum(['in-use', 'selected', 'server-needs-it', 'client-needs-it', 'decoy', 'none', 'offered', 'unknown'])
  .meta({ id: 'Smb1Use', description: 'What this connection says about SMB1.' });

export const DecodedMessage = z
  .looseObject({ kind: z.string() })
  .meta({ id: 'DecodedMessage', description: "One message, every field in the specifications' own names. 64-bit numbers are decimal strings, bytes lower-case hex, GUIDs text with the bytes beside (…Raw)." });

export const SeenMessage = z
  .object({ packet: z.number(), from: Side, time: Time.optional(), cut: z.boolean().optional(), message: DecodedMessage })
  .meta({ id: 'SeenMessage', description: 'A decoded message and where it was seen.' });

export const Predicted = z
  .object({
    agrees: z.boolean().nullable().meta({
      description: 'Whether a known server would have answered so. False: the answers have the form of a known program, and no settings of it that the other connections of the server leave make this choice. Null: nothing to compare, or the form is not known; `because` says which.',
    }),
    by: z.array(z.object({
      profile: z.string(),
      policy: z.record(z.string(), z.unknown()).meta({ description: 'Settings that explain it. `minDialect` and `maxDialect` are intervals (`from`, `to`), each end of which would do; what is not named does not matter or is the default.' }),
      certainty: z.enum(['observed', 'specification', 'source', 'recollection']).meta({ description: 'What the rules that decided rest on.' }),
      alike: z.array(z.string()).optional().meta({ description: 'Profiles that cannot be told from this one here.' }),
    })),
    differs: z.array(z.object({ field: z.string(), expected: z.string(), observed: z.string(), meaning: z.string() })),
    because: z.string().optional(),
  })
  .meta({ id: 'Predicted', description: 'The answer beside what the known servers would have answered. In a JSON report all connections of a server narrow each other; in NDJSON those that were final before.' });

export const Connection = z
  .object({
    id: z.number(),
    eventId: z.string().meta({ description: 'Stable when the same capture is posted again.' }),
    communityId: z.string().meta({ description: 'Community ID v1, seed 0.' }),
    transport: z.enum(['direct-tcp', 'netbios', 'quic']),
    directionBy: z.enum(['syn', 'syn-ack', 'nbss', 'negotiate', 'port']).optional(),
    client: ConnectionEnd,
    server: ConnectionEnd,
    start: Time,
    end: Time,
    packets: z.array(z.number()).optional(),
    packetCount: z.number(),
    offer: Offer.optional(),
    answer: Answer.optional(),
    ended: Ended.optional(),
    dialect: z.string().nullable(),
    smb1: Smb1Use,
    verdict: Verdict,
    findings: z.array(Finding),
    netbios: z.object({ called: z.string().nullable(), calling: z.string().nullable() }).optional(),
    quic: z.object({ version: z.string(), sni: z.string().nullable(), alpn: z.array(z.string()) }).optional(),
    messages: z.array(SeenMessage).optional(),
    predicted: Predicted.optional(),
  })
  .meta({ id: 'Connection', description: 'One connection: what was offered, answered and came next, and the verdict on it.' });

export const HostSmb1 = z
  .enum(['in-use', 'needs-it', 'selected', 'decoy-only', 'offered', 'none', 'not-seen'])
  .meta({ id: 'HostSmb1', description: 'What a host did with SMB1 in one role, over the whole capture. `not-seen` is no all-clear.' });

export const LikelyProfile = z
  .object({ profile: z.string(), certainty: Certainty.exclude(['certain']), as: Side })
  .meta({ id: 'LikelyProfile', description: 'A known client or server (/v1/profiles) that sends such messages.' });

export const Host = z
  .object({
    address: z.string(),
    mac: z.string().nullable(),
    names: z.array(z.string()),
    roles: z.array(Side),
    probes: z.number(),
    smb1: z.object({ asClient: HostSmb1, asServer: HostSmb1 }),
    dialects: z.object({ offered: z.array(z.string()), negotiatedHighest: z.string().nullable() }),
    likely: z.array(LikelyProfile).meta({ description: 'What its negotiate messages do not tell apart, most likely first; never certain, since anybody can send any bytes.' }),
    connections: z.number(),
    findings: z.array(Finding).optional().meta({ description: 'What only several connections together show of this server; not there where there is nothing.' }),
  })
  .meta({ id: 'Host', description: 'One address and what the capture says of it.' });

export const Fault = z
  .object({ code: z.string(), message: z.string(), packets: z.array(z.number()), offset: z.number().optional(), file: z.number().optional() })
  .meta({ id: 'Fault', description: 'Something in the capture that could not be read. Offsets count decompressed bytes.' });

export const Capture = z
  .object({
    format: z.string(),
    bytes: z.number(),
    packets: z.number(),
    start: Time,
    end: Time,
    linkTypes: z.array(z.string()),
    files: z.array(z.object({ format: z.string(), bytes: z.number(), packets: z.number(), name: z.string().optional() })),
    complete: z.boolean(),
    sha256: z.string().optional().meta({ description: 'With digest=sha256: of the bytes as uploaded.' }),
    faults: z.array(Fault),
    faultCounts: z.record(z.string(), z.number()),
  })
  .meta({ id: 'Capture', description: 'The capture as it was read.' });

export const Summary = z
  .object({
    answer: z.string().meta({ description: 'Is SMB1 really in use, and what to do about it.' }),
    connections: Count,
    verdicts: z.record(z.string(), z.number()),
    findings: z.record(z.string(), z.number()),
    probes: z.object({ syn: z.number(), refused: z.number() }),
    notSmb: Count,
    connectionsOmitted: Count,
    hostsOmitted: Count,
  })
  .meta({ id: 'Summary', description: 'The whole capture in one sentence and a few counts.' });

const Product = z.object({ version: z.string(), catalogue: z.string() });

export const CaptureReport = z
  .object({
    schemaVersion: z.literal('1'),
    product: Product,
    sensor: z.string().optional(),
    capture: Capture,
    summary: Summary,
    hosts: z.array(Host),
    connections: z.array(Connection),
  })
  .meta({ id: 'CaptureReport', description: 'What happened in every SMB negotiation of one capture.' });

export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    code: z.string().meta({ description: 'Stable.' }),
    detail: z.string().meta({ description: 'What was wrong and what to do.' }),
    requestId: z.string(),
    format: z.string().optional(),
    offset: z.number().optional(),
    path: z.string().optional().meta({ description: 'The field of a JSON body that is wrong.' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' });

export const ConnectionLine = Connection.extend({ type: z.literal('connection'), sensor: z.string().optional() }).meta({ id: 'ConnectionLine' });
export const SummaryLine = CaptureReport.omit({ connections: true }).extend({ type: z.literal('summary') }).meta({ id: 'SummaryLine' });
export const ProblemLine = Problem.extend({ type: z.literal('problem'), sensor: z.string().optional() }).meta({ id: 'ProblemLine' });
export const ReportLine = z
  .discriminatedUnion('type', [ConnectionLine, SummaryLine, ProblemLine])
  .meta({ id: 'ReportLine', description: 'One line of an NDJSON answer. The last is a summary or a problem.' });

export type Connection = z.infer<typeof Connection>;
export type Verdict = z.infer<typeof Verdict>;
export type Host = z.infer<typeof Host>;
export type HostSmb1 = z.infer<typeof HostSmb1>;
export type Summary = z.infer<typeof Summary>;
export type Capture = z.infer<typeof Capture>;
export type CaptureReport = z.infer<typeof CaptureReport>;
export type Problem = z.infer<typeof Problem>;
export type DecodedMessage = z.infer<typeof DecodedMessage>;
export type ConnectionLine = z.infer<typeof ConnectionLine>;
/** A report without its connections: they are many and travel beside it. */
export type ReportHead = Omit<CaptureReport, 'connections'>;

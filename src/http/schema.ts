import * as z from 'zod';
import { PASTE_FORMS } from '../paste/paste.ts';
import { Answer, CaptureReport, DecodedMessage, Finding, Offer, Problem, Reference, Remedy, Severity, Smb1Use, Verdict, VerdictCode } from '../report/schema.ts';

/** The contract of everything but captures. */

const Bytes = z
  .union([z.strictObject({ hex: z.string() }), z.strictObject({ base64: z.string() })])
  .meta({ id: 'MessageBytes', description: 'One message or several, with or without the 4-byte prefix. Hex may be any text that /v1/negotiations/analyze takes.' });

export const NegotiationRequest = z
  .strictObject({ request: Bytes.optional(), response: Bytes.optional() })
  .refine(({ request, response }) => request !== undefined || response !== undefined, 'give request, response or both')
  .meta({ id: 'NegotiationRequest', description: 'What the client sent, and what the server answered, as far as you have it.' });

const Given = z.enum(['body', 'request', 'response']);

export const Recognised = z
  .object({
    given: Given,
    form: z.enum(['binary', ...PASTE_FORMS]).meta({ description: 'Named after the tool whose output has this shape.' }),
    bytes: z.number(),
    pieces: z.number().meta({ description: 'Bytes that stand together: a message, several, or a packet.' }),
    packets: z.number().meta({ description: 'Pieces that are packets with headers of lower layers.' }),
    messages: z.number(),
  })
  .meta({ id: 'Recognised', description: 'What was read out of the bytes or the text.' });

export const IgnoredLines = z
  .object({ given: Given, line: z.number().meta({ description: 'From 1.' }), lines: z.number(), reason: z.string() })
  .meta({ id: 'IgnoredLines', description: 'Lines of a text that gave no bytes.' });

export const MessageField = z
  .object({
    name: z.string().meta({ description: "The specification's name; `error` says what is missing or wrong: `value` is its code, `meaning` the sentence." }),
    wireshark: z.string().optional().meta({ description: "Wireshark's display filter name." }),
    offset: z.number().meta({ description: "From the message's first byte that was given." }),
    length: z.number(),
    value: z.union([z.string(), z.number()]).nullable().meta({ description: 'Numbers above 32 bits as decimal text, bytes as lower-case hex, GUIDs as Windows writes them; null for a structure.' }),
    meaning: z.string().optional(),
    mask: z.number().optional().meta({ description: 'Which bits of its parent this is.' }),
    get children() {
      return z.array(MessageField).optional();
    },
  })
  .meta({ id: 'MessageField', description: 'One field. Those without structure cover each byte of the message once, in order.' });

const Difference = z.object({ field: z.string(), expected: z.string(), seen: z.string() }).meta({ id: 'FieldDifference' });

export const RecognisedSender = z
  .object({
    fingerprint: z.string().meta({ description: 'How it is made is told in docs/fingerprint.md.' }),
    exact: z.boolean().meta({ description: 'No field speaks against the candidates.' }),
    candidates: z.array(z.object({
      profile: z.string(),
      certainty: z.enum(['likely', 'possible']),
      settings: z.record(z.string(), z.unknown()).meta({ description: 'Under which it sends this; empty for its defaults.' }),
      when: z.string().optional().meta({ description: 'Where it is not what it sends first.' }),
      for: z.array(z.string()),
      against: z.array(Difference),
    })),
  })
  .meta({ id: 'RecognisedSender', description: 'Who sends such a negotiate message: all known programs that its bytes do not tell apart, or those that come nearest.' });

export const NegotiationReport = z
  .object({
    schemaVersion: z.literal('1'),
    product: z.object({ version: z.string(), catalogue: z.string() }),
    recognised: z.array(Recognised),
    ignored: z.array(IgnoredLines),
    warnings: z.array(z.string()).meta({ description: 'What may have been meant otherwise, and what was left out.' }),
    messages: z.array(
      z.object({
        packet: z.number().meta({ description: 'The number by which evidence names this message.' }),
        from: z.enum(['client', 'server']),
        offset: z.number().meta({ description: 'Where it begins in its piece of the bytes given, headers of lower layers included.' }),
        length: z.number().meta({ description: 'With the 4-byte prefix.' }),
        prefix: z.enum(['given', 'added']),
        message: DecodedMessage,
        fields: z.array(MessageField).optional().meta({ description: 'Every field of these bytes. Of compounded messages they all stand at the first.' }),
        likely: RecognisedSender.optional().meta({ description: 'Of negotiate requests and answers.' }),
      }),
    ),
    offer: Offer.nullable(),
    answer: Answer.nullable(),
    dialect: z.string().nullable(),
    smb1: Smb1Use,
    verdict: Verdict.nullable().meta({ description: 'Null where the messages are no part of a negotiation.' }),
    findings: z.array(Finding),
  })
  .meta({ id: 'NegotiationReport', description: 'Each message decoded whole, and the verdict as far as the given messages decide it.' });

export const UploadProblem = Problem.extend({
  report: CaptureReport.optional().meta({ description: 'What was read until the upload failed, with `complete: false`, where packets were read.' }),
}).meta({ id: 'UploadProblem', description: 'RFC 9457 problem details of an upload that failed: nothing that was read is lost.' });

export const VerdictEntry = z
  .object({
    code: VerdictCode, title: z.string(), severity: Severity, condition: z.string(), meaning: z.string(),
    remediation: z.array(Remedy), references: z.array(Reference),
  })
  .meta({ id: 'VerdictEntry', description: 'What one verdict means.' });

export const FindingEntry = z
  .object({
    code: z.string(), title: z.string(), severity: Severity, since: z.string(), explanation: z.string(), falsePositives: z.string(),
    remediation: z.array(Remedy), references: z.array(Reference),
  })
  .meta({ id: 'FindingEntry', description: 'What one finding means.' });

export const VerdictList = z.object({ catalogue: z.string(), verdicts: z.array(VerdictEntry) }).meta({ id: 'VerdictList' });
export const FindingList = z.object({ catalogue: z.string(), findings: z.array(FindingEntry) }).meta({ id: 'FindingList' });
export const Health = z.object({ status: z.literal('ok'), version: z.string() }).meta({ id: 'Health' });
export const Readiness = z
  .object({ status: z.literal('ready'), analyses: z.object({ running: z.number(), waiting: z.number() }) })
  .meta({ id: 'Readiness' });

export type RecognisedSender = z.infer<typeof RecognisedSender>;
export type NegotiationRequest = z.infer<typeof NegotiationRequest>;
export type MessageField = z.infer<typeof MessageField>;
export type NegotiationReport = z.infer<typeof NegotiationReport>;
export type MessageBytes = z.infer<typeof Bytes>;

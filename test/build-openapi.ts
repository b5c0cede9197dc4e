import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiResponseObject } from 'zod-openapi';
import { readConfig } from '../src/config.ts';
import { buildApp } from '../src/http/app.ts';
import { FindingEntry, FindingList, Health, NegotiationReport, NegotiationRequest, Readiness, UploadProblem, VerdictEntry, VerdictList } from '../src/http/schema.ts';
import { SELECTION, selectionPaths } from './openapi-selection.ts';
import { PRODUCT_VERSION } from '../src/report/product.ts';
import { DETAILS } from '../src/report/detail.ts';
import { CaptureReport, Problem, ReportLine } from '../src/report/schema.ts';

/**
 * Prints openapi.yaml from the schemas that give the TypeScript types too. Its examples are what the service answers to
 * test/captures/article_b.pcap, so they cannot be out of date.
 */
export async function buildOpenApi(): Promise<string> {
  const examples = await recordExamples();
  const document = createDocument(
    {
      openapi: '3.1.1',
      info: {
        title: 'smb-verdict',
        version: PRODUCT_VERSION,
        summary: 'What happened in this SMB negotiation, is SMB1 really in use, and what should I do?',
        description: 'Send a packet capture, or the raw bytes of a Negotiate, and get a reasoned verdict on every SMB negotiation in it.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [
        { url: '/', description: 'Where this description was read' },
        { url: 'http://127.0.0.1:3000', description: 'One machine, as it starts by default' },
      ],
      security: [{ bearer: [] }, { apiKey: [] }, {}],
      tags: [
        { name: 'captures', description: 'Packet captures in, verdicts out.' },
        { name: 'negotiations', description: 'Raw Negotiate bytes.' },
        { name: 'catalogue', description: 'What the codes mean.' },
        { name: 'operation', description: 'Health and description.' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer', description: 'One of API_KEYS, where the service has any.' },
          apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'One of API_KEYS, where the service has any.' },
        },
      },
      paths: {
        '/v1/captures/analyze': { post: analyze('analyzeCapture', examples), put: analyze('putCapture') },
        '/v1/captures/analyze/{name}': { put: named(analyze('putNamedCapture')), post: named(analyze('analyzeNamedCapture')) },
        '/v1/captures/stream': { post: stream('streamCapture', examples), put: stream('putCaptureStream') },
        '/v1/captures/stream/{name}': { put: named(stream('putNamedCaptureStream')), post: named(stream('streamNamedCapture')) },
        '/v1/negotiations/analyze': { post: negotiation(examples) },
        ...selectionPaths(examples.selection),
        '/v1/verdicts': { get: read('listVerdicts', 'catalogue', 'What every verdict means', VerdictList) },
        '/v1/verdicts/{code}': { get: one('getVerdict', 'What one verdict means', VerdictEntry, 'smb1-only-server-found') },
        '/v1/findings': { get: read('listFindings', 'catalogue', 'What every finding means', FindingList) },
        '/v1/findings/{code}': { get: one('getFinding', 'What one finding means', FindingEntry, 'smb1-only-server') },
        '/healthz': { get: free(read('getHealth', 'operation', 'Is the process alive', Health)) },
        '/readyz': { get: free(read('getReadiness', 'operation', 'Does it take requests', Readiness)) },
        '/metrics': { get: text('getMetrics', 'Figures for Prometheus', 'text/plain') },
        '/openapi.yaml': { get: text('getOpenApiYaml', 'This description', 'application/yaml') },
        '/openapi.json': { get: read('getOpenApiJson', 'operation', 'This description as JSON', z.looseObject({ openapi: z.string() })) },
        '/docs': { get: text('getDocs', 'This description as a page', 'text/html') },
      },
    },
    {
      // Fields may be added: a client that checks strictly must not break
      override: ({ jsonSchema, io }) => {
        if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      },
    },
  );
  return `# Generated from src/report/schema.ts and src/http/schema.ts by \`npm run bless\`. Do not edit.\n${stringify(document, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

interface Examples {
  readonly report: unknown;
  readonly line: unknown;
  readonly text: string;
  readonly negotiation: unknown;
  readonly selection: unknown;
  readonly problem: unknown;
}

const CAPTURE = new URL('captures/article_b.pcap', import.meta.url);

async function recordExamples(): Promise<Examples> {
  const app = await buildApp({ config: readConfig({ LOG_LEVEL: 'silent' }) });
  const payload = readFileSync(CAPTURE);
  const post = async (url: string, body: string | Buffer, contentType = 'application/octet-stream'): Promise<string> =>
    (await app.inject({ method: 'POST', url, payload: body, headers: { 'content-type': contentType } })).body;
  const report: unknown = JSON.parse(await post('/v1/captures/analyze', payload));
  const lines = await post('/v1/captures/stream?detail=summary&sensor=branch-7', payload);
  const text = await post('/v1/captures/analyze?format=text', payload);
  const negotiation: unknown = JSON.parse(await post('/v1/negotiations/analyze', JSON.stringify(NEGOTIATION), 'application/json'));
  const selection: unknown = JSON.parse(await post('/v1/negotiations/select', JSON.stringify(SELECTION), 'application/json'));
  const problem = JSON.parse(await post('/v1/captures/analyze', 'hello, this is no capture')) as Record<string, unknown>;
  await app.close();
  return { report, line: JSON.parse(lines.split('\n')[0] ?? '') as unknown, text, negotiation, selection, problem: { ...problem, requestId: '6f1f3b1e-3c58-4b7c-9a55-0d1f0c5a7a11' } };
}

/** Offer of NT LM 0.12, SMB 2.002 and SMB 2.??? ([MS-SMB2] 3.2.4.2.2.1). */
export const NEGOTIATION = {
  request: {
    hex: '00000045ff534d4272000000001853c8000000000000000000000000fffffffe00000000002200024e54204c4d20302e31320002534d4220322e3030320002534d4220322e3f3f3f00',
  },
};

const binary = z.string().meta({ override: { type: 'string', format: 'binary' }, description: 'pcap or pcapng, plain, gzip or zstd; the bytes decide, not the type.' });
const Form = z.object({ capture: z.array(binary) }).meta({ description: 'The pieces of one capture, in order.' });

const Query = z.object({
  format: z.enum(['json', 'text', 'ndjson']).optional().meta({ description: 'Goes before Accept.' }),
  detail: z.enum(DETAILS).optional().meta({ description: 'full; for NDJSON verdicts.' }),
  digest: z.enum(['sha256']).optional().meta({ description: 'Adds capture.sha256; costs more than the analysis.' }),
  sensor: z.string().max(128).optional().meta({ description: 'Comes back in every line.', example: 'branch-7' }),
});

const body = {
  required: true,
  content: { 'application/octet-stream': { schema: binary }, 'application/vnd.tcpdump.pcap': { schema: binary }, 'multipart/form-data': { schema: Form } },
} as const;

/** Real answers, shown once each. */
function shown(example: unknown): { example?: unknown } {
  return example === undefined ? {} : { example };
}

function problem(description: string, examples?: Examples): ZodOpenApiResponseObject {
  return { description, content: { 'application/problem+json': { schema: Problem, ...(examples === undefined ? {} : { example: examples.problem }) } } };
}

/** What was read before the upload failed is in it. */
function uploadProblem(description: string): ZodOpenApiResponseObject {
  return { description, content: { 'application/problem+json': { schema: UploadProblem } } };
}

const retryAfter = { headers: z.object({ 'retry-after': z.string() }) };
const overloaded = { ...problem('`overloaded`: too much to do; `unavailable`: it is stopping'), ...retryAfter };

function uploadProblems(examples?: Examples): Record<`${1 | 2 | 3 | 4 | 5}${string}`, ZodOpenApiResponseObject> {
  return {
    400: uploadProblem('`empty-body`, `bad-multipart`, `bad-request`'), 401: problem('`unauthorized`: a key is needed'), 406: problem('`not-acceptable`: there is no such format'),
    408: uploadProblem('`upload-idle`: the upload stood still; `upload-too-long`; `upload-too-slow`: while others waited for its place'), 413: uploadProblem('`too-large`, `decompression-limit`'),
    415: problem('`not-a-capture`, `unsupported-format`, `unsupported-encoding`', examples), 422: problem('The header of the capture, or its compression, cannot be read'),
    429: { ...problem('`too-many-analyses`: all places are taken'), ...retryAfter },
    500: problem('`analysis-failed`: the analysis ended before its time; `internal`'),
    503: { ...uploadProblem('`overloaded`: too much to do; `unavailable`: it is stopping'), ...retryAfter },
  };
}

function analyze(operationId: string, examples?: Examples): ZodOpenApiOperationObject {
  return {
    operationId, tags: ['captures'], summary: 'Judge every SMB negotiation in a capture', requestParams: { query: Query }, requestBody: body,
    description: 'A damaged capture is no error: 200, the verdicts up to the damage, and a fault that names offset and packet.',
    responses: {
      200: {
        description: 'What happened in every negotiation',
        content: {
          'application/json': { schema: CaptureReport, ...shown(examples?.report) }, 'text/plain': { schema: z.string(), ...shown(examples?.text) },
          'application/x-ndjson': { schema: z.string().meta({ description: 'Lines of ReportLine, as of /v1/captures/stream.' }) },
        },
      },
      ...uploadProblems(examples),
    },
  };
}

function stream(operationId: string, examples?: Examples): ZodOpenApiOperationObject {
  return {
    operationId, tags: ['captures'], summary: 'Judge a capture while it is uploaded', requestParams: { query: Query.omit({ format: true }) }, requestBody: body,
    description: 'One line per connection as soon as its verdict is final; the last line is a summary, or a problem where the analysis failed midway. Read while you upload.',
    responses: { 200: { description: 'Lines of JSON, each one ReportLine', content: { 'application/x-ndjson': { schema: ReportLine, ...shown(examples?.line) } } }, ...uploadProblems(examples) },
  };
}

function named(operation: ZodOpenApiOperationObject): ZodOpenApiOperationObject {
  const query = operation.requestParams?.query;
  const path = z.object({ name: z.string().meta({ description: "The file's name, as `curl -T file URL/` appends it: shown, never opened.", example: 'capture.pcap' }) });
  return { ...operation, requestParams: { path, ...(query === undefined ? {} : { query }) } };
}

function negotiation(examples: Examples): ZodOpenApiOperationObject {
  return {
    operationId: 'analyzeNegotiation', tags: ['negotiations'], summary: 'Decode and judge raw Negotiate bytes',
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: NegotiationRequest, example: NEGOTIATION },
        'application/octet-stream': { schema: z.string().meta({ override: { type: 'string', format: 'binary' } }) },
        'text/plain': { schema: z.string().meta({ description: 'Whatever is pasted, up to 1 MiB: plain hex, dumps of Wireshark, tshark, tcpdump, xxd, hexdump, od and Format-Hex, byte arrays and lists, escaped strings, base64, followed streams, JSON of Suricata, Zeek and tshark; several messages, with remarks, with or without headers of lower layers.' }), example: NEGOTIATION.request.hex },
      },
    },
    responses: {
      200: { description: 'Each message decoded, and the verdict', content: { 'application/json': { schema: NegotiationReport, example: examples.negotiation } } },
      400: problem('`empty-body`, `bad-json`, `bad-hex`, `bad-request`'), 401: problem('`unauthorized`'), 413: problem('`too-large`'), 415: problem('`unsupported-media-type`'), 503: overloaded,
    },
  };
}

function read(operationId: string, tag: string, summary: string, schema: z.ZodType): ZodOpenApiOperationObject {
  return { operationId, tags: [tag], summary, responses: { 200: { description: summary, content: { 'application/json': { schema } } }, 401: problem('`unauthorized`') } };
}

function one(operationId: string, summary: string, schema: z.ZodType, example: string): ZodOpenApiOperationObject {
  const operation = read(operationId, 'catalogue', summary, schema);
  return { ...operation, requestParams: { path: z.object({ code: z.string().meta({ example }) }) }, responses: { ...operation.responses, 404: problem('`not-found`: there is no such code') } };
}

function free(operation: ZodOpenApiOperationObject): ZodOpenApiOperationObject {
  return { ...operation, security: [], responses: { 200: operation.responses['200'] ?? { description: '' }, 503: problem('`unavailable`: it is stopping') } };
}

function text(operationId: string, summary: string, mediaType: 'text/plain' | 'application/yaml' | 'text/html'): ZodOpenApiOperationObject {
  return { operationId, tags: ['operation'], summary, responses: { 200: { description: summary, content: { [mediaType]: { schema: z.string() } } }, 401: problem('`unauthorized`') } };
}

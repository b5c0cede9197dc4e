import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type * as z from 'zod';
import type { Config } from '../../config.ts';
import { PRODUCT } from '../../report/product.ts';
import { FAMILIES } from '../../selection/families.ts';
import { clientOffer, smb1Request, smb2Request } from '../../selection/client-offer.ts';
import { meet, type Meeting, serverSteps } from '../../selection/meeting.ts';
import type { Profile } from '../../selection/profile.ts';
import { PROFILES, profileOf } from '../../selection/profiles.ts';
import { DEFAULT_VALUES } from '../../selection/values.ts';
import { toHex } from '../../bytes/text.ts';
import { decodeSmb } from '../../smb/decode.ts';
import { buildMessage } from '../../report/build-message.ts';
import { HttpProblem } from '../errors.ts';
import { agreementOf, meetingOf, pastedOf, readAsked, selectionOf } from '../selection/answers.ts';
import { nearest } from '../selection/nearest.ts';
import { readClient, type ResolvedClient } from '../selection/read-client.ts';
import { readServer, type ResolvedServer } from '../selection/read-server.ts';
import { readValues } from '../selection/read-values.ts';
import { type Matrix, MatrixRequest, type ProfileDetail, type ProfileList, type Selection, SelectRequest } from '../selection/schema.ts';
import { captureOfPlayed, type CreateAnalyser, Known, StepWriter, VerdictReader } from '../selection/select.ts';

/** A thousand clients with a policy each; a matrix of everything needs a few hundred bytes. */
const BODY_LIMIT = 8 * 1024 * 1024;
/** All profiles with each other are some thousands. */
const MOST_CELLS = 50_000;
const PCAP = 'application/vnd.tcpdump.pcap';
/** Work after which others get their turn. */
const MS_A_TURN = 15;

export interface SelectionRoutesOptions {
  readonly config: Config;
  readonly createAnalyser: CreateAnalyser;
}

/** What any server answers to any client, and who they are. */
export function selectionRoutes(app: FastifyInstance, { config, createAnalyser }: SelectionRoutesOptions, done: () => void): void {
  const tools = { createAnalyser, limits: config.limits, verdicts: new Known<Selection['verdict']>(), steps: new StepWriter() };
  app.removeAllContentTypeParsers();
  // curl -d sends a form's type; whatever it is called, it must be JSON
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_LIMIT }, (_request, body, parsed) => { parsed(null, body); });
  app.post('/v1/negotiations/select', (request, reply) => {
    const body = readJson(request.body);
    const isMatrix = typeof body === 'object' && body !== null && ('clients' in body || 'servers' in body);
    return isMatrix ? answerMatrix(check(MatrixRequest, body), request, reply) : answerOne(check(SelectRequest, body), request, reply);
  });
  app.post('/v1/negotiations/agree', (request) => agreementOf(readAsked(check(SelectRequest, readJson(request.body))), tools));
  app.get('/v1/profiles', (request) => profileList(request));
  app.get<{ Params: { id: string } }>('/v1/profiles/:id', ({ params: { id } }) => profileDetail(id));

  function answerOne(request: SelectRequest, http: FastifyRequest, reply: FastifyReply): unknown {
    const format = accepted(http, ['application/json', PCAP]);
    const asked = readAsked(request);
    return format === PCAP ? sendCapture(reply, [meetingOf(asked)], asked.transport, asked.values) : selectionOf(asked, tools);
  }

  async function answerMatrix(request: MatrixRequest, http: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const format = accepted(http, ['application/json', 'text/csv', PCAP]);
    const clients = clientsOf(request);
    const servers = serversOf(request);
    if (clients.length * servers.length > MOST_CELLS) throw new HttpProblem(413, 'too-large', `${clients.length * servers.length} cells are more than ${MOST_CELLS}. Ask in parts.`, { path: 'clients' });
    const values = readValues(request.values);
    const transport = request.transport ?? 'direct-tcp';
    const verdicts = new VerdictReader({ transport, values, createAnalyser, limits: config.limits }, ({ judgement }) => judgement.code);
    const withSteps = (http.query as Readonly<Record<string, unknown>>)['steps'] === 'true';
    const all: Meeting[] = [];
    const cells: Matrix['cells'] = [];
    let turn = performance.now();
    for (const client of clients) {
      if (performance.now() - turn > MS_A_TURN) {
        await nextTurn();
        turn = performance.now();
      }
      const row = servers.map((server) => meet(client, server.server, transport, values));
      if (format === PCAP) {
        all.push(...row);
        continue;
      }
      const codes = verdicts.of(row);
      cells.push(row.map((each, index) => ({ ...cellOf(each, codes[index] ?? null), ...(withSteps && { steps: each.steps.map((step) => tools.steps.json(step)) }) })));
    }
    if (format === PCAP) return sendCapture(reply, all, transport, values);
    const matrix: Matrix = {
      schemaVersion: '1',
      clients: clients.map(({ label }) => label), servers: servers.map(({ label }) => label),
      cells,
      ...pastedOf([...clients, ...servers]),
      warnings: [...clients, ...servers].flatMap(({ warnings }) => [...warnings]),
    };
    if (format !== 'text/csv') return matrix;
    void reply.type('text/csv; charset=utf-8');
    return csvOf(matrix);
  }
  done();
}

function clientsOf({ clients, framing }: MatrixRequest): ResolvedClient[] {
  const inputs = clients === 'all' ? PROFILES.filter(({ client }) => client !== undefined).map(({ id }) => ({ profile: id })) : clients;
  return inputs.map((input, index) => readClient(input, `clients.${index}`, framing));
}

function serversOf({ servers }: MatrixRequest): ResolvedServer[] {
  const inputs = servers === 'all' ? PROFILES.filter(({ server }) => server !== undefined).map(({ id }) => ({ profile: id })) : servers;
  return inputs.map((input, index) => readServer(input, `servers.${index}`));
}

function cellOf({ steps }: Meeting, verdict: string | null): Matrix['cells'][number][number] {
  const last = serverSteps(steps).at(-1);
  // oxlint-disable-next-line unicorn/no-thenable -- the contract's word; the value is a text
  return { kind: last?.kind ?? 'none', dialect: last?.dialect ?? null, verdict, then: last?.after ?? 'open' };
}

function csvOf({ clients, servers, cells }: Matrix): string {
  const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = [['client', ...servers], ...cells.map((row, index) => [clients[index] ?? '', ...row.map(({ kind, dialect, verdict }) => [dialect ?? kind, verdict].filter((part) => part !== null).join(' '))])];
  return rows.map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

function sendCapture(reply: FastifyReply, played: readonly Meeting[], transport: 'direct-tcp' | 'netbios' | 'quic', values: ReturnType<typeof readValues>): Buffer {
  void reply.type(PCAP).header('content-disposition', 'attachment; filename="selection.pcap"');
  return Buffer.from(captureOfPlayed(played, transport, values));
}

/** The first of `offered` that Accept has; JSON where it does not care. RFC 9110 section 12.5.1, without its weights. */
function accepted({ headers: { accept } }: FastifyRequest, offered: readonly string[]): string {
  if (accept === undefined || accept.trim() === '') return offered[0] ?? '';
  const ranges = accept.split(',').map((part) => part.split(';', 1)[0]?.trim().toLowerCase() ?? '');
  const found = ranges.map((range) => (range === '*/*' || range === 'application/*' ? offered[0] : offered.find((type) => type === range || `${type.split('/')[0] ?? ''}/*` === range)));
  const first = found.find((type) => type !== undefined);
  if (first === undefined) throw new HttpProblem(406, 'not-acceptable', `The formats here are ${offered.join(', ')} (Accept).`);
  return first;
}

function readJson(body: unknown): unknown {
  if (!(body instanceof Buffer) || body.length === 0) throw new HttpProblem(400, 'empty-body', 'The body is empty. Send {"client": {"profile": "…"}, "server": {"profile": "…"}}.');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new HttpProblem(400, 'bad-json', 'The body is not JSON. Send {"client": {"profile": "…"}, "server": {"profile": "…"}}.');
  }
}

/** The body in its form, or a problem that names the field. */
function check<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const { path, message, code } = deepest(result.error.issues);
  const field = path.join('.');
  throw new HttpProblem(400, code === 'unrecognized_keys' ? 'unknown-setting' : 'bad-request', `${field === '' ? 'The body' : field}: ${message}.`, { path: field });
}

type Issue = z.core.$ZodIssue;

/** Of a union the alternative that got furthest says what is wrong. */
function deepest(issues: readonly Issue[], above: readonly PropertyKey[] = []): { readonly path: readonly string[]; readonly message: string; readonly code: string } {
  const [issue] = issues;
  if (issue === undefined) return { path: above.map(String), message: 'is wrong', code: 'custom' };
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const found = issue.errors.map((alternative) => deepest(alternative, path));
    return found.toSorted((left, right) => right.path.length - left.path.length)[0] ?? { path: path.map(String), message: issue.message, code: issue.code };
  }
  const keys = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  return { path: [...path, ...keys].map(String), message: issue.message, code: issue.code };
}

function profileList({ query }: FastifyRequest): ProfileListJson {
  const { role, family } = query as Readonly<Record<string, string | undefined>>;
  const profiles = PROFILES.filter((profile) => (role === undefined || profile.role === role || profile.role === 'both') && (family === undefined || profile.family === family));
  return {
    catalogue: PRODUCT.catalogue,
    families: FAMILIES.map(({ name, title, options, dialects }) => ({ name, title, options: [...options], dialects: [...dialects] })),
    profiles: profiles.map(({ id, title, role: has, family: of, version, certainty }) => ({ id, title, role: has, family: of, version, certainty })),
  };
}

type ProfileListJson = z.infer<typeof ProfileList>;

function profileDetail(id: string): z.infer<typeof ProfileDetail> {
  const profile = profileOf(id);
  if (profile === undefined) throw new HttpProblem(404, 'not-found', `There is no profile ${id}. Near it: ${nearest(id, PROFILES.map((each) => each.id)).join(', ')}. /v1/profiles lists all.`);
  return { profile, requests: requestsOf(profile) };
}

function requestsOf({ client }: Profile): z.infer<typeof ProfileDetail>['requests'] {
  if (client === undefined) return [];
  const { start, smb1, smb2 } = clientOffer(client, {});
  const requests = [
    ...(smb1 === null || start === 'smb2-only' ? [] : [smb1Request(smb1, DEFAULT_VALUES)]),
    ...(smb2 === null || start === 'smb1-only' ? [] : [smb2Request(smb2, start === 'smb2-only' ? 'first' : 'second', DEFAULT_VALUES)]),
  ];
  return requests.flatMap((bytes) => decodeSmb(bytes.subarray(4), bytes.length - 4).map((message) => ({ kind: message.kind, hex: toHex(bytes), message: buildMessage(message) })));
}

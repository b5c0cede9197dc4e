import type { FastifyRequest } from 'fastify';
import { DETAILS, type Detail } from '../report/detail.ts';
import { HttpProblem } from './errors.ts';

export const FORMATS = ['json', 'text', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

const MEDIA_TYPES: Readonly<Record<string, Format>> = {
  'application/json': 'json', 'text/plain': 'text', 'application/x-ndjson': 'ndjson', 'application/ndjson': 'ndjson', 'application/jsonl': 'ndjson',
};

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json; charset=utf-8', text: 'text/plain; charset=utf-8', ndjson: 'application/x-ndjson; charset=utf-8',
};

export interface AnalysisQuery {
  readonly format: Format;
  readonly detail: Detail;
  readonly digest: boolean;
  readonly sensor: string | undefined;
}

/** Which of `offered` the request asks for: `?format=` before `Accept`, the first offered one where it does not care. */
export function readAnalysisQuery(request: FastifyRequest, offered: readonly Format[]): AnalysisQuery {
  const query = request.query as Readonly<Record<string, string | string[] | undefined>>; // fastify's parser yields just this
  const asked = single(query, 'format');
  const format = asked === undefined ? acceptedFormat(request.headers.accept, offered) : offered.find((each) => each === asked);
  if (format === undefined) throw new HttpProblem(406, 'not-acceptable', `The formats here are ${offered.join(', ')} (?format= or Accept).`);
  const detail = single(query, 'detail') ?? (format === 'ndjson' ? 'verdicts' : 'full');
  if (!isDetail(detail)) throw new HttpProblem(400, 'bad-request', `detail must be one of ${DETAILS.join(', ')}.`);
  const digest = single(query, 'digest');
  if (digest !== undefined && digest !== 'sha256') throw new HttpProblem(400, 'bad-request', 'digest must be sha256.');
  const sensor = single(query, 'sensor');
  // oxlint-disable-next-line no-control-regex -- control characters are what is refused
  if (sensor !== undefined && !/^[^\u0000-\u001f\u007f]{1,128}$/.test(sensor)) throw new HttpProblem(400, 'bad-request', 'sensor must have 1 to 128 characters, none of them a control character.');
  return { format, detail, digest: digest === 'sha256', sensor };
}

function single(query: Readonly<Record<string, string | string[] | undefined>>, name: string): string | undefined {
  const value = query[name];
  if (Array.isArray(value)) throw new HttpProblem(400, 'bad-request', `${name} may be given once.`);
  return value;
}

function isDetail(text: string): text is Detail {
  return (DETAILS as readonly string[]).includes(text);
}

/** RFC 9110 section 12.5.1: the greatest q decides, then the order in the header. */
function acceptedFormat(header: string | undefined, offered: readonly Format[]): Format | undefined {
  if (header === undefined || header.trim() === '') return offered[0];
  const ranges = header.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const q = parameters.find((parameter) => parameter.startsWith('q='));
    return { type, q: q === undefined ? 1 : Number(q.slice(2)) };
  });
  for (const { type } of ranges.filter(({ q }) => q > 0).toSorted((left, right) => right.q - left.q)) {
    const found = type === '*/*' ? offered[0] : offered.find((format) => matches(type, format));
    if (found !== undefined) return found;
  }
  return undefined;
}

function matches(range: string, format: Format): boolean {
  if (MEDIA_TYPES[range] === format) return true;
  return range.endsWith('/*') && CONTENT_TYPES[format].startsWith(range.slice(0, -1));
}

import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { simulate, scripted, type ServerStep, type Step } from '../../src/selection/simulate.ts';
import type { Server } from '../../src/selection/family.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';

/** What real servers answered: the recorded tables, and our answer beside each row. */

const FOLDER = new URL('../../../shared/oracle/', import.meta.url);

export const oraclePresent = existsSync(new URL('samba-selection.json', FOLDER));

export interface OraclePolicy { id: string; min: string; max: string; extra: string[]; smb2?: boolean }
export interface OracleOffer { id: string; group: string; steps: { request_hex: string }[] }
export interface RecordedAnswer { kind: string; response_hex?: string; more_hex?: string; after?: string; status?: string; command?: number; selected_index?: number; selected_dialect?: string; head?: string }
/** `own`: the bytes are those of this very row. */
export interface Recorded { policy: OraclePolicy; offer: OracleOffer; answers: RecordedAnswer[]; own: boolean }

interface Selection { policies: OraclePolicy[]; offers: OracleOffer[]; answers: RecordedAnswer[]; results: Record<string, Record<string, number[]>> }

/** Every row of a table, each with its own recorded bytes where there is a file of them. */
export function readOracle(name: string): Recorded[] {
  const selection = JSON.parse(readFileSync(new URL(`${name}-selection.json`, FOLDER), 'utf8')) as Selection;
  const offers = new Map(selection.offers.map((offer) => [offer.id, offer]));
  const policies = new Map(selection.policies.map((policy) => [policy.id, policy]));
  const raw = new Map<string, { kind: string; response_hex?: string; more_hex?: string }[]>();
  const file = new URL(`${name}-selection.raw.jsonl.gz`, FOLDER);
  if (existsSync(file)) {
    for (const line of gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n')) {
      const { p, o, r } = JSON.parse(line) as { p: string; o: string; r: { kind: string; response_hex?: string; more_hex?: string }[] };
      raw.set(`${p}\n${o}`, r);
    }
  }
  return Object.entries(selection.results).flatMap(([policyId, rows]) => Object.entries(rows).map(([offerId, indices]) => {
    const bytes = raw.get(`${policyId}\n${offerId}`);
    const answers = indices.map((index, at) => {
      const { example, ...answer } = selection.answers[index] as RecordedAnswer & { example?: { response_hex: string } };
      return { ...answer, response_hex: bytes?.[at]?.response_hex ?? example?.response_hex ?? '', ...(bytes?.[at]?.more_hex !== undefined && { more_hex: bytes[at].more_hex }) };
    });
    // Without a file of all bytes there is one example of each answer.
    const own = bytes !== undefined || indices.every((index) => isExample(selection.answers[index], policyId, offerId));
    return { policy: policies.get(policyId)!, offer: offers.get(offerId)!, answers, own };
  }));
}

function isExample(answer: RecordedAnswer | undefined, policy: string, offer: string): boolean {
  const { example } = answer as RecordedAnswer & { example?: { policy: string; offer: string } };
  return example?.policy === policy && example.offer === offer;
}

/** A row in a few words, to compare: kind, index, dialect, status, what became of the connection. */
export interface Row {
  readonly answers: string[];
  /** The answers' bytes, without what is random. */
  readonly bytes: string[];
}

export function recordedRow({ answers }: Recorded, startTimeVaries = false): Row {
  const sent = answers.filter(({ kind }) => kind !== 'not_sent');
  return {
    answers: sent.map((answer) => recordedWord(answer)),
    bytes: sent.map((answer) => (isSessionSetup(answer) ? '' : stable(answer.response_hex ?? '', startTimeVaries) + stable(answer.more_hex ?? '', startTimeVaries))),
  };
}

/** Of the first bytes of an SMB2 message. */
function statusIn(head: string): string {
  return head.startsWith('fe534d42') ? ` 0x${Buffer.from(head, 'hex').readUInt32LE(8).toString(16)}` : '';
}

/** Its bytes are not foretold: it answers something else than a negotiate. */
function isSessionSetup({ kind, command, response_hex: hex = '' }: RecordedAnswer): boolean {
  return (kind === 'smb2_error' && command !== 0) || (kind.startsWith('smb1') && command !== 0x72) || (kind === 'other' && hex.length > 8);
}

/** A recorded answer in the words of the contract. */
function recordedWord(answer: RecordedAnswer): string {
  const { kind, selected_index: index, selected_dialect: dialect, command, status, head = '' } = answer;
  const after = answer.after === 'closed' ? ' closed' : '';
  switch (kind) {
    case 'smb1_response': return command !== 0x72 ? `other ${status}` : (index === 0xffff || index === undefined ? 'smb1-none' : `smb1-selected ${index}`) + after;
    case 'smb1_error': return (command === 0x72 ? `smb1-error ${status}` : `other ${status}`) + after;
    case 'smb2_response': return (dialect === '0x02ff' ? 'smb2-wildcard' : `smb2-dialect ${dialect}`) + after;
    case 'smb2_error': return (command === 0 ? `smb2-error ${status}` : `other ${status}`) + after;
    case 'no_reply': return 'silence';
    case 'other': return `other${statusIn(head)}${after}`;
    case 'nbss_82': return 'netbios-accepted';
    default: return kind + after;
  }
}

export function simulatedRow(recorded: Recorded, server: Server, names: { serverName: string; domain: string }, startTimeVaries = false): Row {
  const sent = recorded.answers.filter(({ kind }) => kind !== 'not_sent').length;
  const writes = recorded.offer.steps.slice(0, sent).map(({ request_hex: hex }) => new Uint8Array(Buffer.from(hex, 'hex')));
  const steps = simulate(scripted(writes), server, { transport: 'direct-tcp', values: { ...DEFAULT_VALUES, ...names } });
  const answers = steps.flatMap((step, index) => (step.from === 'client' ? [{ step, to: answersTo(steps, index) }] : []));
  return {
    // The recorder went on sending into closed connections.
    answers: answers.map(({ step, to }, index) => (step.sent ? simulatedWord(to[0]!, recorded.answers[index], afterAll(to)) : 'closed')),
    bytes: answers.map(({ to }) => to.map(({ bytes }) => (bytes === null ? '' : stable(Buffer.from(bytes).toString('hex'), startTimeVaries))).join('')),
  };
}

function answersTo(steps: readonly Step[], index: number): ServerStep[] {
  return steps.filter((step): step is ServerStep => step.from === 'server' && step.answers === index);
}

/** What became of the connection; the recorder that found more answers did not look. */
function afterAll(answers: readonly ServerStep[]): string {
  const last = answers.at(-1)!;
  return last.bytes !== null && answers.length > 1 ? 'open' : last.after;
}

function simulatedWord(step: ServerStep, recorded: RecordedAnswer | undefined, after: string): string {
  const status = `0x${(step.status ?? 0).toString(16).padStart(8, '0')}`;
  // FIN or RST is a race; and behind the last answer only did the recorder look.
  const closed = recorded?.after === undefined || after === 'open' ? '' : ' closed';
  switch (step.kind) {
    case 'smb1-selected': return `smb1-selected ${step.index}${closed}`;
    case 'smb1-error': return `smb1-error ${status}${closed}`;
    case 'smb2-dialect': return `smb2-dialect 0x${(step.reply?.kind === 'smb2-negotiate-response' ? step.reply.dialectRevision : 0).toString(16).padStart(4, '0')}${closed}`;
    case 'smb2-error': return `smb2-error ${status}${closed}`;
    case 'other': return `other${step.status === undefined ? '' : ` ${status}`}${closed}`;
    case 'closed': case 'reset': return 'closed';
    default: return step.kind + closed;
  }
}

/** Zeros over what differs at each run: times (of start only where a server tells one), salts, challenges, process and session ids. */
export function stable(hex: string, startTimeVaries = false): string {
  const bytes = Buffer.from(hex, 'hex');
  const zero = (from: number, length: number): void => void bytes.fill(0, from, from + length);
  const protocol = bytes.subarray(4, 8).toString('latin1');
  if (protocol === '\xffSMB' && bytes[36] === 17) {
    zero(52, 4);
    zero(60, 8);
    if (bytes[70] === 8) zero(73, 8);
  }
  if (protocol === '\xffSMB' && bytes[36] === 13) {
    zero(49, 8);
    if (bytes.readUInt16LE(59) === 8) zero(65, 8);
  }
  if (protocol === '\xfeSMB' && bytes[68] === 65) {
    zero(108, startTimeVaries ? 16 : 8);
    const count = bytes.readUInt16LE(74);
    for (let index = 0, at = 4 + bytes.readUInt32LE(128); index < count && at + 8 <= bytes.length; index++) {
      const length = bytes.readUInt16LE(at + 2);
      if (bytes.readUInt16LE(at) === 1) zero(at + 14, bytes.readUInt16LE(at + 10));
      at += 8 + Math.ceil(length / 8) * 8;
    }
  }
  return bytes.toString('hex');
}

import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { smb2DialectText } from '../../src/negotiation/dialects.ts';
import type { JudgedConnection } from '../../src/report/analysis.ts';
import { analyseFile, jsonLines, SHARED } from './analyse.ts';

interface Offered { readonly proto: 'smb1' | 'smb2'; readonly dialects?: readonly string[] }
interface Observed { readonly kind: string; readonly selected_dialect?: string; readonly selected_index?: number; readonly status?: string }
interface Negotiation { readonly offered?: Offered | null | 'not_captured'; readonly observed: Observed }
interface Connection {
  readonly client: string; readonly server: string; readonly sequence: readonly string[]; readonly negotiations: readonly Negotiation[];
  readonly syn_seen: boolean; readonly synack_seen: boolean; readonly client_stream_gap?: boolean; readonly server_stream_gap?: boolean; readonly mid_connection?: boolean;
}
interface Truth { readonly file: string; readonly connections: readonly Connection[] }

const LAB = SHARED + 'lab-captures/';
const present = existsSync(LAB + 'matrix/truth.jsonl');

/** Connections where we say something else, each with the reason and what exactly differs. */
const EXPLAINED: Readonly<Record<string, { readonly why: string; readonly differs: string }>> = {
  'wire-random-mix2-clientside.pcap 1': { why: 'late FINs of the connection before: no handshake, no byte, so not listed', differs: 'not listed' },
  'wire-random-mix2-mirror.pcap 1': { why: 'the same FINs behind the impairment', differs: 'not listed' },
  ...Object.fromEntries([
    'impacket-smb1__raw-m-2.pcap 0', 'impacket-smb1__raw-o1-unknown.pcap 0', 'impacket-smb1__raw-r-os2.pcap 0', 'impacket-smb1__raw-r-wfw.pcap 0',
    'impacket-smb1__raw-o1-empty.pcap 0', 'impacket-smb2__raw-o1-unknown.pcap 0', 'impacket-smb2__raw-r-os2.pcap 0', 'impacket-smb2__raw-r-wfw.pcap 0',
    'impacket-smb2__raw-o1-empty.pcap 0',
  ].map((label) => [label, { why: 'impacket answers status 0 and WordCount 0: no index at all, which we read as none', differs: 'index 65535, not undefined' }])),
};

const endpoint = ({ address, port }: { address: string; port: number }): string => `${address}:${port}`;
const plain = (text: string): string => text.replace('[', '').replace(']', '');
const offerOf = (one: Negotiation | undefined): Offered | null =>
  one === undefined || one.offered == null || one.offered === 'not_captured' ? null : one.offered;
const isMulti = (one: Offered | null): boolean => one !== null && one.proto === 'smb1' && (one.dialects ?? []).some((text) => text.startsWith('SMB 2.'));

/** An SMB2 dialect that its own SMB2 request does not list. */
function answeredUnasked(one: Negotiation): boolean {
  const { kind, selected_dialect: dialect } = one.observed;
  const offer = offerOf(one);
  return kind === 'smb2_response' && offer?.proto === 'smb2' && dialect !== undefined && !(offer.dialects ?? []).includes(dialect);
}

/** The verdict that follows from the recording side's own list of what was said. */
function codesFor(truth: Connection): readonly string[] {
  const { sequence, negotiations } = truth;
  const first = (test: (entry: string) => boolean): number => sequence.findIndex(test);
  const smb1Command = first((entry) => /^C:SMB1_(?!NEGOTIATE)/.test(entry)) >= 0;
  const smb2Command = first((entry) => /^C:SMB[23]_(?!NEGOTIATE)/.test(entry)) >= 0;
  const ender = sequence.find((entry) => /^[CS]:(FIN|RST)$/.test(entry))?.[0] ?? null;
  const answers = negotiations.map(({ observed }) => observed);
  const selected = answers.some(({ kind, selected_index: index }) => kind === 'smb1_response' && index !== undefined && index < 0xffff);
  const wildcard = answers.some(({ selected_dialect: dialect }) => dialect === '0x02ff');
  const real = answers.some(({ kind, selected_dialect: dialect }) => kind === 'smb2_response' && dialect !== undefined && dialect !== '0x02ff');
  const decoy = wildcard || negotiations.some((one) => isMulti(offerOf(one)));
  if (smb1Command && selected) return ['smb1-in-use'];
  if (real && !smb2Command && negotiations.every((one) => answeredUnasked(one))) return ['malformed-negotiation'];
  if (real) return decoy ? ['smb2-negotiated-after-decoy'] : ['smb2-negotiated'];
  if (smb2Command) return decoy ? ['smb2-negotiated-after-decoy'] : ['session-in-progress'];
  const last = negotiations.at(-1);
  if (last === undefined) {
    if (sequence.includes('S:RST') && !truth.synack_seen) return ['connection-refused'];
    if (!truth.synack_seen) return ['connection-unanswered'];
    return ['connection-without-negotiation', 'transport-race-lost'];
  }
  const offer = offerOf(last);
  const offeredSmb2 = offer?.proto === 'smb2' || isMulti(offer) || negotiations.some((one) => isMulti(offerOf(one)));
  if (selected) return isMulti(offerOf(negotiations[0])) && ender === 'C' ? ['smb1-only-server-found'] : ['smb1-selected'];
  const { kind, status } = last.observed;
  if (kind === 'smb1_response') return offeredSmb2 ? ['no-common-dialect'] : ['smb1-only-client-rejected'];
  if (kind === 'smb1_error' || kind === 'smb2_error') {
    if (status === '0xc00000bb') return ['no-common-dialect'];
    return offeredSmb2 ? ['negotiation-refused'] : ['smb1-only-client-rejected'];
  }
  if (kind === 'fin' || kind === 'rst') return offeredSmb2 ? ['negotiation-refused'] : ['smb1-only-client-rejected'];
  if (kind === 'smb2_response') return ender === 'S' ? ['negotiation-refused'] : ender === 'C' ? ['negotiation-abandoned'] : ['inconclusive'];
  if (kind === 'no_reply') {
    if (ender !== 'C') return ['inconclusive', offeredSmb2 ? 'negotiation-unanswered' : 'smb1-only-client-unanswered'];
    return offeredSmb2 ? ['negotiation-unanswered'] : ['smb1-only-client-unanswered'];
  }
  return ['inconclusive'];
}

/** The negotiation that decides: the first success, else the last; an offer after 0x02FF counts with the one before it. */
function deciding(truth: Connection): Negotiation | undefined {
  const success = truth.negotiations.find(({ observed }) =>
    (observed.kind === 'smb2_response' && observed.selected_dialect !== '0x02ff') ||
    (observed.kind === 'smb1_response' && observed.selected_index !== undefined && observed.selected_index < 0xffff));
  return success ?? truth.negotiations.at(-1);
}

function differences(truth: Connection, { exchange, judgement }: JudgedConnection): string[] {
  const found: string[] = [];
  const gap = truth.client_stream_gap === true || truth.server_stream_gap === true;
  if (endpoint(exchange.client) !== plain(truth.client)) found.push(`client is ${endpoint(exchange.client)}`);
  const codes = codesFor(truth);
  if (!gap && !codes.includes(judgement.code)) found.push(`${judgement.code} (${exchange.answer.kind}), not ${codes}`);
  if (gap && judgement.certainty === 'certain') found.push(`${judgement.code} is certain in spite of gaps`);
  const one = deciding(truth);
  const offer = offerOf(one);
  if (offer?.proto === 'smb1' && JSON.stringify(exchange.offer.smb1Dialects) !== JSON.stringify(offer.dialects)) {
    found.push(`SMB1 offer ${JSON.stringify(exchange.offer.smb1Dialects)}, not ${JSON.stringify(offer.dialects)}`);
  }
  if (offer?.proto === 'smb2') {
    const ours = exchange.offer.smb2Dialects?.map((code) => '0x' + code.toString(16).padStart(4, '0')) ?? null;
    if (JSON.stringify(ours) !== JSON.stringify(offer.dialects)) found.push(`SMB2 offer ${ours}, not ${offer.dialects}`);
  }
  const observed = one?.observed;
  if (observed?.kind === 'smb1_response' && exchange.answer.index !== (observed.selected_index ?? null)) {
    found.push(`index ${exchange.answer.index}, not ${observed.selected_index}`);
  }
  if (observed?.kind === 'smb2_response' && observed.selected_dialect !== undefined &&
      exchange.answer.dialect !== smb2DialectText(Number(observed.selected_dialect))) {
    found.push(`dialect ${exchange.answer.dialect}, not ${observed.selected_dialect}`);
  }
  if ((observed?.kind === 'smb1_error' || observed?.kind === 'smb2_error') && exchange.answer.status !== Number(observed.status)) {
    found.push(`status ${exchange.answer.status}, not ${observed.status}`);
  }
  return found;
}

describe.skipIf(!present)('captures of real servers and clients say what the recording side wrote down (needs ../shared/lab-captures)', () => {
  for (const folder of ['scenarios', 'matrix']) {
    test(folder, () => {
      const wrong: string[] = [];
      const explained: string[] = [];
      for (const { file, connections } of present ? jsonLines<Truth>(`${LAB}${folder}/truth.jsonl`) : []) {
        const left = [...analyseFile(`${LAB}${folder}/${file}`).connections];
        connections.forEach((truth, index) => {
          const label = `${file} ${index}`;
          const ends = [plain(truth.client), plain(truth.server)].sort().join();
          const at = left.findIndex(({ exchange }) => [endpoint(exchange.client), endpoint(exchange.server)].sort().join() === ends);
          const found = at < 0 ? ['not listed'] : differences(truth, left.splice(at, 1)[0]!);
          if (found.length === 0) return;
          const expectedHere = EXPLAINED[label];
          if (expectedHere?.differs === found.join('; ')) explained.push(label);
          else wrong.push(`${label}: ${found.join('; ')}`);
        });
        for (const extra of left) wrong.push(`${file}: ${endpoint(extra.exchange.client)} is ${extra.judgement.code}, not in the truth`);
      }
      expect(wrong).toEqual([]);
      expect(explained.sort()).toEqual(Object.keys(EXPLAINED).filter((label) => existsSync(`${LAB}${folder}/${label.split(' ')[0]}`)).sort());
    });
  }
});

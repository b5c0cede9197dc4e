import { describe, expect, test } from 'vitest';
import type { JudgedConnection } from '../../src/report/analysis.ts';
import { smb2DialectText } from '../../src/negotiation/dialects.ts';
import { analyseFile, jsonLines, SHARED, sharedPresent } from './analyse.ts';

interface Stream {
  readonly client: string;
  readonly server: string;
  readonly first_frame: number;
  readonly smb1_dialects: readonly string[] | null;
  readonly smb1_selected_index: number | null;
  readonly smb2_dialects_offered: readonly string[] | null;
  readonly smb2_selected: string | null;
  readonly outcome: string;
  readonly stream: number;
}
interface Indexed { readonly file: string; readonly streams: readonly Stream[] }

/** From the index's outcomes to our codes. */
const CODES: Readonly<Record<string, readonly string[]>> = {
  'smb1-session': ['smb1-in-use'],
  'smb2-session': ['smb2-negotiated-after-decoy', 'smb2-negotiated', 'session-in-progress', 'inconclusive'],
  'smb2-negotiated': ['smb2-negotiated-after-decoy', 'smb2-negotiated'],
  'smb1-negotiated': ['smb1-only-server-found', 'smb1-selected'],
  'rejected-reset': ['smb1-only-client-rejected', 'negotiation-refused', 'no-common-dialect', 'negotiation-abandoned'],
  'rejected-fin': ['smb1-only-client-rejected', 'negotiation-refused', 'no-common-dialect', 'negotiation-abandoned'],
  'negotiate-error': ['no-common-dialect', 'negotiation-refused', 'smb1-only-client-rejected'],
  'nbss-refused': ['netbios-session-refused'],
  'unanswered': ['smb1-only-client-unanswered', 'negotiation-unanswered', 'inconclusive'],
  'nbss-only': ['connection-without-negotiation', 'transport-race-lost', 'inconclusive'],
};

/** Where tshark's reading is wrong, each with the reason. */
const EXPLAINED: Readonly<Record<string, string>> = {
  'arkime__arkime__tests_pcap_arkime_synthetic.pcap stream 50': 'the answer is shorter than its length says and nothing follows (errata)',
};

function sameEndpoint(stream: Stream, { exchange }: JudgedConnection): boolean {
  const text = ({ address, port }: { address: string; port: number }): string => `${address}:${port}`;
  const ours = [text(exchange.client), text(exchange.server)].sort().join();
  return ours === [stream.client, stream.server].map((one) => one.replace('[', '').replace(']', '')).sort().join();
}

function differences(stream: Stream, { exchange, judgement }: JudgedConnection): string[] {
  const found: string[] = [];
  const codes = CODES[stream.outcome];
  if (codes === undefined || !codes.includes(judgement.code)) found.push(`outcome ${stream.outcome} is ${judgement.code}`);
  if ((stream.outcome === 'smb1-session') !== (judgement.smb1 === 'in-use')) found.push(`smb1 ${judgement.smb1}`);
  const smb1 = stream.smb1_dialects ?? [];
  const smb2 = stream.smb2_dialects_offered ?? [];
  if (smb1.length > 0 && JSON.stringify(exchange.offer.smb1Dialects) !== JSON.stringify(smb1)) found.push(`smb1 offer ${JSON.stringify(exchange.offer.smb1Dialects)} not ${JSON.stringify(smb1)}`);
  const ours2 = exchange.offer.smb2Dialects?.map((code) => '0x' + code.toString(16).padStart(4, '0')) ?? [];
  if (smb2.length > 0 && JSON.stringify(ours2) !== JSON.stringify(smb2)) found.push(`smb2 offer ${ours2} not ${smb2}`);
  if (stream.smb2_selected !== null && stream.smb2_selected !== '0x02ff' && exchange.dialect !== smb2DialectText(Number(stream.smb2_selected))) {
    found.push(`dialect ${exchange.dialect} not ${stream.smb2_selected}`);
  }
  if (stream.smb1_selected_index !== null && exchange.answer.index !== stream.smb1_selected_index) {
    found.push(`index ${exchange.answer.index} not ${stream.smb1_selected_index}`);
  }
  return found;
}

describe.skipIf(!sharedPresent)('real captures agree with tshark, connection by connection (needs ../shared)', () => {
  for (const { file, streams } of sharedPresent ? jsonLines<Indexed>(SHARED + 'captures/index.jsonl') : []) {
    test(file, () => {
      const { connections, analysis } = analyseFile(SHARED + 'captures/files/' + file);
      const left = [...connections];
      const wrong: string[] = [];
      for (const stream of analysis.refusal === null ? streams : []) {
        const at = left.findIndex((one) => sameEndpoint(stream, one) && one.exchange.messages.length > 0);
        const label = `stream ${stream.stream} ${stream.client} ${stream.server}`;
        if (at < 0) {
          wrong.push(`${label}: not listed (${stream.outcome})`);
          continue;
        }
        const connection = left.splice(at, 1)[0]!;
        if (EXPLAINED[`${file} stream ${stream.stream}`] === undefined) {
          wrong.push(...differences(stream, connection).map((text) => `${label}: ${text}`));
        }
      }
      expect(wrong).toEqual([]);
    });
  }
});

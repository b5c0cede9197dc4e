import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.ts';
import type { JudgedConnection } from '../../src/report/judged-connection.ts';
import type { Decision } from '../../src/selection/server-belief.ts';
import type { Policy } from '../../src/selection/policy.ts';
import { conversationOf } from '../../src/selection/conversation.ts';
import { DIALECT_NAMES } from '../../src/selection/dialect-level.ts';
import { familyOf } from '../../src/selection/families.ts';
import { type Explanation, Predictor } from '../../src/selection/predict.ts';
import { ServerBelief } from '../../src/selection/server-belief.ts';
import { jsonLines, SHARED, sharedPresent } from './analyse.ts';

interface Line { file: string; server: string; server_policy: { id: string; min?: string; max?: string; options?: string[] } }

const predictor = new Predictor();
const explained = new Map<string, Explanation>();

/** What is said of each connection of a capture, the others of its server considered. */
function decisionsOf(path: string): (Decision | string)[] {
  const believed = new Map<string, ServerBelief>();
  const found: (string | { belief: ServerBelief; explanation: Explanation })[] = [];
  // Later the bytes of an exchange are another's
  const onConnection = ({ exchange }: JudgedConnection): void => {
    const conversation = conversationOf(exchange);
    if (typeof conversation === 'string') {
      found.push(conversation);
      return;
    }
    const explanation = explained.get(conversation.key) ?? predictor.explain(conversation);
    explained.set(conversation.key, explanation);
    const { address } = exchange.server;
    const belief = believed.get(address) ?? new ServerBelief();
    believed.set(address, belief);
    belief.add(explanation);
    found.push({ belief, explanation });
  };
  const analyser = new Analyser({ onConnection });
  const bytes = readFileSync(path);
  analyser.write(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
  analyser.end();
  return found.map((one) => (typeof one === 'string' ? one : one.belief.decide(one.explanation, predictor)));
}

function counted(decisions: readonly (Decision | string)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const decision of decisions) {
    const word = typeof decision === 'string' ? decision : decision.because ?? String(decision.agrees);
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

const captures = (folder: string): string[] => (sharedPresent ? readdirSync(SHARED + folder).filter((name) => !name.endsWith('.jsonl')).map((name) => `${SHARED}${folder}/${name}`) : []);

/** The recorded policy as levels of ours. */
function rangeOf({ server_policy: { min, max } }: Line): { min: number; max: number } {
  return familyOf('samba')!.range({ version: '4.17', minDialect: min!, maxDialect: max! });
}

describe.skipIf(!sharedPresent)('what is predicted of recorded connections (skipped where ../shared is absent)', () => {
  it('agrees in every public capture whose server is known; the others are not judged', () => {
    expect(counted(captures('captures/files').flatMap(decisionsOf))).toEqual({
      'true': 133,
      'no negotiation was captured': 177,
      'a request was not captured': 2,
      'the capture cut a negotiate': 1,
      'no answer was captured that could be told from others': 1,
      // A pre-release of Vista (revision 6), servers with a GUID of zeros, SMB1 with plaintext passwords, synthetic messages
      'no known server sends answers of this form': 13,
      'the answer resembles that of macos-server-13, but no known server sends it in this form': 3,
    });
  });

  it('agrees in every capture of a scenario, whatever happened on the way', () => {
    expect(counted(captures('lab-captures/scenarios').flatMap(decisionsOf))).toEqual({
      'true': 158, 'no negotiation was captured': 15, 'a request was not captured': 1, 'the capture cut a negotiate': 7, 'no answer was captured that could be told from others': 17,
    });
  });

  it('agrees in every matrix capture of Samba, impacket and awo00, and the policy that was set is among what may be', () => {
    const missed: string[] = [];
    let judged = 0;
    for (const line of jsonLines<Line>(`${SHARED}lab-captures/matrix/truth.jsonl`).filter(({ server }) => familyOf(server) !== undefined)) {
      for (const decision of decisionsOf(`${SHARED}lab-captures/matrix/${line.file}`)) {
        if (typeof decision === 'string') continue; // no answer
        judged++;
        if (decision.agrees !== true || !hasTruth(decision, line)) missed.push(`${line.file}: ${decision.agrees} ${decision.because ?? ''}`);
      }
    }
    expect(missed).toEqual([]);
    expect(judged).toBeGreaterThan(1200);
  });
});

const SIGNED: Readonly<Record<string, Policy['signing']>> = { mandatory: 'required' };

function hasTruth({ candidates }: Decision, line: Line): boolean {
  if (line.server !== 'samba') return candidates.some(({ profile }) => profile.family === line.server);
  const { min, max } = rangeOf(line);
  const found = candidates.find(({ profile }) => profile.id === 'samba-4.17');
  // An inverted range is none of the pairs that are tried
  const isIn = min > max || found?.ranges?.has(min * DIALECT_NAMES.length + max) === true;
  const signing = line.server_policy.options?.find((option) => option.startsWith('server signing'))?.split(' = ')[1];
  const said = found?.settings.get('signing');
  return isIn && (said === undefined || said === '"auto"' || said === '"default"' || said === '"disabled"' || JSON.parse(said) === SIGNED[signing ?? '']);
}

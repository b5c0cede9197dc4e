import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clientOffer } from '../../src/selection/client-offer.ts';
import { familyOf } from '../../src/selection/families.ts';
import { liveClient } from '../../src/selection/live-client.ts';
import type { Policy } from '../../src/selection/policy.ts';
import { profileOf } from '../../src/selection/profiles.ts';
import { scripted, type ServerStep, simulate } from '../../src/selection/simulate.ts';
import { DEFAULT_VALUES } from '../../src/selection/values.ts';
import { meant } from './recorded-client.ts';

const SHARED = new URL('../../../shared/', import.meta.url);
const TRUTH = new URL('lab-captures/matrix/truth.jsonl', SHARED);
const OFFERS = new URL('oracle/samba-selection.json', SHARED);
const present = existsSync(TRUTH) && existsSync(OFFERS);

interface Observed { kind: string; selected_index?: number; selected_dialect?: string; status?: string }
interface Connection { client: string; negotiations: { offered: { proto: string; flags2?: number; dialects: string[] }; observed: Observed }[]; sequence: string[] }
interface Line { file: string; server: string; server_policy: { id: string; min?: string; max?: string; options?: string[] }; client: string; client_run: { offer?: string }; connections: Connection[] }

const SIMULATION = { transport: 'direct-tcp', values: DEFAULT_VALUES } as const;
/** Scripts, not clients: nmap closes after each question; impacket's was asked to log off at once. */
const SCRIPTS = /^(?:nmap|impacket)/;
/** What the reaction looks like on the wire. */
const SEEN: Record<string, string> = { 'second-negotiate': 'NEGOTIATE', 'session-setup': 'SESSION_SETUP', 'reset': 'end', 'close': 'end', 'wait': 'end', 'give-up': 'end' };

function policyOf({ server, server_policy: { id, min, max, options = [] } }: Line): Policy {
  if (server === 'samba') return { minDialect: min!, maxDialect: max!, options: Object.fromEntries(options.map((line) => line.split(' = ') as [string, string])) };
  return server === 'impacket' ? { options: { smb2support: id.endsWith('smb2') ? 'yes' : 'no' } } : {};
}

function observedWord({ kind, selected_index: index, selected_dialect: dialect, status }: Observed): string {
  switch (kind) {
    case 'smb1_response': return index === 0xffff || index === undefined ? 'smb1-none' : `smb1-selected ${index}`;
    case 'smb2_response': return dialect === '0x02ff' ? 'smb2-wildcard' : `smb2-dialect ${dialect}`;
    case 'smb1_error': case 'smb2_error': return `${kind.replace('_', '-')} ${status}`;
    default: return kind === 'no_reply' ? 'silence' : 'closed';
  }
}

function foretoldWord({ kind, index, status = 0, reply }: ServerStep): string {
  const code = reply?.kind === 'smb2-negotiate-response' ? reply.dialectRevision : 0;
  switch (kind) {
    case 'smb1-selected': return `${kind} ${index}`;
    case 'smb2-dialect': return `${kind} 0x${code.toString(16).padStart(4, '0')}`;
    case 'smb1-error': case 'smb2-error': return `${kind} 0x${status.toString(16).padStart(8, '0')}`;
    default: return kind;
  }
}

/** The client's next message behind its first negotiate, as a word; `end` where it or the server hung up. */
function nextOf({ sequence }: Connection): string {
  const first = sequence.findIndex((word) => word.startsWith('C:') && word.includes('NEGOTIATE'));
  const next = sequence.slice(first + 1).find((word) => word.startsWith('C:')) ?? 'C:FIN';
  return /^C:SMB[12]_(.*)$/.exec(next)?.[1] ?? 'end';
}

function lines(): Line[] {
  return readFileSync(TRUTH, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Line).filter(({ server }) => familyOf(server) !== undefined);
}

describe.skipIf(!present)('the matrix captures of Samba, impacket and awo00 (skipped where ../shared is absent)', () => {
  const rows = present ? lines() : [];
  const offers = new Map(present ? (JSON.parse(readFileSync(OFFERS, 'utf8')).offers as { id: string; steps: { request_hex: string }[] }[]).map(({ id, steps }) => [id, steps[0]!.request_hex]) : []);
  const differing = { answers: [] as string[], reactions: [] as string[] };
  let answers = 0;
  let reactions = 0;

  for (const row of rows) {
    const server = familyOf(row.server)!.server(policyOf(row));
    for (const connection of row.connections) {
      const [first] = connection.negotiations;
      if (first === undefined) continue;
      answers++;
      if (row.client.startsWith('raw')) {
        const bytes = new Uint8Array(Buffer.from(offers.get(row.client_run.offer!)!, 'hex'));
        const answer = simulate(scripted([bytes]), server, SIMULATION).find((step): step is ServerStep => step.from === 'server')!;
        if (foretoldWord(answer) !== observedWord(first.observed)) differing.answers.push(`${row.file}: ${observedWord(first.observed)} <> ${foretoldWord(answer)}`);
        continue;
      }
      const { offered } = first;
      const flags2 = offered.flags2 === undefined ? {} : { flags2: `0x${offered.flags2.toString(16).padStart(4, '0')}` };
      const [profile, settings] = meant({ client: row.client, request: { proto: offered.proto, dialects: offered.dialects, ...flags2 } });
      const live = liveClient(clientOffer(profileOf(profile)!.client!, settings), SIMULATION);
      let reaction: string | undefined;
      const steps = simulate((given) => {
        const write = live.writes(given);
        if (given !== null) reaction ??= live.reaction()?.does;
        return write;
      }, server, SIMULATION);
      const answer = steps.find((step): step is ServerStep => step.from === 'server')!;
      if (foretoldWord(answer) !== observedWord(first.observed)) differing.answers.push(`${row.file}: ${observedWord(first.observed)} <> ${foretoldWord(answer)}`);
      if (SCRIPTS.test(row.client)) continue;
      reactions++;
      if (SEEN[reaction ?? ''] !== nextOf(connection)) differing.reactions.push(`${row.file}: ${nextOf(connection)} <> ${reaction}`);
    }
  }

  it('have the first answer that is foretold for their policy', () => {
    expect(differing.answers).toEqual([]);
    expect(answers).toBeGreaterThan(1200);
  });

  it('have the client do next what is foretold', () => {
    // "client signing = off" against "server signing = mandatory": no setting of ours says that a client cannot sign.
    expect(differing.reactions).toEqual(['NT1-NT1-sign_mandatory__smbclient-NT1-sign-off.pcap: end <> session-setup']);
    expect(reactions).toBeGreaterThan(350);
  });
});

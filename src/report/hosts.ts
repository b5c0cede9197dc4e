import { DIALECT_WILDCARD, smb2DialectText } from '../negotiation/dialects.ts';
import type { Endpoint, Exchange, Role } from '../negotiation/exchange.ts';
import { likelyClient, type LikelyClass, likelyServer, together as narrowed } from '../selection/likely.ts';
import type { Smb1Use } from '../verdicts/verdict.ts';
import { DistinctCount } from './distinct-count.ts';
import type { JudgedConnection, JudgedSpecimen } from './judged-connection.ts';
import type { Host, HostSmb1 } from './schema.ts';

/** Hosts in one report; the others are counted. */
const HOSTS_REPORTED = 1000;
/** Names and dialects kept for one host: a hostile capture can send any number. */
const NAMES_KEPT = 16;
const DIALECTS_KEPT = 32;
/** Kinds of programs kept for one host in one role. */
const KINDS_KEPT = 16;

/** What connections show of a host in one role. `needs-it` is only a claim until the whole capture is known. */
const SIGN = { 'in-use': 1, 'needs-it': 2, selected: 4, 'offered-only-smb1': 8, offered: 16, decoy: 32, none: 64 } as const;
type Sign = keyof typeof SIGN;

/** What one connection, or all so far, say of a host in one role. Never changed: the hosts of one kind of traffic share it. */
interface Saying {
  /** SIGN bits. */
  readonly signs: number;
  /** The host showed SMB2 in this role. */
  readonly smb2: boolean;
  readonly offered: readonly string[];
  readonly dialect: string | null;
  /** An SMB2 dialect is above any SMB1 string. */
  readonly dialectCode: number;
  readonly names: readonly string[];
  /** What each connection of another kind says of who it is. */
  readonly kinds: readonly LikelyClass[];
}

interface HostRecord {
  readonly address: string;
  mac: string | null;
  asClient: Saying | null;
  asServer: Saying | null;
  connections: number;
}

/** Gathers what all connections say of each address, in bounded memory. */
export class HostTable {
  readonly #limit: number;
  readonly #hosts = new Map<string, HostRecord>();
  readonly #sayings = new WeakMap<JudgedSpecimen, Sayings>();
  /** Hosts that found no place. */
  readonly #beyond = new DistinctCount();

  constructor(limit: number) {
    this.#limit = limit;
  }

  observe(judged: JudgedConnection): void {
    const { client, server } = this.#sayingsOf(judged);
    this.#note(judged.client, 'client', client);
    this.#note(judged.server, 'server', server);
  }

  #sayingsOf({ alike, judgement, shape }: JudgedConnection): Sayings {
    if (alike === null) return sayingsOf(shape.exchange, judgement.smb1);
    let sayings = this.#sayings.get(alike.specimen);
    if (sayings === undefined) this.#sayings.set(alike.specimen, (sayings = sayingsOf(shape.exchange, judgement.smb1)));
    return sayings;
  }

  #note(end: Endpoint, role: Role, saying: Saying): void {
    const host = this.#host(end);
    if (host === undefined) return;
    host.connections += 1;
    if (role === 'client') host.asClient = together(host.asClient, saying);
    else host.asServer = together(host.asServer, saying);
  }

  /** Those that matter for SMB1 first; at most 1 000. */
  finish(probesBy: ReadonlyMap<string, number>): { hosts: Host[]; omitted: number } {
    for (const address of probesBy.keys()) this.#host({ address, mac: null });
    const weighed = [...this.#hosts.values()].map((record) => ({ record, weight: weightOf(record) }));
    weighed.sort((left, right) => right.weight - left.weight); // stable: else in order of appearance
    const hosts = weighed.slice(0, HOSTS_REPORTED).map(({ record }) => hostOf(record, probesBy.get(record.address) ?? 0));
    return { hosts, omitted: weighed.length - hosts.length + this.#beyond.count };
  }

  #host(end: Pick<Endpoint, 'address' | 'mac'>): HostRecord | undefined {
    let record = this.#hosts.get(end.address);
    if (record === undefined) {
      if (this.#hosts.size >= this.#limit) {
        this.#beyond.add(end.address);
        return undefined;
      }
      record = newRecord(end.address);
      this.#hosts.set(end.address, record);
    }
    record.mac ??= end.mac;
    return record;
  }
}

function newRecord(address: string): HostRecord {
  return { address, mac: null, asClient: null, asServer: null, connections: 0 };
}

/** What both say; the first of them where the second adds nothing. */
function together(known: Saying | null, said: Saying): Saying {
  if (known === null || known === said) return said;
  const offered = union(known.offered, said.offered, DIALECTS_KEPT);
  const names = union(known.names, said.names, NAMES_KEPT);
  const kinds = union(known.kinds, said.kinds, KINDS_KEPT);
  const higher = said.dialect !== null && (known.dialect === null || said.dialectCode > known.dialectCode);
  const adds = (said.signs & ~known.signs) !== 0 || (said.smb2 && !known.smb2) || higher || offered !== known.offered || names !== known.names || kinds !== known.kinds;
  if (!adds) return known;
  const { dialect, dialectCode } = higher ? said : known;
  return { signs: known.signs | said.signs, smb2: known.smb2 || said.smb2, offered, names, kinds, dialect, dialectCode };
}

/** The first list itself where the second adds nothing, or there is no more room. */
function union<T>(known: readonly T[], said: readonly T[], limit: number): readonly T[] {
  const more = said.filter((item) => !known.includes(item));
  return more.length === 0 || known.length >= limit ? known : [...new Set([...known, ...more])].slice(0, limit);
}

interface Sayings {
  readonly client: Saying;
  readonly server: Saying;
}

function sayingsOf(exchange: Exchange, smb1: Smb1Use): Sayings {
  const signs = roleSigns(smb1, exchange);
  const known = exchange.dialect !== null && exchange.dialectCode !== DIALECT_WILDCARD;
  const both = { dialect: known ? exchange.dialect : null, dialectCode: exchange.dialectCode ?? 0 };
  return {
    client: { ...both, signs: signs.client === null ? 0 : SIGN[signs.client], smb2: clientShowedSmb2(exchange), offered: [...new Set(offeredTexts(exchange))], names: named([exchange.netbios.calling]), kinds: kindsOf(likelyClient(exchange)) },
    server: { ...both, signs: signs.server === null ? 0 : SIGN[signs.server], smb2: serverShowedSmb2(exchange), offered: [], names: named(serverNames(exchange)), kinds: kindsOf(likelyServer(exchange)) },
  };
}

const kindsOf = (kind: LikelyClass | null): readonly LikelyClass[] => (kind === null ? [] : [kind]);

/** What the connection says of each side. A side that was not heard says nothing. */
function roleSigns(smb1: Smb1Use, exchange: Exchange): { client: Sign | null; server: Sign | null } {
  const answered = serverAnswered(exchange) ? 'none' : null;
  switch (smb1) {
    case 'in-use': return { client: 'in-use', server: 'in-use' };
    case 'selected': return { client: 'selected', server: 'selected' };
    case 'server-needs-it': return { client: 'decoy', server: 'needs-it' };
    case 'client-needs-it': return { client: 'needs-it', server: answered };
    case 'decoy': return { client: 'decoy', server: answered };
    case 'offered': return { client: exchange.offer.kind === 'smb1-only' ? 'offered-only-smb1' : 'offered', server: answered };
    case 'none': return { client: exchange.seenFrom.client ? 'none' : null, server: answered };
    default: return { client: null, server: null };
  }
}

/** A refusal of SMB1 is an answer too; a closed port and silence are none. */
function serverAnswered(exchange: Exchange): boolean {
  const kind = exchange.answer.kind;
  if (exchange.smb2Command !== null && exchange.seenFrom.server) return true;
  if (kind === 'reset' || kind === 'closed') return exchange.offer.packet !== null;
  return kind !== 'silence' && kind !== 'none' && kind !== 'not-captured' && kind !== 'malformed';
}

function clientShowedSmb2(exchange: Exchange): boolean {
  const kind = exchange.offer.kind;
  return kind === 'smb2-only' || kind === 'multi-protocol' || (exchange.smb2Command !== null && exchange.seenFrom.client) || exchange.transport === 'quic';
}

function serverShowedSmb2(exchange: Exchange): boolean {
  return exchange.smb2Success || exchange.wildcardPacket !== null || exchange.answer.kind.startsWith('smb2-') || (exchange.smb2Command !== null && exchange.seenFrom.server);
}

function offeredTexts({ offer }: Exchange): string[] {
  return [...(offer.smb1Dialects ?? []), ...(offer.smb2Dialects ?? []).map(smb2DialectText)].slice(0, DIALECTS_KEPT);
}

function serverNames(exchange: Exchange): (string | null)[] {
  const names = [exchange.netbios.called, exchange.quic?.sni ?? null];
  const response = exchange.smb1Response?.message;
  if (response?.kind === 'smb1-negotiate-response') names.push(response.nt?.serverName ?? null);
  const request = exchange.smb2Request?.message;
  if (request?.kind === 'smb2-negotiate-request') {
    for (const context of request.contexts) if (context.name === 'NETNAME') names.push(context.netName);
  }
  return names;
}

/** *SMBSERVER is what clients call that know no name. */
function named(names: readonly (string | null)[]): string[] {
  return names.filter((name): name is string => name !== null && name !== '' && name !== '*SMBSERVER').slice(0, NAMES_KEPT);
}

function hostOf({ address, mac, asClient, asServer, connections }: HostRecord, probes: number): Host {
  const highest = [asClient, asServer].reduce((best, one) => (one !== null && one.dialect !== null && (best?.dialect == null || one.dialectCode > best.dialectCode) ? one : best), null);
  return {
    address,
    mac,
    names: [...union(asClient?.names ?? [], asServer?.names ?? [], NAMES_KEPT)],
    roles: [...(asClient === null ? [] : ['client' as const]), ...(asServer === null ? [] : ['server' as const])],
    probes,
    smb1: { asClient: roleAnswer(asClient, 'offered'), asServer: roleAnswer(asServer, 'selected') },
    dialects: { offered: [...(asClient?.offered ?? [])], negotiatedHighest: highest?.dialect ?? null },
    likely: [...likelyAs('client', asClient), ...likelyAs('server', asServer)],
    connections,
  };
}

function likelyAs(as: Role, saying: Saying | null): Host['likely'] {
  return narrowed(saying?.kinds ?? []).map(({ profile, certainty }) => ({ profile, certainty, as }));
}

/**
 * The gravest sign decides. `needs-it` holds only where the host showed no SMB2 in this role anywhere: browser redirectors
 * and scanners send SMB1-only offers beside SMB2. `besideSmb2` is what remains of it then.
 */
function roleAnswer(saying: Saying | null, besideSmb2: HostSmb1): HostSmb1 {
  if (saying === null) return 'not-seen';
  const has = (sign: Sign): boolean => (saying.signs & SIGN[sign]) !== 0;
  if (has('in-use')) return 'in-use';
  if (has('needs-it') && !saying.smb2) return 'needs-it';
  if (has('selected')) return 'selected';
  if (has('needs-it')) return besideSmb2;
  if (has('offered-only-smb1')) return 'offered';
  if (has('decoy')) return 'decoy-only';
  if (has('offered')) return 'offered';
  return has('none') ? 'none' : 'not-seen';
}

const WEIGHTS: Readonly<Record<HostSmb1, number>> = { 'in-use': 6, 'needs-it': 5, selected: 4, offered: 3, 'decoy-only': 2, none: 1, 'not-seen': 0 };

function weightOf({ asClient, asServer }: HostRecord): number {
  const smb1 = Math.max(WEIGHTS[roleAnswer(asClient, 'offered')], WEIGHTS[roleAnswer(asServer, 'selected')]);
  return smb1 * 2 + (asClient === null && asServer === null ? 0 : 1);
}

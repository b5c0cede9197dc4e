import { DIALECT_WILDCARD, smb2DialectText } from '../negotiation/dialects.ts';
import type { Endpoint, Exchange, Role } from '../negotiation/exchange.ts';
import type { Smb1Use } from '../verdicts/verdict.ts';
import type { JudgedConnection, JudgedSpecimen } from './judged-connection.ts';
import type { Host, HostSmb1 } from './schema.ts';

/** Hosts in one report; the others are counted. */
const HOSTS_REPORTED = 1000;
/** Names and dialects kept for one host: a hostile capture can send any number. */
const NAMES_KEPT = 16;
const DIALECTS_KEPT = 32;

/** What one connection adds to a host in one role. `needs-it` is only a claim until the whole capture is known. */
type Sign = 'in-use' | 'needs-it' | 'selected' | 'offered-only-smb1' | 'offered' | 'decoy' | 'none';

/** What a connection says of the host on one of its sides. */
interface Saying {
  readonly sign: Sign | null;
  readonly smb2: boolean;
  readonly offered: readonly string[];
  readonly dialect: string | null;
  /** An SMB2 dialect is above any SMB1 string. */
  readonly dialectCode: number;
  readonly names: readonly string[];
}

interface RoleRecord {
  readonly signs: Set<Sign>;
  /** The host showed SMB2 in this role anywhere in the capture. */
  smb2: boolean;
  /** What was taken down last: most connections of a host say the same. */
  last: Saying | null;
}

interface HostRecord {
  readonly address: string;
  mac: string | null;
  readonly names: Set<string>;
  readonly roles: Set<Role>;
  readonly asClient: RoleRecord;
  readonly asServer: RoleRecord;
  readonly offered: Set<string>;
  highestCode: number;
  highest: string | null;
  connections: number;
}

/** Gathers what all connections say of each address, in bounded memory. */
export class HostTable {
  readonly #limit: number;
  readonly #hosts = new Map<string, HostRecord>();
  readonly #sayings = new WeakMap<JudgedSpecimen, Sayings>();
  #overflow = 0;

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
    const record = role === 'client' ? host.asClient : host.asServer;
    if (record.last === saying) return;
    record.last = saying;
    host.roles.add(role);
    if (saying.sign !== null) record.signs.add(saying.sign);
    record.smb2 ||= saying.smb2;
    for (const text of saying.offered) addBounded(host.offered, text, DIALECTS_KEPT);
    if (saying.dialect !== null && saying.dialectCode > host.highestCode) {
      host.highestCode = saying.dialectCode;
      host.highest = saying.dialect;
    }
    for (const name of saying.names) addBounded(host.names, name, NAMES_KEPT);
  }

  /** Those that matter for SMB1 first; at most 1 000. */
  finish(probesBy: ReadonlyMap<string, number>): { hosts: Host[]; omitted: number } {
    for (const address of probesBy.keys()) this.#host({ address, mac: null });
    const hosts = [...this.#hosts.values()].map((record) => hostOf(record, probesBy.get(record.address) ?? 0));
    hosts.sort((left, right) => weight(right) - weight(left)); // stable: else in order of appearance
    const kept = hosts.slice(0, HOSTS_REPORTED);
    return { hosts: kept, omitted: hosts.length - kept.length + this.#overflow };
  }

  #host(end: Pick<Endpoint, 'address' | 'mac'>): HostRecord | undefined {
    let record = this.#hosts.get(end.address);
    if (record === undefined) {
      if (this.#hosts.size >= this.#limit) {
        this.#overflow += 1;
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
  return {
    address, mac: null, names: new Set(), roles: new Set(),
    asClient: { signs: new Set(), smb2: false, last: null }, asServer: { signs: new Set(), smb2: false, last: null },
    offered: new Set(), highestCode: -1, highest: null, connections: 0,
  };
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
    client: { ...both, sign: signs.client, smb2: clientShowedSmb2(exchange), offered: offeredTexts(exchange), names: named([exchange.netbios.calling]) },
    server: { ...both, sign: signs.server, smb2: serverShowedSmb2(exchange), offered: [], names: named(serverNames(exchange)) },
  };
}

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
  return names.filter((name): name is string => name !== null && name !== '' && name !== '*SMBSERVER');
}

function addBounded(set: Set<string>, value: string, limit: number): void {
  if (set.size < limit) set.add(value);
}

function hostOf(record: HostRecord, probes: number): Host {
  return {
    address: record.address,
    mac: record.mac,
    names: [...record.names],
    roles: [...record.roles].toSorted(),
    probes,
    smb1: { asClient: roleAnswer(record.asClient, 'offered'), asServer: roleAnswer(record.asServer, 'selected') },
    dialects: { offered: [...record.offered], negotiatedHighest: record.highest },
    connections: record.connections,
  };
}

/**
 * The gravest sign decides. `needs-it` holds only where the host showed no SMB2 in this role anywhere: browser redirectors
 * and scanners send SMB1-only offers beside SMB2. `besideSmb2` is what remains of it then.
 */
function roleAnswer({ signs, smb2 }: RoleRecord, besideSmb2: HostSmb1): HostSmb1 {
  if (signs.has('in-use')) return 'in-use';
  if (signs.has('needs-it') && !smb2) return 'needs-it';
  if (signs.has('selected')) return 'selected';
  if (signs.has('needs-it')) return besideSmb2;
  if (signs.has('offered-only-smb1')) return 'offered';
  if (signs.has('decoy')) return 'decoy-only';
  if (signs.has('offered')) return 'offered';
  return signs.has('none') ? 'none' : 'not-seen';
}

const WEIGHTS: Readonly<Record<HostSmb1, number>> = { 'in-use': 6, 'needs-it': 5, selected: 4, offered: 3, 'decoy-only': 2, none: 1, 'not-seen': 0 };

function weight(host: Host): number {
  return Math.max(WEIGHTS[host.smb1.asClient], WEIGHTS[host.smb1.asServer]) * 2 + (host.roles.length > 0 ? 1 : 0);
}

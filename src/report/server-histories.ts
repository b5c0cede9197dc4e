import { toHex } from '../bytes/text.ts';
import { judgeHost } from '../findings/judge.ts';
import type { PresentFinding } from '../findings/finding.ts';
import { ServerHistory, type Sighting } from '../findings/server-history.ts';
import { offersSmb2 } from '../negotiation/dialects.ts';
import type { Exchange } from '../negotiation/exchange.ts';
import type { Foresight } from './foresight.ts';
import type { JudgedConnection, JudgedSpecimen } from './judged-connection.ts';

const DIALECT = { wildcard: 0x02ff, smb202: 0x0202, smb302: 0x0302, smb311: 0x0311 } as const;

/** What the connections of each server show together: for findings that no single one shows. */
export class ServerHistories {
  readonly #limit: number;
  readonly #foresight: Foresight;
  readonly #histories = new Map<string, ServerHistory>();
  readonly #sightings = new WeakMap<JudgedSpecimen, Sighting | 'nothing'>();

  /** @param limit servers remembered; those of later ones are judged by each connection alone. */
  constructor(limit: number, foresight: Foresight) {
    this.#limit = limit;
    this.#foresight = foresight;
  }

  observe(judged: JudgedConnection): void {
    const sighting = this.#sightingOf(judged);
    if (sighting === null) return;
    const { address } = judged.server;
    let history = this.#histories.get(address);
    if (history === undefined) {
      if (this.#histories.size >= this.#limit) return;
      this.#histories.set(address, (history = new ServerHistory()));
    }
    history.add({ ...sighting, packet: judged.packetOf(sighting.packet) });
  }

  findingsOf(address: string): PresentFinding[] {
    const history = this.#histories.get(address);
    return history === undefined ? [] : judgeHost(history);
  }

  /** Servers with each finding, listed or not. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const history of this.#histories.values()) for (const { id } of judgeHost(history)) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }

  #sightingOf(judged: JudgedConnection): Sighting | null {
    const { alike, shape } = judged;
    if (alike === null) return sightingIn(shape.exchange, () => this.#isSamba(judged));
    let sighting = this.#sightings.get(alike.specimen);
    if (sighting === undefined) this.#sightings.set(alike.specimen, (sighting = sightingIn(shape.exchange, () => this.#isSamba(judged)) ?? 'nothing'));
    return sighting === 'nothing' ? null : sighting;
  }

  #isSamba(judged: JudgedConnection): boolean {
    const { candidates } = this.#foresight.explain(judged);
    return candidates.length > 0 && candidates.every(({ profile }) => profile.family === 'samba');
  }
}

/** Null where the connection shows nothing of the kind. */
function sightingIn(exchange: Exchange, isSamba: () => boolean): Sighting | null {
  const { offer, answer, smb2Success, smb2Offered, wildcardPacket, transport } = exchange;
  const smb2 = smb2Success || wildcardPacket !== null;
  const packet = answer.packet ?? wildcardPacket;
  const strings = offer.smb1Dialects ?? [];
  const smb1 = answer.kind === 'smb1-selected' && answer.dialect !== null && strings.some(offersSmb2) ? answer.dialect : null;
  if (packet === null || (!smb2 && smb1 === null)) return null;
  const answered = answer.kind === 'smb2-dialect' && smb2Offered === true ? answer.dialectCode : null;
  const offered = offeredIn(offer.smb2Dialects ?? [], strings);
  const isCapped = transport === 'netbios' && answered !== null && answered < DIALECT.smb311 && offered.includes(DIALECT.smb311);
  return { packet, answered, offered, smb1, smb2, limit: isCapped && !isSamba() ? DIALECT.smb302 : DIALECT.smb311, clientGuid: clientGuidOf(exchange) };
}

/** The SMB2 step says all; without one the strings do. */
function offeredIn(codes: readonly number[], strings: readonly string[]): readonly number[] {
  if (codes.length > 0) return codes;
  return [...(strings.includes('SMB 2.002') ? [DIALECT.smb202] : []), ...(strings.includes('SMB 2.???') ? [DIALECT.wildcard] : [])];
}

/** Zeros and text are no client's own. */
function clientGuidOf({ smb2Request }: Exchange): string | null {
  const request = smb2Request?.message;
  if (request?.kind !== 'smb2-negotiate-request') return null;
  const { clientGuid } = request;
  return clientGuid.every((byte) => byte === 0) || clientGuid.every((byte) => byte > 0x20 && byte < 0x7f) ? null : toHex(clientGuid);
}

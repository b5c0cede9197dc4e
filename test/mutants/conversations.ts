/** Conversations of one client and one server that no lab has to record: every offer, every answer, every way on, packet by packet. */
import { tcpPacket } from '../build/packet.ts';
import {
  nbss, smb1Command, smb1NegotiateRequest, smb1NegotiateResponse, smb2Command, smb2Error, smb2NegotiateRequest, smb2NegotiateResponse, SIX_DIALECTS,
} from '../build/smb.ts';
import type { Editable, Packet } from './edit-capture.ts';
import type { Dice } from './mutations.ts';

/** What one offer may be answered with, and the protocol of the commands that may follow. */
interface Answer { readonly name: string; readonly bytes: () => Uint8Array; readonly leadsTo: 'SMB1' | 'SMB2' | 'second step' | 'none' }
interface Offer { readonly name: string; readonly bytes: () => Uint8Array; readonly answers: readonly Answer[] }

const NOTHING: Answer = { name: 'nothing', bytes: () => new Uint8Array(0), leadsTo: 'none' };
const INDEX_0: Answer = { name: 'index 0', bytes: () => smb1NegotiateResponse(), leadsTo: 'SMB1' };
const LANMAN: Answer = { name: 'index 4, LANMAN', bytes: () => smb1NegotiateResponse({ wordCount: 13, index: 4 }), leadsTo: 'SMB1' };
const NONE: Answer = { name: 'none', bytes: () => smb1NegotiateResponse({ wordCount: 1, index: 0xffff }), leadsTo: 'none' };
const SMB1_ERROR: Answer = { name: 'SMB1 error', bytes: () => smb1NegotiateResponse({ wordCount: 0 }), leadsTo: 'none' };
const WILDCARD: Answer = { name: '0x02FF', bytes: () => smb2NegotiateResponse({ dialect: 0x02ff }), leadsTo: 'second step' };
const smb2Answers = (messageId: bigint, ...dialects: readonly number[]): Answer[] => [
  ...dialects.map((dialect): Answer => ({ name: dialect.toString(16), bytes: () => smb2NegotiateResponse({ dialect, messageId }), leadsTo: 'SMB2' })),
  { name: 'not supported', bytes: () => smb2Error(0xc00000bb, { messageId }), leadsTo: 'none' },
  { name: 'invalid parameter', bytes: () => smb2Error(0xc000000d, { messageId }), leadsTo: 'none' },
  NOTHING,
];
const OFFERS: readonly Offer[] = [
  { name: 'NT LM 0.12', bytes: () => smb1NegotiateRequest({ dialects: ['NT LM 0.12'] }), answers: [INDEX_0, NONE, SMB1_ERROR, NOTHING] },
  { name: 'six old', bytes: () => smb1NegotiateRequest({ dialects: SIX_DIALECTS }), answers: [INDEX_0, LANMAN, NONE, SMB1_ERROR, NOTHING] },
  { name: 'with SMB 2.???', bytes: () => smb1NegotiateRequest(), answers: [INDEX_0, NONE, WILDCARD, WILDCARD, ...smb2Answers(0n, 0x0202)] },
  { name: 'with SMB 2.002', bytes: () => smb1NegotiateRequest({ dialects: ['NT LM 0.12', 'SMB 2.002'] }), answers: [INDEX_0, NONE, ...smb2Answers(0n, 0x0202)] },
  { name: 'five SMB2', bytes: () => smb2NegotiateRequest(), answers: smb2Answers(0n, 0x0311, 0x0302, 0x0202) },
  { name: '2.0.2', bytes: () => smb2NegotiateRequest({ dialects: [0x0202] }), answers: smb2Answers(0n, 0x0202, 0x0210) },
];
const SECOND_STEP: Offer = { name: 'second step', bytes: () => smb2NegotiateRequest({ messageId: 1n }), answers: smb2Answers(1n, 0x0311, 0x0210) };

const AGAIN: readonly Answer[] = [NOTHING, { name: 'invalid parameter', bytes: () => smb2Error(0xc000000d), leadsTo: 'none' }];

const COMMANDS = {
  SMB1: [() => smb1Command(0x73), () => smb1Command(0x73, { response: true })],
  SMB2: [() => smb2Command(1), () => smb2Command(1, { response: true })],
} as const;
const ENDS = ['client closes', 'server closes', 'client resets', 'server resets', 'client closes, server resets', 'nothing', 'long wait'] as const;

export interface Peer { readonly port: number; readonly address: string; sent: number; got: number }

/** Writes what two TCP peers would send. */
export class Wire {
  readonly packets: Packet[] = [];
  readonly client: Peer;
  readonly server: Peer;
  #micros = 0;

  constructor(serverPort: number) {
    this.client = { port: 50_000, address: '10.0.0.5', sent: 1000, got: 9000 };
    this.server = { port: serverPort, address: '10.0.0.9', sent: 9000, got: 1000 };
  }

  wait(seconds: number): void {
    this.#micros += seconds * 1_000_000;
  }

  send(from: Peer, flags: string, payload: Uint8Array = new Uint8Array(0)): void {
    const to = from === this.client ? this.server : this.client;
    const bytes = tcpPacket({
      source: from.address, destination: to.address, sourcePort: from.port, destinationPort: to.port,
      sequence: from.sent, acknowledgment: flags.includes('A') ? from.got : 0, flags, payload,
    });
    from.sent += payload.length + (/[SF]/.test(flags) ? 1 : 0);
    this.#micros += 1000;
    this.packets.push({ seconds: 1_600_000_000 + Math.floor(this.#micros / 1_000_000), micros: this.#micros % 1_000_000, bytes, originalLength: bytes.length });
  }

  /** What `to` has received by now; its next packet acknowledges it. */
  arrive(to: Peer): void {
    to.got = (to === this.client ? this.server : this.client).sent;
  }

  handshake(): void {
    this.send(this.client, 'S');
    this.arrive(this.server);
    this.send(this.server, 'SA');
    this.arrive(this.client);
    this.send(this.client, 'A');
  }

  say(from: Peer, payload: Uint8Array, acknowledged: boolean): void {
    if (payload.length === 0) return;
    this.send(from, 'PA', payload);
    const to = from === this.client ? this.server : this.client;
    this.arrive(to);
    if (acknowledged) this.send(to, 'A');
  }
}

function end(wire: Wire, how: (typeof ENDS)[number], dice: Dice): void {
  const { client, server } = wire;
  const close = (first: Peer, second: Peer): void => {
    wire.send(first, 'FA');
    wire.arrive(second);
    if (dice.below(2) === 0) wire.send(second, 'A');
    wire.send(second, 'FA');
    wire.arrive(first);
    wire.send(first, 'A');
  };
  if (dice.below(6) === 0) wire.wait(7);
  switch (how) {
    case 'client closes': close(client, server); return;
    case 'server closes': close(server, client); return;
    case 'client resets': wire.send(client, dice.below(2) === 0 ? 'R' : 'RA'); return;
    case 'server resets': wire.send(server, dice.below(2) === 0 ? 'R' : 'RA'); return;
    case 'client closes, server resets': wire.send(client, 'FA'); wire.arrive(server); wire.send(server, 'RA'); return;
    case 'long wait':
      wire.wait(10);
      wire.send(client, 'A');
      wire.send(server, 'A');
      return;
    case 'nothing': return;
  }
}

export interface Conversation extends Editable { readonly name: string }

/** One negotiation or, where `several`, up to three on one connection; perhaps a command; an end. */
export function conversation(dice: Dice, several: boolean): Conversation {
  const netbios = dice.below(5) === 0;
  const wire = new Wire(netbios ? 139 : 445);
  const { client, server } = wire;
  const told: string[] = [];
  const sometimes = (one: number): boolean => dice.below(one) === 0;
  wire.handshake();
  let open = true;
  if (netbios) {
    open = !sometimes(6);
    wire.say(client, nbss.sessionRequest(), true);
    wire.say(server, open ? nbss.positive() : nbss.negative(), sometimes(2));
    told.push(open ? 'session' : 'session refused');
  }
  let next: Answer['leadsTo'] = 'none';
  let before: Answer['leadsTo'] = 'none';
  const negotiations = !open ? 0 : several ? 2 + dice.below(2) : sometimes(8) ? 0 : 1;
  for (let steps = 0, done = 0; done < negotiations && steps < 8; steps++) {
    const offer = next === 'second step' && !sometimes(4) ? SECOND_STEP : dice.pick(OFFERS);
    if (next === 'second step' && offer !== SECOND_STEP && !several) break; // the client leaves
    // Once SMB2 is spoken no server negotiates again; from SMB1 some go on to SMB2.
    const answer: Answer = dice.pick(before === 'SMB2' ? AGAIN : before === 'SMB1' ? offer.answers.filter((one) => one.leadsTo !== 'SMB1') : offer.answers);
    told.push(offer.name, answer.name);
    wire.say(client, offer.bytes(), sometimes(2));
    if (sometimes(8)) wire.wait(7);
    wire.say(server, answer.bytes(), sometimes(2));
    next = answer.leadsTo;
    if (next === 'SMB1' || next === 'SMB2') before = next;
    if (next !== 'second step') done++;
    if (answer === NOTHING) break;
  }
  if ((next === 'SMB1' || next === 'SMB2') && !sometimes(3)) {
    told.push(`${next} command`);
    wire.say(client, COMMANDS[next][0](), sometimes(2));
    if (!sometimes(3)) wire.say(server, COMMANDS[next][1](), sometimes(2));
  }
  const how = dice.pick(ENDS);
  told.push(how);
  end(wire, how, dice);
  return { name: told.join(', '), linkType: 1, packets: wire.packets };
}

/** Other orders in which a network, or a span port, may show the same packets. */
import { tcpOf, type Packet, type TcpView } from './edit-capture.ts';
import type { Dice } from './mutations.ts';

const SYN = 0x02;
const RST = 0x04;
const FIN = 0x01;
const ACK = 0x10;

/** Numbers of the sequence space that it takes: data, SYN and FIN. */
function lengthOf(tcp: TcpView): number {
  return tcp.end - tcp.payload + ((tcp.flags & SYN) !== 0 ? 1 : 0) + ((tcp.flags & FIN) !== 0 ? 1 : 0);
}

export interface Order {
  /** No packet moves past more others. */
  readonly window: number;
  /** Only packets of the same sender change places; else of both, but never before a packet that they acknowledge. */
  readonly oneDirection: boolean;
  /** Resets stay where they are, as SYNs do. */
  readonly resetsStay: boolean;
}

/** The later of two packets cannot have been sent, or not to the same effect, before the earlier. */
function depends(later: TcpView, earlier: TcpView, resetsStay: boolean): boolean {
  if (((later.flags | earlier.flags) & (resetsStay ? SYN | RST : SYN)) !== 0) return true;
  if (later.source === earlier.source) return false;
  if (later.source !== earlier.destination || (later.flags & ACK) === 0) return false;
  return lengthOf(earlier) > 0 && ((later.acknowledgment - earlier.sequence) | 0) > 0;
}

/** The packets in a random other order. What is no plain TCP stays. */
export function reordered(packets: readonly Packet[], linkType: number, dice: Dice, { window, oneDirection, resetsStay }: Order): Packet[] {
  const left = packets.map((packet, place) => ({ packet, place, tcp: tcpOf(packet, linkType) }));
  const out: Packet[] = [];
  while (left.length > 0) {
    const [first] = left;
    const free: number[] = [0];
    for (let at = 1; at < Math.min(window, left.length); at++) {
      const { tcp, place } = left[at]!;
      if (tcp === null || place - out.length >= window) continue;
      const before = left.slice(0, at);
      const blocked = before.some((one) => one.tcp === null || depends(tcp, one.tcp, resetsStay) || (oneDirection && one.tcp.source !== tcp.source));
      if (!blocked) free.push(at);
    }
    // The first may not be overtaken for ever.
    const chosen = out.length - first!.place >= window ? 0 : dice.pick(free);
    out.push(left.splice(chosen, 1)[0]!.packet);
  }
  return out;
}

/** Some packets a second time, up to `window` packets later; SYNs and resets directly behind the first. */
export function repeated(packets: readonly Packet[], linkType: number, dice: Dice, window: number): Packet[] {
  const placed = packets.map((packet, place) => ({ packet, place }));
  for (const [place, packet] of packets.entries()) {
    if (dice.below(3) !== 0) continue;
    const tcp = tcpOf(packet, linkType);
    const late = tcp === null || (tcp.flags & (SYN | RST)) !== 0 ? 0 : dice.below(window);
    placed.push({ packet, place: place + late + 0.5 });
  }
  return placed.toSorted((a, b) => a.place - b.place).map(({ packet }) => packet);
}

import type { Packet } from './packet.ts';
import type { Transport } from './segment.ts';

/** Copies what the layers below TCP and UDP said, and the payload that starts at `payloadStart`. */
export function fillTransport(transport: Transport, packet: Packet, payloadStart: number): void {
  // A header whose options were cut has no captured payload.
  const start = payloadStart > packet.end ? packet.end : payloadStart;
  const length = packet.wireEnd - payloadStart;
  if (packet.end - start < length) packet.cut = true;
  transport.bytes = packet.bytes;
  transport.view = packet.view;
  transport.payloadStart = start;
  transport.payloadEnd = packet.end;
  transport.payloadLength = length;
  transport.number = packet.number;
  transport.timed = packet.timed;
  transport.seconds = packet.seconds;
  transport.nanos = packet.nanos;
  transport.ipVersion = packet.ipVersion;
  transport.source0 = packet.source0;
  transport.source1 = packet.source1;
  transport.source2 = packet.source2;
  transport.source3 = packet.source3;
  transport.destination0 = packet.destination0;
  transport.destination1 = packet.destination1;
  transport.destination2 = packet.destination2;
  transport.destination3 = packet.destination3;
  transport.ttl = packet.ttl;
  transport.sourceMac = packet.sourceMac;
}

/**
 * One record of the capture. The reader owns the one instance and refills it: it is valid only during the call
 * that hands it out, so that nothing is allocated per packet.
 */
export class Frame {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  /** The captured bytes are [start, end) of `bytes`. */
  start = 0;
  end = 0;
  /** Length of the packet on the wire; more than captured when the capture cut it (snaplen). */
  originalLength = 0;
  /** Wireshark's number: the first packet is 1; goes on over the pieces of one capture. */
  number = 0;
  /** Time since 1970-01-01 UTC. `timed` is false where the packet carries no time (pcapng simple packets). */
  timed = false;
  seconds = 0;
  nanos = 0;
  /** LINKTYPE_ number of this packet. */
  linkType = 1;
  /** Offset of the record's header in the decompressed bytes of its file. */
  offset = 0;
}

/** Takes each packet as it is read. */
export interface FrameSink {
  frame(frame: Frame): void;
}

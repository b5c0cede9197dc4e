/** What is known of a flow, beside its few words in the table. */
export const STATE_FREE = 0;
/** Remembered in these few words only. */
export const STATE_COMPACT = 1;
/** Has a TcpConnection. */
export const STATE_ACTIVE = 2;
/** Judged, or of another protocol: skipped until a new SYN. */
export const STATE_DONE = 3;

/** Bits of a compact entry. */
export const BIT_SYN_0 = 1; // side 0's initial sequence number is known
export const BIT_NOT_SMB_0 = 4; // side 0's first bytes are another protocol
export const BIT_INITIATOR_0 = 16; // side 0 sent the SYN without ACK

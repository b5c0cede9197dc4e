import { fromHex } from '../bytes/text.ts';

/** What is random or local in real messages: fixed unless given, so that the same question has the same bytes. */
export interface Values {
  /** FILETIME: 100 ns since 1601-01-01 UTC. [MS-DTYP] 2.3.3 */
  readonly time: bigint;
  /** Null: what the family makes of the server's name. */
  readonly serverGuid: Uint8Array | null;
  readonly serverName: string;
  readonly domain: string;
  /** Salt of the preauth context, 32 bytes. */
  readonly salt: Uint8Array;
  /** NTLM or LANMAN challenge of an SMB1 answer, 8 bytes. */
  readonly challenge: Uint8Array;
  /** SMB1 SessionKey; Samba puts its process id there. */
  readonly sessionKey: number;
  readonly clientGuid: Uint8Array;
  /** NetBIOS name of the client, in a session request. */
  readonly clientName: string;
  /** Of clients that send their real one. */
  readonly processId: number;
  /** MID of clients whose SMB1 requests do not begin with a fixed one. */
  readonly multiplexId: number;
  /** What a client calls the server: the NETNAME context. */
  readonly target: string;
}

/** 2020-01-01 00:00:00 UTC, documentation names, and bytes that show themselves as invented. */
export const DEFAULT_VALUES: Values = {
  time: 132_223_104_000_000_000n,
  serverGuid: null,
  serverName: 'SERVER',
  domain: 'WORKGROUP',
  salt: Uint8Array.from({ length: 32 }, (_, index) => index),
  challenge: fromHex('0102030405060708'),
  sessionKey: 1,
  clientGuid: fromHex('c11e47c11e47c11ec11e47c11e47c11e'),
  clientName: 'CLIENT',
  processId: 4242,
  multiplexId: 64,
  target: '198.51.100.1',
};

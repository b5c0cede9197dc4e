import type { Writer } from './writer.ts';

/** A negotiate context by its fields, as the decoder names them. [MS-SMB2] 2.2.3.1 */
export type ContextFields = ContextBody & {
  /** Bytes behind the fields that DataLength counts too, as libsmb2 and the Linux kernel leave them. */
  readonly slack?: number;
};

type ContextBody =
  | { readonly name: 'PREAUTH_INTEGRITY'; readonly hashAlgorithms: readonly number[]; readonly salt: Uint8Array }
  | { readonly name: 'ENCRYPTION'; readonly ciphers: readonly number[] }
  | { readonly name: 'COMPRESSION'; readonly flags: number; readonly algorithms: readonly number[] }
  | { readonly name: 'NETNAME'; readonly netName: string }
  | { readonly name: 'TRANSPORT'; readonly flags: number }
  | { readonly name: 'RDMA_TRANSFORM'; readonly transformIds: readonly number[] }
  | { readonly name: 'SIGNING'; readonly signingAlgorithms: readonly number[] }
  | { readonly name: 'POSIX_EXTENSIONS'; readonly data: Uint8Array }
  | { readonly name: 'UNKNOWN'; readonly type: number; readonly data: Uint8Array };

const TYPES = {
  PREAUTH_INTEGRITY: 1, ENCRYPTION: 2, COMPRESSION: 3, NETNAME: 5, TRANSPORT: 6, RDMA_TRANSFORM: 7, SIGNING: 8, POSIX_EXTENSIONS: 0x100,
} as const;

/** Each context on an 8-byte boundary counted from the header; behind the last there is no padding. */
export function writeContexts(out: Writer, contexts: readonly ContextFields[], padding = 0): void {
  for (const context of contexts) {
    out.align(8, padding);
    const at = out.length;
    out.u16(context.name === 'UNKNOWN' ? context.type : TYPES[context.name]).u16(0).u32(0);
    writeBody(out, context);
    out.zeros(context.slack ?? 0);
    out.setU16(at + 2, out.length - at - 8);
  }
}

function writeBody(out: Writer, context: ContextBody): void {
  switch (context.name) {
    case 'PREAUTH_INTEGRITY':
      out.u16(context.hashAlgorithms.length).u16(context.salt.length).u16s(context.hashAlgorithms).bytes(context.salt);
      return;
    case 'ENCRYPTION':
      out.u16(context.ciphers.length).u16s(context.ciphers);
      return;
    case 'COMPRESSION':
      out.u16(context.algorithms.length).u16(0).u32(context.flags).u16s(context.algorithms);
      return;
    case 'NETNAME':
      out.utf16(context.netName);
      return;
    case 'TRANSPORT':
      out.u32(context.flags);
      return;
    case 'RDMA_TRANSFORM':
      out.u16(context.transformIds.length).u16(0).u32(0).u16s(context.transformIds);
      return;
    case 'SIGNING':
      out.u16(context.signingAlgorithms.length).u16s(context.signingAlgorithms);
      return;
    case 'POSIX_EXTENSIONS':
    case 'UNKNOWN':
      out.bytes(context.data);
  }
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const TSHARK = '/usr/bin/tshark';

/** One item of tshark's tree. Positions count from the 4-byte prefix. */
export interface PdmlField { readonly name: string; readonly at: number; readonly size: number; readonly show: string; readonly value: string }

/** One transport message as tshark dissected it. */
export interface PdmlMessage { readonly packet: number; readonly bytes: Uint8Array; readonly fields: readonly PdmlField[] }

interface Element { readonly tag: string; readonly attributes: Readonly<Record<string, string>>; readonly children: Element[] }

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const unescape = (text: string): string => text.replace(/&(\w+);/g, (all, name: string) => ENTITIES[name] ?? all);

/** PDML has elements and attributes only. */
function parse(xml: string): Element {
  const root: Element = { tag: 'root', attributes: {}, children: [] };
  const open = [root];
  for (const [, closing, tag = '', rest = '', empty] of xml.matchAll(/<(\/?)([\w]+)((?:\s[\w.-]+="[^"]*")*)\s*(\/?)>/g)) {
    if (closing === '/') {
      open.pop();
      continue;
    }
    const attributes = Object.fromEntries([...rest.matchAll(/([\w.-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, unescape(value)]));
    const element: Element = { tag, attributes, children: [] };
    open.at(-1)?.children.push(element);
    if (empty !== '/') open.push(element);
  }
  return root;
}

const attribute = (element: Element, name: string): string => element.attributes[name] ?? '';
const position = (element: Element): number => Number(attribute(element, 'pos'));
const size = (element: Element): number => Number(attribute(element, 'size'));

function* walk(element: Element): Generator<Element> {
  for (const child of element.children) {
    // What was decrypted or unpacked has positions of its own.
    if (/^(?:Decrypted|Decompressed)/.test(attribute(child, 'show'))) continue;
    yield child;
    yield* walk(child);
  }
}

const fromHex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** Bytes that positions may count in: the packet's payload, or what several packets make together. */
function buffersOf(packet: Element): { readonly start: number; readonly bytes: Uint8Array }[] {
  const found = [...walk(packet)].filter((element) => ['tcp.payload', 'tcp.reassembled.data'].includes(attribute(element, 'name')));
  return found.map((element) => ({ start: attribute(element, 'name') === 'tcp.payload' ? position(element) : 0, bytes: fromHex(attribute(element, 'value')) }));
}

const isOver = (bytes: Uint8Array, length: number): boolean => bytes.length === length && ((bytes[1] ?? 0) << 16 | (bytes[2] ?? 0) << 8 | (bytes[3] ?? 0)) + 4 === length;

/** The messages of one packet whose bytes can be had. */
function messagesOf(packet: Element): PdmlMessage[] {
  const number = Number(packet.children[0]?.children.find((element) => attribute(element, 'name') === 'num')?.attributes['show'] ?? 0);
  const buffers = buffersOf(packet);
  const starts = packet.children.flatMap((element, index) => (attribute(element, 'name') === 'nbss' ? [index] : []));
  return starts.flatMap((start, index) => {
    const protocols = packet.children.slice(start, starts[index + 1]);
    const [nbss] = protocols;
    if (nbss === undefined) return [];
    const at = position(nbss);
    const bytes = buffers.map((buffer) => buffer.bytes.subarray(at - buffer.start, at - buffer.start + size(nbss))).find((slice, which) => at >= (buffers[which]?.start ?? 0) && isOver(slice, size(nbss)));
    if (bytes === undefined) return [];
    const fields = protocols.flatMap((protocol) => [...walk(protocol)]).filter((element) => attribute(element, 'hide') !== 'yes' && attribute(element, 'name').includes('.')).map((element) => (
      { name: attribute(element, 'name'), at: position(element) - at, size: size(element), show: attribute(element, 'show'), value: attribute(element, 'unmaskedvalue') || attribute(element, 'value') }));
    return [{ packet: number, bytes, fields }];
  });
}

const run = promisify(execFile);

/** What tshark makes of the SMB messages of a capture; names of services and hosts are left alone. */
export async function pdmlMessages(file: string, filter = 'nbss'): Promise<PdmlMessage[]> {
  const options = ['-n', '-Y', filter, '-T', 'pdml', '-o', 'smb2.eosmb2_take_name_as_fid:false'];
  const result = await run(TSHARK, ['-r', file, ...options], { maxBuffer: 1 << 29 }).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }));
  return parse(result.stdout ?? '').children[0]?.children.flatMap(messagesOf) ?? [];
}

/** Every display filter name that this tshark has. */
export async function filterNames(): Promise<Set<string>> {
  const { stdout } = await run(TSHARK, ['-G', 'fields'], { maxBuffer: 1 << 28 });
  return new Set(stdout.split('\n').filter((line) => line.startsWith('F\t')).map((line) => line.split('\t')[2] ?? ''));
}

/** The names that tshark has for the values of one field. */
export async function valueNames(field: string): Promise<Map<number, string>> {
  const { stdout } = await run(TSHARK, ['-G', 'values'], { maxBuffer: 1 << 28 });
  return new Map(stdout.split('\n').filter((line) => line.startsWith(`V\t${field}\t`)).map((line) => {
    const [, , value = '', name = ''] = line.split('\t');
    return [Number(value) >>> 0, name];
  }));
}

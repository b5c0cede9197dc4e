import { fromHex, guidText, toHex } from '../../bytes/text.ts';
import { DEFAULT_VALUES, type Values } from '../../selection/values.ts';
import { HttpProblem } from '../errors.ts';
import type { ValuesInput } from './schema.ts';

const SECONDS_TO_1970 = 11_644_473_600n;
const TICKS = 10_000_000n;

/** The values of a request, checked, over those that are fixed. */
export function readValues(given: ValuesInput | undefined): Values {
  if (given === undefined) return DEFAULT_VALUES;
  const { time, serverGuid, salt, challenge, clientGuid, ...plain } = given;
  return {
    ...DEFAULT_VALUES,
    ...withoutUndefined(plain),
    ...(time !== undefined && { time: filetime(time) }),
    ...(serverGuid !== undefined && { serverGuid: guid(serverGuid, 'values.serverGuid') }),
    ...(clientGuid !== undefined && { clientGuid: guid(clientGuid, 'values.clientGuid') }),
    ...(salt !== undefined && { salt: hexBytes(salt, 'values.salt', 1, 1024) }),
    ...(challenge !== undefined && { challenge: hexBytes(challenge, 'values.challenge', 8, 8) }),
  };
}

/** As they were used, to be given back. */
export function valuesText(values: Values): Record<string, string | number> {
  return {
    time: new Date(unixMilliseconds(values)).toISOString(),
    ...(values.serverGuid !== null && { serverGuid: guidText(values.serverGuid) }),
    serverName: values.serverName, domain: values.domain, salt: toHex(values.salt), challenge: toHex(values.challenge), sessionKey: values.sessionKey,
    clientGuid: guidText(values.clientGuid), clientName: values.clientName, processId: values.processId, multiplexId: values.multiplexId, target: values.target,
  };
}

/** Milliseconds since 1970. */
export function unixMilliseconds({ time }: Values): number {
  return Number((time - SECONDS_TO_1970 * TICKS) / 10_000n);
}

function filetime(text: string): bigint {
  return (BigInt(Date.parse(text)) * 10_000n) + SECONDS_TO_1970 * TICKS;
}

/** The text form of Windows has its first three groups the other way round. [MS-DTYP] 2.3.4.3 */
function guid(text: string, path: string): Uint8Array {
  if (!/^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$/i.test(text)) return hexBytes(text, path, 16, 16);
  const bytes = fromHex(text.replace(/[{}-]/g, ''));
  return Uint8Array.of(...bytes.subarray(0, 4).toReversed(), ...bytes.subarray(4, 6).toReversed(), ...bytes.subarray(6, 8).toReversed(), ...bytes.subarray(8));
}

function hexBytes(text: string, path: string, least: number, most: number): Uint8Array {
  const bytes = readHex(text, path);
  if (bytes.length >= least && bytes.length <= most) return bytes;
  throw new HttpProblem(400, 'bad-request', `${path} has ${bytes.length} bytes: ${least === most ? least : `${least} to ${most}`} are due.`, { path });
}

/** Hex digits in pairs; blanks and colons between them mean nothing. */
export function readHex(text: string, path: string): Uint8Array {
  const digits = text.replace(/[\s:]/g, '');
  const wrong = /[^0-9a-f]/i.exec(digits);
  if (wrong !== null) throw new HttpProblem(400, 'bad-hex', `${path} has "${wrong[0]}", which is no hex digit.`, { path });
  if (digits.length % 2 !== 0) throw new HttpProblem(400, 'bad-hex', `${path} has an odd number of hex digits (${digits.length}): one is missing or too many.`, { path });
  return fromHex(digits);
}

/** JSON has no undefined; optional fields of zod do. */
export function withoutUndefined<T extends object>(object: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

import type { Policy } from '../policy.ts';

/** The family's own names for it, with the values that mean it. */
const OPTIONS: Readonly<Record<string, { readonly name: string; readonly value: RegExp }>> = {
  samba: { name: 'serversmbencrypt', value: /^(?:required|mandatory|forced|enforced)$/i },
  windows: { name: 'encryptdata', value: /^\$?true$/i },
};

/** The server refuses a session without encryption. */
export function requiresEncryption(family: string, { encryption, options = {} }: Policy): boolean {
  if (encryption !== undefined) return encryption === 'required';
  const known = OPTIONS[family];
  const values = new Map(Object.entries(options).map(([name, value]) => [name.toLowerCase().replace(/\s+/g, ''), value.trim()]));
  if (known === undefined || !known.value.test(values.get(known.name) ?? '')) return false;
  return family !== 'windows' || !/^\$?false$/i.test(values.get('rejectunencryptedaccess') ?? '');
}

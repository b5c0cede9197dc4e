/** A number from the wire and its name in the specification; unknown numbers stay numbers with no name. */
export interface Code {
  readonly value: number;
  readonly name: string | undefined;
}

/** One table gives names and the unknown case. */
export function codes(names: Readonly<Record<number, string>>): (value: number) => Code {
  return (value) => ({ value, name: names[value] });
}

/** The names of the bits that are set in `value`; unnamed bits are left out. */
export function flagNames(names: Readonly<Record<number, string>>, value: number): string[] {
  return Object.entries(names)
    .filter(([bit]) => (value & Number(bit)) !== 0)
    .map(([, name]) => name);
}

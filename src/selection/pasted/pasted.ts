import type { ClientSettings } from '../client-offer.ts';
import type { Policy } from '../policy.ts';

/** What a pasted text is. */
export const PASTED_FORMS = ['smb.conf', 'testparm', 'ksmbd.conf', 'Get-SmbServerConfiguration', 'Get-SmbClientConfiguration'] as const;

export type PastedForm = (typeof PASTED_FORMS)[number];

/** A setting of the text that was taken. */
export interface ReadSetting {
  /** First line is 1. */
  readonly line: number;
  /** By its present name, whatever synonym the text has. */
  readonly setting: string;
  readonly value: string;
  readonly side: 'server' | 'client';
}

/** Lines that were not, and why. Neighbours with the same reason are one entry. */
export interface IgnoredSetting {
  readonly line: number;
  readonly lines: number;
  readonly setting: string;
  readonly reason: string;
}

/** A text that people have, as a policy. One text may tell of a server and of a client. */
export interface Pasted {
  readonly form: PastedForm;
  /** A name of `families.ts`. */
  readonly family: string;
  readonly server: Policy;
  readonly client: ClientSettings;
  readonly read: readonly ReadSetting[];
  readonly ignored: readonly IgnoredSetting[];
  /** What the text leaves open, in sentences. */
  readonly warnings: readonly PastedWarning[];
}

export interface PastedWarning {
  readonly code: 'not-read' | 'not-shown';
  readonly message: string;
}

/** A text that no server would take either, or that is none of the known forms. */
export class PastedFault extends Error {
  readonly code: 'too-large' | 'bad-request' | 'bad-json' | 'unknown-value' | 'contradiction';
  /** First line is 1; 0 for the whole text. */
  readonly line: number;

  constructor(code: PastedFault['code'], line: number, message: string) {
    super(message);
    this.code = code;
    this.line = line;
  }
}

/** Joins an entry to the one before where it goes on with the same reason. */
export function ignore(list: IgnoredSetting[], entry: IgnoredSetting): void {
  const last = list.at(-1);
  if (last !== undefined && last.reason === entry.reason && last.line + last.lines === entry.line) {
    list[list.length - 1] = { ...last, lines: last.lines + entry.lines, setting: last.setting.endsWith(MORE) ? last.setting : `${last.setting}${MORE}` };
    return;
  }
  list.push(entry);
}

const MORE = ', …';

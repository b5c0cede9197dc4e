import type { ClientPart } from '../profile.ts';
import type { ClientSettings } from '../client-offer.ts';
import type { Policy } from '../policy.ts';

export type SettingSystem = 'windows' | 'samba' | 'ksmbd' | 'linux' | 'macos' | 'impacket';

/** What a setting opens for everybody, not only for the two that are asked about. */
export interface Cost {
  readonly severity: 'info' | 'low' | 'medium' | 'high';
  readonly text: string;
}

/** One setting as an administrator makes it. */
export interface Setting {
  readonly system: SettingSystem;
  /** In the system's own words. */
  readonly setting: string;
  readonly value: string;
  /** The command, or the line of the file. */
  readonly command: string;
  /** The file that the line stands in. */
  readonly file?: string;
  /** What makes it count. */
  readonly apply?: string;
  /** What else is to be known: a restart, the releases that have it. */
  readonly note?: string;
  readonly cost: Cost;
}

export interface ServerSetting extends Setting {
  readonly policy: Policy;
}

export interface ClientSetting extends Setting {
  readonly part: ClientPart;
  readonly settings: ClientSettings;
}

/** Values of one setting, the least costly first: only the first that helps is worth telling. */
export type Ladder<T extends Setting> = readonly T[];

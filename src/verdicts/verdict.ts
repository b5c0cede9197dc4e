/** One field of one packet that speaks for the verdict. `field` is Wireshark's display-filter name. */
export interface Evidence {
  readonly packet: number;
  readonly field: string;
  readonly value: string;
  readonly meaning: string;
}

export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';
export type Certainty = 'certain' | 'likely' | 'possible';

export interface ExpectedEvent {
  readonly channel: string;
  readonly id: number;
  readonly side: 'client' | 'server';
  /** "If this side is Windows …", and when it is written. */
  readonly when: string;
}

export interface Remedy {
  readonly for: 'client' | 'server' | 'network';
  /** Which system the command is for. */
  readonly system: 'any' | 'windows' | 'samba' | 'ksmbd' | 'macos' | 'linux';
  readonly text: string;
  readonly command?: string;
}

export interface Reference {
  readonly title: string;
  readonly url: string;
}

export const VERDICT_CODES = [
  'smb-over-quic', 'smb1-in-use', 'smb2-negotiated-after-decoy', 'smb2-negotiated', 'session-in-progress',
  'smb1-only-server-found', 'smb1-selected', 'netbios-session-refused', 'no-common-dialect',
  'smb1-only-client-rejected', 'negotiation-refused', 'negotiation-abandoned', 'smb1-only-client-unanswered',
  'negotiation-unanswered', 'malformed-negotiation', 'connection-refused', 'connection-unanswered',
  'connection-without-negotiation', 'transport-race-lost', 'inconclusive',
] as const;
export type VerdictCode = (typeof VERDICT_CODES)[number];

export type Smb1Use = 'in-use' | 'selected' | 'server-needs-it' | 'client-needs-it' | 'decoy' | 'none' | 'offered' | 'unknown';

/** The one verdict of a connection. */
export interface Verdict {
  readonly code: VerdictCode;
  readonly severity: Severity;
  readonly certainty: Certainty;
  readonly title: string;
  readonly explanation: string;
  readonly missing: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly expectedEvents: readonly ExpectedEvent[];
  readonly remediation: readonly Remedy[];
  readonly displayFilter: string;
  readonly references: readonly Reference[];
}

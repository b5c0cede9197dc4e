import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Priced = Readonly<Record<'lambdaArmGbSecond' | 'lambdaMillionRequests' | 'httpApiMillionRequests' | 's3ThousandPuts' | 's3ThousandGets' | 's3GbMonth' | 'sqsMillionRequests' | 'logsGb' | 'alarmMonth' | 'secretMonth', { readonly usd: number }>>;
type Valued<Name extends string> = Readonly<Record<Name, { readonly value: number }>>;

/** docs/operation/aws-figures.json: prices and quotas with their sources and date, and what had to be assumed. */
export interface Figures {
  readonly asOf: string;
  readonly region: string;
  readonly prices: Priced;
  readonly quotas: Valued<'lambdaConcurrency' | 'sqsPollersAtStart' | 'sqsPollersPerMinute' | 'sqsRetentionDays' | 'httpApiRequestsPerSecond' | 's3PutsPerSecond' | 'lambdaSeconds'>;
  readonly assumed: Valued<'s3ToLambdaBytesPerSecond' | 'secondsPerCapture' | 'apiSeconds' | 'apiRequestsPerCapture' | 'keptDays' | 'reportBytes' | 'workerGb'>;
}

/** docs/operation/measured-rates.json: one processor, memory as a function has it, on a machine of our own. */
export interface Rates { readonly bytesPerSecond: number; readonly how: string }

const read = (root: string, name: string): unknown => JSON.parse(readFileSync(join(root, 'docs/operation', name), 'utf8'));

export function readFigures(root: string): { readonly figures: Figures; readonly rates: Rates } {
  return { figures: read(root, 'aws-figures.json') as Figures, rates: read(root, 'measured-rates.json') as Rates };
}

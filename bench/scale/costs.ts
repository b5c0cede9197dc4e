import type { Figures } from './figures.ts';

export interface Use { readonly captures: number; readonly bytes: number; readonly functionSeconds: number }

/** Dollars, by what they are paid for. */
export type Costs = Readonly<Record<'functions' | 'requests' | 'store' | 'queue' | 'logs', number>>;

/** Bytes that the worker reads with one GET. */
const RANGE = 8 * 1024 * 1024;
/** Log lines of a capture: three requests and a run. */
const LOG_BYTES = 2000;

/** What so many captures cost, without what is paid by the month whatever is done. */
export function costsOf({ captures, bytes, functionSeconds }: Use, { prices, assumed }: Figures): Costs {
  const requests = captures * assumed.apiRequestsPerCapture.value;
  const gbSeconds = (functionSeconds + requests * assumed.apiSeconds.value) * assumed.workerGb.value;
  const stored = ((bytes + captures * assumed.reportBytes.value) / 1e9) * (assumed.keptDays.value / 30);
  const gets = captures * 2 + bytes / RANGE;
  return {
    functions: gbSeconds * prices.lambdaArmGbSecond.usd + ((requests + captures) / 1e6) * prices.lambdaMillionRequests.usd,
    requests: (requests / 1e6) * prices.httpApiMillionRequests.usd,
    store: stored * prices.s3GbMonth.usd + ((captures * 2) / 1000) * prices.s3ThousandPuts.usd + (gets / 1000) * prices.s3ThousandGets.usd,
    queue: ((captures * 3) / 1e6) * prices.sqsMillionRequests.usd,
    logs: ((captures * LOG_BYTES) / 1e9) * prices.logsGb.usd,
  };
}

export const total = (costs: Costs): number => Object.values(costs).reduce((sum, each) => sum + each, 0);

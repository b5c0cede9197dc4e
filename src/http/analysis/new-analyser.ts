import { randomInt } from 'node:crypto';
import { Analyser } from '../../analyser.ts';
import type { Limits } from '../../limits.ts';
import type { CaptureAnalyser, JudgedConnection } from '../../report/analysis.ts';

export type CreateAnalyser = (options: { limits: Limits; onConnection: (connection: JudgedConnection) => void }) => CaptureAnalyser;

/** A capture's maker must not be able to predict where its flows end up in the tables. */
export const newAnalyser: CreateAnalyser = (options) => new Analyser({ ...options, seed: randomInt(2 ** 31) });

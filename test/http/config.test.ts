import { describe, expect, it } from 'vitest';
import { checkExposure, ConfigError, readConfig } from '../../src/config.ts';

function problems(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the environment', () => {
  it('may be empty', () => {
    expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 3000, apiKeys: [], maxAnalyses: 4, uploadIdleSeconds: 60, maxUploadBytes: null, maxOutboundBytes: 16_777_216 });
  });

  it('sets every limit', () => {
    const { limits } = readConfig({ MAX_JSON_CONNECTIONS: '5', MAX_PROBES: '7', MAX_FLOWS: '1000' });
    expect([limits.jsonConnections, limits.probes, limits.flows]).toEqual([5, 7, 1000]);
  });

  it('gets one sentence for each wrong value, all at once', () => {
    expect(problems(() => readConfig({ PORT: '70000', MAX_FLOWS: 'many', LOG_LEVEL: 'loud' }))).toEqual([
      'PORT must be a whole number from 0 to 65535, not "70000".',
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, not "loud".',
      'MAX_FLOWS must be a whole number from 1 to 2147483648, not "many".',
    ]);
  });

  it('is not repeated where it holds keys', () => {
    expect(problems(() => readConfig({ API_KEYS: 'short' })).join()).not.toContain('short,');
  });
});

describe('other machines', () => {
  it('may ask only with keys, or where everybody is meant to', () => {
    const exposed = (environment: Record<string, string>, noAuth = false): number => problems(() => checkExposure(readConfig(environment), noAuth)).length;
    expect(exposed({ HOST: '0.0.0.0' })).toBe(1);
    expect(exposed({ HOST: '::' })).toBe(1);
    expect(exposed({ HOST: '0.0.0.0' }, true)).toBe(0);
    expect(exposed({ HOST: '0.0.0.0', API_KEYS: 'a-long-key' })).toBe(0);
    expect(exposed({ HOST: '127.0.0.2' })).toBe(0);
    expect(exposed({ HOST: '::1' })).toBe(0);
  });
});

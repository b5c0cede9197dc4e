import type { Files } from '../../src/jobs/files.ts';

/** Called before each step; may throw, or end the process. */
type Before = (step: string, args: readonly unknown[]) => void;

/** A file system that tells what is asked of it: `open`, `link` …, and `handle.write` … of what was opened. */
export function recordedFiles(files: Files, before: Before): Files {
  const watch = (name: string, work: (...args: any[]) => Promise<any>) => async (...args: any[]) => {
    before(name, args);
    const result: unknown = await work(...args);
    return name === 'open' ? watchedHandle(result as object) : result;
  };
  const watchedHandle = (handle: object): object => new Proxy(handle, {
    get: (target, name: string) => {
      const value = Reflect.get(target, name, target) as unknown;
      return typeof value === 'function' ? watch(`handle.${name}`, value.bind(target)) : value;
    },
  });
  return Object.fromEntries(Object.entries(files).map(([name, work]) => [name, watch(name, work as () => Promise<unknown>)])) as unknown as Files;
}

/** Fails once at a step, as the system would. */
export function failingFiles(files: Files, step: string, code: string): Files {
  let failed = false;
  return recordedFiles(files, (name) => {
    if (failed || name !== step) return;
    failed = true;
    throw Object.assign(new Error(`${code}: injected, ${step}`), { code, syscall: step });
  });
}

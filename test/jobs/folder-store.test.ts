import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { FILES } from '../../src/jobs/files.ts';
import { FolderStore } from '../../src/jobs/folder-store.ts';
import { createObject, type Key, readText } from '../../src/jobs/object-store.ts';
import { objectStoreContract } from './contract-object-store.ts';
import { failingFiles, recordedFiles } from './files.ts';

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'smb-verdict-store-'));
  folders.push(folder);
  return folder;
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

objectStoreContract('a folder', async () => {
  const folder = await newFolder();
  const store = new FolderStore(folder);
  await store.prepare();
  return { store, other: new FolderStore(folder), close: () => Promise.resolve() };
});

const A: Key = { kind: 'reports', name: 'a1' };

describe('a folder as a store', () => {
  let folder: string;
  let store: FolderStore;
  beforeEach(async () => {
    folder = await newFolder();
    store = new FolderStore(folder);
    await store.prepare();
  });

  it('is closed to everybody else', async () => {
    await createObject(store, A, 'x');
    expect((await stat(path.join(folder, 'reports/a1'))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(folder, 'reports'))).mode & 0o777).toBe(0o700);
  });

  it('flushes the bytes before it names them, and the name before it says so', async () => {
    const calls: string[] = [];
    await createObject(new FolderStore(folder, recordedFiles(FILES, (name) => { calls.push(name); })), A, 'x');
    expect(calls).toEqual(['open', 'handle.write', 'handle.sync', 'handle.close', 'link', 'unlink', 'open', 'handle.sync', 'handle.close']);
  });

  for (const [step, what] of [['open', 'EROFS'], ['handle.write', 'ENOSPC'], ['handle.sync', 'EIO'], ['link', 'ENOSPC']] as const) {
    it(`leaves nothing when ${step} fails with ${what}`, async () => {
      await expect(createObject(new FolderStore(folder, failingFiles(FILES, step, what)), A, 'x')).rejects.toMatchObject({ code: what });
      expect([await store.size(A), await readdir(path.join(folder, 'tmp'))]).toEqual([null, []]);
    });
  }

  it('writes all of a chunk though the system takes a part of it', async () => {
    const halves = new Proxy(FILES, {
      get: (files, name: keyof typeof FILES) => (name !== 'open' ? files[name] : async (...args: Parameters<typeof FILES.open>) => {
        const handle = await files.open(...args);
        const write = handle.write.bind(handle) as (bytes: Uint8Array, at: number, length: number) => Promise<{ bytesWritten: number }>;
        handle.write = ((bytes: Uint8Array, at: number) => write(bytes, at, Math.ceil((bytes.length - at) / 2))) as typeof handle.write;
        return handle;
      }),
    });
    await createObject(new FolderStore(folder, halves), A, '0123456789');
    expect(await readText(store, A)).toBe('0123456789');
  });

  it('makes one object of several, once, and reads across their borders', async () => {
    const parts: Key[] = ['p.1', 'p.2', 'p.3'].map((name) => ({ kind: 'parts', name }));
    for (const [at, text] of ['abc', 'de', 'fghi'].entries()) await createObject(store, parts[at]!, text);
    const whole: Key = { kind: 'captures', name: 'whole' };
    expect(await store.join(whole, parts)).toBe(true);
    expect(await store.join(whole, parts.toReversed())).toBe(false);
    for (const part of parts) await store.remove(part);
    expect([await store.size(whole), await readText(store, whole), await readText(store, whole, { from: 2, to: 6 })]).toEqual([9, 'abcdefghi', 'cdef']);
    expect(await createObject(store, whole, 'other')).toBe(false);
    await store.remove(whole);
    expect([await store.size(whole), await readdir(path.join(folder, 'tmp'))]).toEqual([null, []]);
  });

  it('does not make an object of parts where there is one', async () => {
    const part: Key = { kind: 'parts', name: 'p.1' };
    await createObject(store, part, 'part');
    await createObject(store, A, 'whole');
    expect(await store.join(A, [part])).toBe(false);
    expect(await readText(store, A)).toBe('whole');
  });

  it('clears up what a dead process left, after a day', async () => {
    const draft = await store.draft(A);
    await draft.write(Buffer.from('half'));
    await store.removeAbandoned(Date.now() + 23 * 3600_000);
    expect((await readdir(path.join(folder, 'tmp'))).length).toBe(1);
    await store.removeAbandoned(Date.now() + 25 * 3600_000);
    expect(await readdir(path.join(folder, 'tmp'))).toEqual([]);
    await draft.discard();
  });
});

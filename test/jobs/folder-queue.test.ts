import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { newAnalysisId } from '../../src/jobs/analysis-id.ts';
import { FolderQueue } from '../../src/jobs/folder-queue.ts';
import { analysisQueueContract } from './contract-analysis-queue.ts';

const LEASE_MS = 30_000;
const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'smb-verdict-queue-'));
  folders.push(folder);
  return folder;
}
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

analysisQueueContract('a folder', async () => {
  const folder = await newFolder();
  let now = 1000;
  const open = (): FolderQueue => new FolderQueue(folder, { leaseMs: LEASE_MS, monotonic: () => now });
  const queue = open();
  await queue.prepare();
  return {
    queue, other: open(), leaseMs: LEASE_MS, close: () => Promise.resolve(),
    pass: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
  };
});

describe('a folder as a queue', () => {
  const id = newAnalysisId('0123456789ab', 1_700_000_000_000);
  let folder: string;
  let now: number;
  beforeEach(async () => {
    folder = await newFolder();
    now = 0;
    await open().prepare();
  });
  const open = (): FolderQueue => new FolderQueue(folder, { leaseMs: LEASE_MS, monotonic: () => now });
  const files = async (): Promise<string[]> => (await readdir(path.join(folder, 'queue'))).filter((name) => name !== 'tmp').map((name) => name.slice(id.length)).toSorted();

  it('leaves no file behind', async () => {
    const queue = open();
    await queue.put(id);
    const dead = await queue.take();
    await queue.take();
    now += LEASE_MS;
    const alive = await queue.take();
    expect(await files()).toEqual(['.000002', '.job']);
    await alive?.done();
    expect(await dead?.extend()).toBe(false);
    expect(await files()).toEqual([]);
    expect(await readdir(path.join(folder, 'queue/tmp'))).toEqual([]);
  });

  it('watches a lease of before its start for as long as any other: its own clock begins anew', async () => {
    await open().put(id);
    await open().take();
    now = -1_000_000; // of a machine that was started again
    const queue = open();
    expect(await queue.take()).toBeNull();
    now += LEASE_MS - 1;
    expect(await queue.take()).toBeNull();
    now += 1;
    expect((await queue.take())?.attempt).toBe(2);
  });

  it.each(['', '{"attempt":', 'null', '{"attempt":"x"}\n1'])('takes over a lease whose holder died while writing %j', async (text) => {
    const queue = open();
    await queue.put(id);
    await writeFile(path.join(folder, 'queue', `${id}.000003`), text);
    expect(await queue.take()).toBeNull();
    now += LEASE_MS;
    expect((await queue.take())?.attempt).toBe(4);
  });

  it('clears up leases of what is over', async () => {
    await writeFile(path.join(folder, 'queue', `${id}.000003`), '');
    expect(await open().take()).toBeNull();
    expect(await files()).toEqual([]);
  });

  it('ignores what others put into its folder', async () => {
    await writeFile(path.join(folder, 'queue', 'README'), '');
    await writeFile(path.join(folder, 'queue', '..job'), '');
    expect(await open().take()).toBeNull();
    await expect(open().put('../../escape')).rejects.toThrow('no name');
  });

  it('hands each of two hundred analyses to one of four processes, exactly once', async () => {
    const ids = Array.from({ length: 200 }, (_, at) => newAnalysisId('0123456789ab', 1_700_000_000_000 + at));
    const queues = [open(), open(), open(), open()];
    await Promise.all(ids.map((each, at) => queues[at % 4]!.put(each)));
    const taken: string[] = [];
    await Promise.all(queues.map(async (queue) => {
      for (let misses = 0; misses < 5;) {
        const delivery = await queue.take();
        if (delivery === null) { misses += 1; continue; }
        taken.push(delivery.id);
        await delivery.done();
      }
    }));
    expect(taken.toSorted()).toEqual(ids.toSorted());
  });
});

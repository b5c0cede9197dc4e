import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createObject, type Key, type ObjectStore, readText } from '../../src/jobs/object-store.ts';

/** A form of the store, as it is after a start, and how to clear up behind it. */
export interface StoreUnderTest {
  readonly store: ObjectStore;
  /** The same objects, seen by another process. */
  readonly other: ObjectStore;
  close(): Promise<void>;
}

const A: Key = { kind: 'captures', name: 'a1' };

/** What every form of the object store does. */
export function objectStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps objects`, () => {
    let under: StoreUnderTest;
    let store: ObjectStore;
    let other: ObjectStore;
    beforeEach(async () => {
      under = await open();
      ({ store, other } = under);
    });
    afterEach(() => under.close());

    it('has nothing at first', async () => {
      expect(await store.size(A)).toBeNull();
      expect(await store.read(A)).toBeNull();
      expect(await store.names('captures')).toEqual([]);
      await store.remove(A);
    });

    it('shows a draft when it is committed, and not before', async () => {
      const draft = await store.draft(A);
      await draft.write(Buffer.from('first '));
      await draft.write(Buffer.from('second'));
      expect([await other.size(A), await other.names('captures')]).toEqual([null, []]);
      expect(await draft.commit()).toBe(true);
      expect([await other.size(A), await readText(other, A)]).toEqual([12, 'first second']);
    });

    it('keeps the first of two objects with one name', async () => {
      const [one, two] = [await store.draft(A), await other.draft(A)];
      await one.write(Buffer.from('one'));
      await two.write(Buffer.from('two'));
      expect(await two.commit()).toBe(true);
      expect(await one.commit()).toBe(false);
      expect(await createObject(store, A, 'three')).toBe(false);
      expect(await readText(store, A)).toBe('two');
    });

    it('keeps nothing of a draft that is discarded', async () => {
      const draft = await store.draft(A);
      await draft.write(Buffer.alloc(100_000));
      await draft.discard();
      expect(await store.names('captures')).toEqual([]);
      expect(await createObject(store, A, 'later')).toBe(true);
    });

    it('keeps an empty object', async () => {
      expect(await createObject(store, A, '')).toBe(true);
      expect([await store.size(A), await readText(store, A)]).toEqual([0, '']);
    });

    it('reads a range, cut at the end', async () => {
      await createObject(store, A, '0123456789');
      expect(await readText(store, A, { from: 3, to: 6 })).toBe('345');
      expect(await readText(store, A, { from: 8, to: 100 })).toBe('89');
      expect(await readText(store, A, { from: 10, to: 20 })).toBe('');
    });

    it('gives back a large object byte by byte, in chunks that may be changed', async () => {
      const bytes = Buffer.from(Array.from({ length: 700_001 }, (_, at) => at % 251));
      const draft = await store.draft(A);
      await draft.write(bytes.subarray(0, 1));
      await draft.write(bytes.subarray(1));
      await draft.commit();
      for (let pass = 0; pass < 2; pass++) {
        const chunks: Buffer[] = [];
        for await (const chunk of (await store.read(A))!) {
          chunks.push(Buffer.from(chunk));
          chunk.fill(0);
        }
        expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
      }
    });

    it('replaces at once', async () => {
      await store.replace({ kind: 'progress', name: 'p' }, 'a'.repeat(1000));
      await other.replace({ kind: 'progress', name: 'p' }, 'b');
      expect(await readText(store, { kind: 'progress', name: 'p' })).toBe('b');
    });

    it('lists names of one kind, sorted and page by page', async () => {
      for (const name of ['b2', 'a1', 'b1', 'c1', 'b3']) await createObject(store, { kind: 'analyses', name }, name);
      await createObject(store, { kind: 'reports', name: 'b0' }, '');
      expect(await store.names('analyses')).toEqual(['a1', 'b1', 'b2', 'b3', 'c1']);
      expect(await store.names('analyses', { prefix: 'b', limit: 2 })).toEqual(['b1', 'b2']);
      expect(await store.names('analyses', { prefix: 'b', after: 'b2', limit: 2 })).toEqual(['b3']);
    });

    it('removes, and again', async () => {
      await createObject(store, A, 'x');
      await other.remove(A);
      await store.remove(A);
      expect(await store.size(A)).toBeNull();
    });

    it.each(['', '.', '..', '../a', 'a/b', 'a\\b', '/etc/passwd', 'A', 'a\0b', 'a'.repeat(200), '.hidden', 'ä'])('takes no name like %j', async (bad) => {
      const key: Key = { kind: 'captures', name: bad };
      await expect(store.draft(key)).rejects.toThrow('no name');
      await expect(store.size(key)).rejects.toThrow('no name');
      await expect(store.read(key)).rejects.toThrow('no name');
      await expect(store.replace(key, 'x')).rejects.toThrow('no name');
      await expect(store.remove(key)).rejects.toThrow('no name');
      await expect(store.draft({ kind: '../captures' as 'captures', name: 'a' })).rejects.toThrow('no name');
    });
  });
}

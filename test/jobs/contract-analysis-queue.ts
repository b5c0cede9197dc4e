import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnalysisQueue, Delivery } from '../../src/jobs/analysis-queue.ts';
import { newAnalysisId } from '../../src/jobs/analysis-id.ts';

/** A form of the queue, seen by two processes. */
export interface QueueUnderTest {
  readonly queue: AnalysisQueue;
  readonly other: AnalysisQueue;
  /** So much time passes for everybody. */
  pass(milliseconds: number): Promise<void>;
  /** After so long without a sign of life, an analysis is taken over. */
  readonly leaseMs: number;
  close(): Promise<void>;
}

const OWNERS = ['0123456789ab', 'ffffffffffff', '000000000000'];
const [FIRST, SECOND, THIRD] = OWNERS.map((owner, at) => newAnalysisId(owner, 1_700_000_000_000 + at)) as [string, string, string];

/** What every form of the queue does. */
export function analysisQueueContract(name: string, open: () => Promise<QueueUnderTest>): void {
  describe(`${name} hands analyses to workers`, () => {
    let under: QueueUnderTest;
    let queue: AnalysisQueue;
    let other: AnalysisQueue;
    beforeEach(async () => {
      under = await open();
      ({ queue, other } = under);
    });
    afterEach(() => under.close());
    const taken = async (from: AnalysisQueue): Promise<Delivery> => {
      const delivery = await from.take();
      expect(delivery).not.toBeNull();
      return delivery!;
    };
    /** A dead worker shows only to those who look twice. */
    const passUnseen = async (milliseconds: number): Promise<void> => {
      await other.take();
      await queue.take();
      await under.pass(milliseconds);
    };

    it('has nothing at first', async () => {
      expect(await queue.take()).toBeNull();
      expect(await queue.waiting()).toEqual([]);
    });

    it('gives the oldest first, whoever asked for it', async () => {
      for (const id of [SECOND, THIRD, FIRST]) await queue.put(id);
      const order = [await taken(queue), await taken(other), await taken(queue)].map(({ id }) => id);
      expect(order).toEqual([FIRST, SECOND, THIRD]);
      expect(await queue.take()).toBeNull();
    });

    it('gives each to one worker, though both ask at once', async () => {
      await queue.put(FIRST);
      const both = await Promise.all([queue.take(), other.take(), queue.take(), other.take()]);
      expect(both.filter((delivery) => delivery !== null).length).toBe(1);
    });

    it('does not change by an event that comes twice, before or after it was taken', async () => {
      await queue.put(FIRST);
      await other.put(FIRST);
      const delivery = await taken(queue);
      await other.put(FIRST);
      expect(await other.take()).toBeNull();
      expect(delivery.attempt).toBe(1);
      await delivery.done();
      expect(await other.take()).toBeNull();
      expect(await queue.waiting()).toEqual([]);
    });

    it('leaves it to a worker that shows that it lives, for as long as it does', async () => {
      await queue.put(FIRST);
      const delivery = await taken(queue);
      for (let round = 0; round < 5; round++) {
        await passUnseen(under.leaseMs * 0.6);
        expect(await delivery.extend()).toBe(true);
        expect(await other.take()).toBeNull();
      }
    });

    it('gives it to another when its worker is dead, and the dead one learns it', async () => {
      await queue.put(FIRST);
      const dead = await taken(queue);
      await passUnseen(under.leaseMs * 1.1);
      const alive = await taken(other);
      expect([alive.id, alive.attempt]).toEqual([FIRST, 2]);
      expect(await dead.extend()).toBe(false);
      expect(await queue.take()).toBeNull();
      await dead.giveBack({ delayMs: 0, counts: true }); // too late to mean anything
      expect(await alive.extend()).toBe(true);
      await alive.done();
      expect(await queue.waiting()).toEqual([]);
    });

    it('counts each worker that died', async () => {
      await queue.put(FIRST);
      for (const attempt of [1, 2, 3, 4]) {
        expect((await taken(attempt % 2 === 0 ? queue : other)).attempt).toBe(attempt);
        await passUnseen(under.leaseMs * 1.1);
      }
    });

    it('waits with one that is given back, and lets others pass', async () => {
      await queue.put(FIRST);
      await queue.put(SECOND);
      await (await taken(queue)).giveBack({ delayMs: 10_000, counts: true });
      const second = await taken(other);
      expect(second.id).toBe(SECOND);
      await second.done();
      await passUnseen(5000);
      expect(await other.take()).toBeNull();
      await passUnseen(6000);
      const again = await taken(other);
      expect([again.id, again.attempt]).toEqual([FIRST, 2]);
    });

    it('does not count an attempt that was only interrupted', async () => {
      await queue.put(FIRST);
      await (await taken(queue)).giveBack({ delayMs: 0, counts: false });
      await other.take().then((delivery) => delivery?.giveBack({ delayMs: 0, counts: false }));
      expect((await taken(queue)).attempt).toBe(1);
    });

    it('forgets what is removed, and its worker learns it', async () => {
      await queue.put(FIRST);
      await queue.put(SECOND);
      const delivery = await taken(queue);
      await other.remove(FIRST);
      await other.remove(SECOND);
      await other.remove(THIRD);
      expect(await delivery.extend()).toBe(false);
      expect(await queue.take()).toBeNull();
      expect(await queue.waiting()).toEqual([]);
    });

    it('tells what is in it', async () => {
      await queue.put(FIRST);
      await queue.put(SECOND);
      await taken(queue);
      expect((await other.waiting()).toSorted()).toEqual([FIRST, SECOND].toSorted());
    });
  });
}

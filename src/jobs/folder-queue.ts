import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { type AnalysisId, byAge } from './analysis-id.ts';
import type { AnalysisQueue, Delivery } from './analysis-queue.ts';
import { type Files, FILE_MODE, FILES, FOLDER_MODE, ifThere, isCode, nameOnce, syncFolder, writeFlushed } from './files.ts';

/** `ID.job` is an analysis that waits; `ID.000001` the first lease of it, `ID.000002` that of who took it over. */
const NAME = /^([0-9a-f]{48})\.(job|\d{6})$/;

/** What a lease says. Behind it stands a number that its holder counts up. */
interface Lease {
  readonly attempt: number;
  readonly state: 'held' | 'free';
  /** Of a free one: nobody takes it before. */
  readonly delayMs: number;
}

interface Watched {
  readonly text: string;
  /** By the monotonic clock of this process. */
  readonly since: number;
}

export interface FolderQueueOptions {
  /** A lease that does not change for so long has a dead holder. */
  readonly leaseMs: number;
  readonly files?: Files;
  /** Never goes back. Wall clocks do, and those of several processes differ. */
  readonly monotonic?: () => number;
}

/**
 * A queue in a folder, shared by the processes of one machine. A file that can be made only once decides who works at an analysis;
 * nobody trusts a clock but his own: a lease is dead when it stood still for long enough before the one who watches it.
 */
export class FolderQueue implements AnalysisQueue {
  readonly #folder: string;
  readonly #files: Files;
  readonly #leaseMs: number;
  readonly #monotonic: () => number;
  readonly #watched = new Map<AnalysisId, Watched>();

  constructor(root: string, { leaseMs, files = FILES, monotonic = () => performance.now() }: FolderQueueOptions) {
    this.#folder = path.join(root, 'queue');
    this.#leaseMs = leaseMs;
    this.#files = files;
    this.#monotonic = monotonic;
  }

  async prepare(): Promise<void> {
    for (const folder of [this.#folder, path.join(this.#folder, 'tmp')]) await this.#files.mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  }

  async put(id: AnalysisId): Promise<void> {
    try {
      await (await this.#files.open(this.#job(id), 'wx', FILE_MODE)).close();
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    await syncFolder(this.#files, this.#folder);
  }

  async take(): Promise<Delivery | null> {
    const { jobs, leases } = await this.#look();
    for (const id of this.#watched.keys()) if (!jobs.has(id)) this.#watched.delete(id);
    for (const id of [...jobs].toSorted(byAge)) {
      const next = await this.#nextLease(id, leases.get(id)?.at(-1));
      const delivery = next === null ? null : await this.#acquire(id, next);
      if (delivery !== null) return delivery;
    }
    for (const [id, numbers] of leases) if (!jobs.has(id)) await this.#removeLeases(id, numbers);
    return null;
  }

  async remove(id: AnalysisId): Promise<void> {
    await ifThere(this.#files.unlink(this.#job(id)));
    await syncFolder(this.#files, this.#folder);
    await this.#removeLeases(id, (await this.#look()).leases.get(id) ?? []);
  }

  async waiting(): Promise<AnalysisId[]> {
    return [...(await this.#look()).jobs];
  }

  async #look(): Promise<{ jobs: Set<AnalysisId>; leases: Map<AnalysisId, number[]> }> {
    const jobs = new Set<AnalysisId>();
    const leases = new Map<AnalysisId, number[]>();
    for (const name of (await this.#files.readdir(this.#folder)).toSorted()) {
      const [, id = '', what = ''] = NAME.exec(name) ?? [];
      if (what === 'job') jobs.add(id);
      else if (what !== '') leases.set(id, [...(leases.get(id) ?? []), Number(what)]);
    }
    return { jobs, leases };
  }

  /** Number and attempt of the lease that may be taken now; null while another holds it. */
  async #nextLease(id: AnalysisId, latest: number | undefined): Promise<{ number: number; attempt: number } | null> {
    if (latest === undefined) return { number: 1, attempt: 1 };
    const text = await ifThere(this.#readLease(id, latest));
    if (text === null) return null; // changes hands just now
    const now = this.#monotonic();
    let watched = this.#watched.get(id);
    if (watched?.text !== `${latest} ${text}`) this.#watched.set(id, (watched = { text: `${latest} ${text}`, since: now }));
    const lease = parseLease(text) ?? { attempt: latest, state: 'held', delayMs: 0 };
    const free = lease.state === 'free';
    if (now - watched.since < (free ? lease.delayMs : this.#leaseMs)) return null;
    return { number: latest + 1, attempt: lease.attempt + 1 };
  }

  async #readLease(id: AnalysisId, number: number): Promise<string> {
    const handle = await this.#files.open(this.#lease(id, number), 'r');
    try {
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  }

  async #acquire(id: AnalysisId, { number, attempt }: { number: number; attempt: number }): Promise<Delivery | null> {
    const file = this.#lease(id, number);
    const lease: Lease = { attempt, state: 'held', delayMs: 0 };
    const temporary = this.#temporary();
    await writeFlushed(this.#files, temporary, leaseText(lease, 0));
    if (!(await nameOnce(this.#files, temporary, file))) return null;
    // Between the look and now, others may have finished it, or have taken it over and over
    const { jobs, leases } = await this.#look();
    const numbers = leases.get(id) ?? [];
    if (!jobs.has(id) || numbers.at(-1) !== number) {
      await ifThere(this.#files.unlink(file));
      return null;
    }
    await this.#removeLeases(id, numbers.filter((each) => each < number));
    return new FolderDelivery({ id, attempt, file, next: this.#lease(id, number + 1), job: this.#job(id), temporary: () => this.#temporary(), files: this.#files });
  }

  async #removeLeases(id: AnalysisId, numbers: readonly number[]): Promise<void> {
    for (const number of numbers) await ifThere(this.#files.unlink(this.#lease(id, number)));
  }

  #job(id: AnalysisId): string {
    return this.#named(`${id}.job`);
  }

  #lease(id: AnalysisId, number: number): string {
    return this.#named(`${id}.${String(number).padStart(6, '0')}`);
  }

  #named(name: string): string {
    if (!NAME.test(name)) throw new Error(`no name in a queue: ${JSON.stringify(name)}`);
    return path.join(this.#folder, name);
  }

  #temporary(): string {
    return path.join(this.#folder, 'tmp', randomBytes(16).toString('hex'));
  }
}

interface Held {
  readonly id: AnalysisId;
  readonly attempt: number;
  /** Its lease, the lease of whoever would take it over, and its place in the queue. */
  readonly file: string;
  readonly next: string;
  readonly job: string;
  readonly temporary: () => string;
  readonly files: Files;
}

class FolderDelivery implements Delivery {
  readonly id: AnalysisId;
  readonly attempt: number;
  readonly #held: Held;
  #beat = 0;

  constructor(held: Held) {
    this.id = held.id;
    this.attempt = held.attempt;
    this.#held = held;
  }

  async extend(): Promise<boolean> {
    const { file, files, attempt } = this.#held;
    if (!(await this.#isOurs())) return false;
    const handle = await ifThere(files.open(file, 'r+'));
    if (handle === null) return false;
    try {
      await handle.write(leaseText({ attempt, state: 'held', delayMs: 0 }, ++this.#beat), 0); // as long as before
    } finally {
      await handle.close();
    }
    return true;
  }

  async done(): Promise<void> {
    const { file, files, job } = this.#held;
    await ifThere(files.unlink(job));
    await syncFolder(files, path.dirname(job));
    await ifThere(files.unlink(file));
  }

  async giveBack({ delayMs, counts }: { delayMs: number; counts: boolean }): Promise<void> {
    const { file, files, attempt, temporary } = this.#held;
    if (!(await this.#isOurs())) return;
    const from = temporary();
    await writeFlushed(files, from, leaseText({ attempt: counts ? attempt : attempt - 1, state: 'free', delayMs }, 0));
    await files.rename(from, file);
  }

  async #isOurs(): Promise<boolean> {
    const { file, next, files } = this.#held;
    return (await ifThere(files.stat(next))) === null && (await ifThere(files.stat(file))) !== null;
  }
}

function leaseText(lease: Lease, beat: number): string {
  return `${JSON.stringify(lease)}\n${String(beat).padStart(12, '0')}\n`;
}

/** Null where its holder died while writing. */
function parseLease(text: string): Lease | null {
  try {
    const { attempt, state, delayMs } = JSON.parse(text.split('\n', 1)[0] ?? '') as Lease;
    return Number.isSafeInteger(attempt) && (state === 'held' || state === 'free') && Number.isFinite(delayMs) ? { attempt, state, delayMs } : null;
  } catch {
    return null;
  }
}

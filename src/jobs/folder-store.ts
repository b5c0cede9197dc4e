import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { type Files, FILE_MODE, FILES, FOLDER_MODE, ifThere, isCode, nameOnce, syncFolder } from './files.ts';
import { type Draft, type Key, type Kind, KINDS, type ObjectStore, type PageOf, type Range } from './object-store.ts';

/** No separators, no dots in front: a name cannot lead out of its folder. */
const NAME = /^[0-9a-z][0-9a-z.-]{0,127}$/;
const CHUNK = 256 * 1024;
/** Nothing writes at one object for so long without a byte. */
const ABANDONED_MS = 24 * 3600 * 1000;

type Handle = Awaited<ReturnType<Files['open']>>;

/**
 * Objects as files of one folder: written under another name, flushed, and then named. An object that came in parts is a folder
 * of them. Several processes may use the folder, on one local file system.
 */
export class FolderStore implements ObjectStore {
  readonly #root: string;
  readonly #files: Files;

  constructor(root: string, files: Files = FILES) {
    this.#root = root;
    this.#files = files;
  }

  /** Folders of its own; those that are there stay. */
  async prepare(): Promise<void> {
    for (const folder of ['tmp', ...KINDS]) await this.#files.mkdir(path.join(this.#root, folder), { recursive: true, mode: FOLDER_MODE });
  }

  async draft(key: Key): Promise<Draft> {
    const to = this.#path(key);
    const from = this.#temporary();
    return new FileDraft(this.#files, await this.#files.open(from, 'wx', FILE_MODE), from, to);
  }

  async replace(key: Key, content: string): Promise<void> {
    const to = this.#path(key);
    const from = this.#temporary();
    const handle = await this.#files.open(from, 'wx', FILE_MODE);
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    await this.#files.rename(from, to);
  }

  async size(key: Key): Promise<number | null> {
    const parts = await this.#partsOf(key);
    if (parts === null) return null;
    return parts.reduce((sum, part) => sum + part.bytes, 0);
  }

  async read(key: Key, range: Range = { from: 0, to: Infinity }): Promise<AsyncIterable<Uint8Array> | null> {
    const parts = await this.#partsOf(key);
    if (parts === null) return null;
    const wanted: { file: string; range: Range }[] = [];
    let at = 0;
    for (const { file, bytes } of parts) {
      const inPart = { from: Math.max(0, range.from - at), to: Math.min(bytes, range.to - at) };
      if (inPart.from < inPart.to) wanted.push({ file, range: inPart });
      at += bytes;
    }
    const first = wanted[0] === undefined ? null : await ifThere(this.#files.open(wanted[0].file, 'r'));
    if (first === null && wanted.length > 0) return null;
    return readAll(this.#files, wanted, first);
  }

  async names(kind: Kind, { prefix = '', after = '', limit = Infinity }: PageOf = {}): Promise<string[]> {
    const all = await this.#files.readdir(path.join(this.#root, kind));
    return all.filter((name) => name.startsWith(prefix) && name > after && NAME.test(name)).toSorted().slice(0, limit);
  }

  async remove(key: Key): Promise<void> {
    const file = this.#path(key);
    try {
      await this.#files.unlink(file);
    } catch (error) {
      if (isCode(error, 'ENOENT')) return;
      if (!isCode(error, 'EISDIR', 'EPERM')) throw error;
      // A folder of parts goes at once too: nobody reads half of it
      const away = this.#temporary();
      await ifThere(this.#files.rename(file, away));
      await this.#files.rm(away, { recursive: true, force: true });
    }
    await syncFolder(this.#files, path.dirname(file));
  }

  /** Makes one object of others, in this order, without copying. False where there was one. */
  async join(key: Key, parts: readonly Key[]): Promise<boolean> {
    const folder = this.#temporary();
    try {
      await this.#files.mkdir(folder, { mode: FOLDER_MODE });
      for (const [index, part] of parts.entries()) await this.#files.link(this.#path(part), path.join(folder, String(index).padStart(6, '0')));
      await syncFolder(this.#files, folder);
      await this.#files.rename(folder, this.#path(key));
    } catch (error) {
      await this.#files.rm(folder, { recursive: true, force: true });
      if (!isCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw error;
      return false;
    }
    await syncFolder(this.#files, path.join(this.#root, key.kind));
    return true;
  }

  /** What a process that died left half-written. */
  async removeAbandoned(now: number): Promise<void> {
    const folder = path.join(this.#root, 'tmp');
    for (const name of await this.#files.readdir(folder)) {
      const file = path.join(folder, name);
      const found = await ifThere(this.#files.stat(file));
      if (found !== null && now - found.mtimeMs > ABANDONED_MS) await this.#files.rm(file, { recursive: true, force: true });
    }
  }

  #path({ kind, name }: Key): string {
    if (!KINDS.includes(kind) || !NAME.test(name)) throw new Error(`no name for an object: ${JSON.stringify(name)}`);
    return path.join(this.#root, kind, name);
  }

  #temporary(): string {
    return path.join(this.#root, 'tmp', randomBytes(16).toString('hex'));
  }

  async #partsOf(key: Key): Promise<{ file: string; bytes: number }[] | null> {
    const file = this.#path(key);
    const found = await ifThere(this.#files.stat(file));
    if (found === null) return null;
    if (!found.isDirectory()) return [{ file, bytes: found.size }];
    const names = await ifThere(this.#files.readdir(file));
    if (names === null) return null;
    const parts = [];
    for (const name of names.toSorted()) {
      const part = path.join(file, name);
      const { size } = await this.#files.stat(part);
      parts.push({ file: part, bytes: size });
    }
    return parts;
  }
}

class FileDraft implements Draft {
  readonly #files: Files;
  readonly #handle: Handle;
  readonly #from: string;
  readonly #to: string;

  constructor(files: Files, handle: Handle, from: string, to: string) {
    this.#files = files;
    this.#handle = handle;
    this.#from = from;
    this.#to = to;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += (await this.#handle.write(bytes, at)).bytesWritten;
  }

  async commit(): Promise<boolean> {
    await this.#handle.sync();
    await this.#handle.close();
    return nameOnce(this.#files, this.#from, this.#to);
  }

  async discard(): Promise<void> {
    await this.#handle.close().catch(() => undefined); // closed already where commit failed
    await ifThere(this.#files.unlink(this.#from));
  }
}

/** Each chunk in a buffer of its own: it may be given away. */
async function* readAll(files: Files, wanted: readonly { file: string; range: Range }[], first: Handle | null): AsyncGenerator<Uint8Array> {
  let handle = first;
  try {
    for (const { file, range } of wanted) {
      handle ??= await files.open(file, 'r'); // thousands of parts would be too many files to hold open
      for (let at = range.from; at < range.to;) {
        const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK, range.to - at));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
        if (bytesRead === 0) throw new Error('an object is shorter than it was');
        at += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
      await handle.close();
      handle = null;
    }
  } finally {
    await handle?.close();
  }
}

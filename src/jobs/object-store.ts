/** What is kept of an analysis, each under the id of the analysis (parts: with their number behind it; retries: under their own). */
export const KINDS = ['analyses', 'captures', 'parts', 'reports', 'progress', 'retries'] as const;
export type Kind = (typeof KINDS)[number];

export interface Key {
  readonly kind: Kind;
  readonly name: string;
}

/** Bytes from `from` to before `to`; `to` may lie behind the end. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface PageOf {
  readonly prefix?: string;
  /** Names behind this one only. */
  readonly after?: string | undefined;
  readonly limit?: number;
}

/** A new object on its way. Nobody sees anything of it before it is committed. */
export interface Draft {
  write(bytes: Uint8Array): Promise<void>;
  /** All of it is there from now on, whatever happens to this process or machine. False where there was such an object: that one stays. */
  commit(): Promise<boolean>;
  /** Nothing of it stays. */
  discard(): Promise<void>;
}

/** Keeps captures and reports: whole or not at all. `contract-object-store.ts` among the tests says what every form of it does. */
export interface ObjectStore {
  draft(key: Key): Promise<Draft>;
  /** For what may be lost: how far an analysis is. Others see the old content or the new. */
  replace(key: Key, content: string): Promise<void>;
  /** Null where there is no such object. */
  size(key: Key): Promise<number | null>;
  /** One and the same object, or an error where it is removed meanwhile. Null where there is none. To be read to its end, or returned from. */
  read(key: Key, range?: Range): Promise<AsyncIterable<Uint8Array> | null>;
  /** Names of one kind, sorted. */
  names(kind: Kind, page?: PageOf): Promise<string[]>;
  /** No such object is fine too. */
  remove(key: Key): Promise<void>;
}

/** A small object in one go. False where there was one. */
export async function createObject(store: ObjectStore, key: Key, content: string): Promise<boolean> {
  const draft = await store.draft(key);
  try {
    await draft.write(Buffer.from(content));
    return await draft.commit();
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** A small object as text. */
export async function readText(store: ObjectStore, key: Key, range?: Range): Promise<string | null> {
  const bytes = await store.read(key, range);
  if (bytes === null) return null;
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

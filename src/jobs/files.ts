import { link, mkdir, open, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';

/** What we use of a file system. Tests put one in its place that fails, or dies, at a certain step. */
export const FILES = { link, mkdir, open, readdir, rename, rm, stat, unlink };
export type Files = typeof FILES;

/** Nobody else's: captures hold other people's traffic. */
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

export function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Null where there is no such file. */
export async function ifThere<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** A name in a folder is only as durable as the folder. */
export async function syncFolder(files: Files, folder: string): Promise<void> {
  if (process.platform === 'win32') return; // folders cannot be opened there; NTFS keeps a journal of names
  const handle = await files.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a finished file its name, unless there is such a file: false then. The old name goes. */
export async function nameOnce(files: Files, from: string, to: string): Promise<boolean> {
  try {
    await files.link(from, to); // rename would replace
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    await ifThere(files.unlink(from));
    return false;
  }
  await ifThere(files.unlink(from));
  await syncFolder(files, path.dirname(to));
  return true;
}

/** A short file, written and flushed. */
export async function writeFlushed(files: Files, file: string, content: string): Promise<void> {
  const handle = await files.open(file, 'wx', FILE_MODE);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import type { FastifyMultipartOptions, MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from './errors.ts';
import type { UploadReceiver } from './upload.ts';

/** The parser remembers every part of a form to its end, with some 3 kB. */
const MOST_PARTS = 10_000;
/** What waits in each stage of the parser for us; a chunk of a socket has 64 KiB. */
const WAITING_BYTES = 256 * 1024;

/**
 * For the registration of @fastify/multipart. Every part is a stream, fields too: nothing of a form is held whole, and neither
 * a file nor a field is cut silently (by default files end at the app's `bodyLimit`). What too many headers belong to is passed over.
 */
export const FORM_OPTIONS: FastifyMultipartOptions = {
  isPartAFile: () => true,
  limits: { fileSize: Infinity, parts: MOST_PARTS, headerPairs: 100 },
  highWaterMark: WAITING_BYTES,
  fileHwm: WAITING_BYTES,
};

/**
 * Reads a form to the end of its request: its `capture` parts are the pieces of one capture. What came of a form that breaks off
 * is given to the receiver before the problem is thrown, except bytes at the very end that may begin a boundary.
 */
export async function readForm(request: FastifyRequest, receiver: UploadReceiver): Promise<void> {
  const parts = request.parts();
  let captures = 0;
  for (;;) {
    const { value: part, done } = await parts.next().catch(unreadable);
    if (done === true) break;
    if (part.type !== 'file') continue; // none: all are streams
    if (part.fieldname !== 'capture') {
      part.file.resume();
      continue;
    }
    if (isField(part)) throw new HttpProblem(400, 'bad-multipart', 'The part "capture" must be a file: curl -F capture=@capture.pcap URL');
    captures += 1;
    await receiver.nextPiece(part.filename === '' ? undefined : part.filename);
    await readPart(part.file, receiver);
  }
  await readEpilogue(request.raw);
  if (captures === 0) throw new HttpProblem(400, 'bad-multipart', 'The form has no part with the name "capture": curl -F capture=@capture.pcap URL');
}

function isField({ filename, mimetype }: MultipartFile): boolean {
  return (filename as string | undefined) === undefined && mimetype !== 'application/octet-stream';
}

/**
 * Where a form breaks off, the parser destroys the stream of its last part with bytes still in it. An iterator and 'data' events
 * lose them; read() gives them out.
 */
async function readPart(file: MultipartFile['file'], receiver: UploadReceiver): Promise<void> {
  let wake: (() => void) | null = null;
  const stir = (): void => wake?.();
  file.on('readable', stir).on('end', stir).on('close', stir);
  for (;;) {
    const chunk = file.read() as Uint8Array | null;
    if (chunk !== null) {
      const wait = receiver.write(chunk);
      if (wait !== undefined) await wait;
    } else if (file.readableEnded || file.destroyed) {
      return;
    } else {
      await new Promise<void>((resolve) => { wake = resolve; });
    }
  }
}

/** RFC 2046 section 5.1.1: what follows the last boundary means nothing, but it is part of the request. */
async function readEpilogue(source: FastifyRequest['raw']): Promise<void> {
  if (source.readableEnded) return;
  await new Promise((resolve) => { source.once('end', resolve).resume(); });
}

function unreadable(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new HttpProblem(400, 'bad-multipart', `The form cannot be read (${reason}). Send it with curl -F capture=@capture.pcap URL, or the capture itself with --data-binary.`);
}

import { captureKind } from '../capture/detect.ts';
import { givenBinary, givenText, negotiationReport } from '../http/negotiation-report.ts';
import type { RawMessage } from '../http/raw-messages.ts';
import { fieldsOf } from '../smb/fields/fields-of.ts';
import type { Field } from '../smb/fields/field.ts';
import { judgingTools } from './judging.ts';
import { readInput } from './read-input.ts';
import { bytesOfFields, renderDecoded } from './render-decoded.ts';
import { EXIT, readArguments, UsageError, write } from './terminal.ts';

export { tellFailure } from './failure.ts';

const USAGE = `smb-verdict decode: pasted SMB negotiation messages, field by field, and what is to be said of them

usage: smb-verdict decode [options] FILE | -

  FILE          text in any form that people paste: plain hex, hex dumps (tcpdump -X, xxd, hexdump -C, Wireshark, Format-Hex),
                byte arrays, escaped strings, base64; or the bytes themselves. - reads from a pipe
  --json        as POST /v1/negotiations/analyze answers
  --help

Exit code: 0 decoded wholly, 1 a message is damaged or cut (what could be read was told), 2 there is no message.
`;

const OPTIONS = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;

/** `smb-verdict decode`. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals: [file, ...more] } = readArguments({ args, options: OPTIONS, allowPositionals: true });
  if (values.help === true) {
    await write(USAGE);
    return EXIT.whole;
  }
  if (file === undefined || more.length > 0) throw new UsageError('decode: name one file, or - for a pipe.');
  const bytes = await readInput(file);
  if (captureKind(bytes) !== undefined) throw new UsageError(`This is a capture: smb-verdict ${file}`);
  const { report, raw } = negotiationReport([isText(bytes) ? givenText(bytes) : givenBinary(bytes)], judgingTools());
  await write(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : renderDecoded(report, raw));
  return raw.some(isDamaged) ? EXIT.damaged : EXIT.whole;
}

/** Messages have zero bytes, texts none but those of UTF-16. */
function isText(bytes: Buffer): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || !bytes.includes(0);
}

function isDamaged(message: RawMessage): boolean {
  const { bytes, form } = bytesOfFields(message);
  return hasError(fieldsOf(bytes, form));
}

function hasError(fields: readonly Field[]): boolean {
  return fields.some(({ name, children = [] }) => name === 'error' || hasError(children));
}

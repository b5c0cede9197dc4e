import { hexBytes } from './digits.ts';
import { hexContent, type HexContent } from './hex-content.ts';
import { hexGroups, type HexGroup } from './hex-groups.ts';
import { IgnoredLines } from './ignored-lines.ts';
import { type Line, placeIn } from './lines.ts';
import { type Chunk, type Paste, PasteFault } from './paste.ts';
import { joinPieces, type Piece } from './pieces.ts';
import { byReplyBit, sidesOf } from './sides.ts';
import { holdsSmb } from './smb-start.ts';

/** A line of hex digits, cut into groups at what parts them. */
interface HexLine {
  readonly line: Line;
  readonly groups: readonly HexGroup[];
}

/** Hex digits with anything between that means nothing, labels and comments aside. Null where nothing looks like hex; a fault where something nearly does. */
export function readPlainHex(lines: readonly Line[]): Paste | PasteFault | null {
  const ignored = new IgnoredLines();
  const warnings: string[] = [];
  const blocks: HexLine[][] = [[]];
  for (const line of lines) {
    const content = hexContent(line);
    if (content.kind === 'hex') {
      const groups = readGroups(line, content);
      if (groups instanceof PasteFault) return groups;
      if (content.cut) warnings.push(`Line ${line.number} was shortened by the program that printed it: what it left out is missing.`);
      blocks.at(-1)?.push({ line, groups });
      continue;
    }
    if (line.text.trim() === '*' && blocks.flat().length > 0) return new PasteFault('bad-hex', `Line ${line.number}: * stands for rows like the one before, but without offsets nobody knows how many. Dump again with -v.`, placeIn(line, 0));
    if (content.kind === 'text') ignored.add(line.number, 'no hex');
    if (blocks.at(-1)?.length !== 0) blocks.push([]);
  }
  const found = blocks.filter((block) => block.length > 0);
  if (found.length === 0) return null;
  const sides = sidesOf(lines, found.flat().map(({ line }) => line.text.length - line.text.trimStart().length), false);
  const pieces: Piece[] = [];
  for (const block of found) {
    const read = readBlock(block);
    if (read instanceof PasteFault) return read;
    for (const piece of read) pieces.push({ ...piece, direction: sides.of(indentOf(lines, piece.line)) });
  }
  return { form: 'plain-hex', chunks: byReplyBit(joinPieces(pieces), sides), ignored: ignored.list(), warnings };
}

function indentOf(lines: readonly Line[], number: number): number {
  const text = lines[number - 1]?.text ?? '';
  return text.length - text.trimStart().length;
}

function readGroups(line: Line, { from, to }: Extract<HexContent, { kind: 'hex' }>): readonly HexGroup[] | PasteFault {
  const { groups, stop } = hexGroups(line.text, from, to);
  if (stop < to) return new PasteFault('bad-hex', `Line ${line.number}, column ${stop + 1}: something that is no hex digit.`, placeIn(line, stop));
  return groups;
}

/** Lines without a blank line between. One stream of digits may be wrapped anywhere; groups must be whole bytes each. */
function readBlock(block: readonly HexLine[]): Piece[] | PasteFault {
  const single = block.every(({ groups }) => groups.length === 1);
  const odd = block.some(({ groups }) => groups.some(({ digits }) => digits.length % 2 !== 0));
  if (!odd) return block.map(({ line, groups }) => ({ bytes: hexBytes(groups.map(({ digits }) => digits).join('')), line: line.number }));
  const digits = block.flatMap(({ groups }) => groups.map((group) => group.digits));
  const [first] = block;
  if (single && digits.join('').length % 2 === 0) return [{ bytes: hexBytes(digits.join('')), line: first?.line.number ?? 1 }];
  const short = unpadded(digits, first?.line.number ?? 1);
  return short ?? oddFault(block, single);
}

/** `0 0 0 85 ff 53 4d 42`: only where no byte is written with a leading zero, and SMB comes out. */
function unpadded(digits: readonly string[], line: number): Piece[] | null {
  if (!digits.every((one) => one.length === 1 || (one.length === 2 && !one.startsWith('0')))) return null;
  const pieces: Chunk[] = [{ bytes: Uint8Array.from(digits, (one) => Number.parseInt(one, 16)), line, direction: null }];
  return holdsSmb(pieces) ? pieces : null;
}

function oddFault(block: readonly HexLine[], single: boolean): PasteFault {
  const last = block.at(-1);
  const wrong = single ? last : block.find(({ groups }) => groups.some(({ digits }) => digits.length % 2 !== 0));
  const group = single ? last?.groups.at(-1) : wrong?.groups.find(({ digits }) => digits.length % 2 !== 0);
  if (wrong === undefined || group === undefined) return new PasteFault('bad-hex', 'The number of hex digits is odd.');
  const total = block.reduce((sum, { groups }) => sum + groups.reduce((digits, each) => digits + each.digits.length, 0), 0);
  const many = single ? `the number of hex digits is odd (${total})` : group.digits.length === 1 ? 'a single hex digit' : `a group of ${group.digits.length} hex digits`;
  return new PasteFault('bad-hex', `Line ${wrong.line.number}, column ${group.end + 1}: ${many}: one is missing or too many.`, placeIn(wrong.line, group.end));
}

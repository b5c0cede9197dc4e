/** Renderers of the forms, written from what the tools print; none of the product's code is used. */
const pair = (byte: number): string => byte.toString(16).padStart(2, '0');
const rows = (bytes: Uint8Array, width: number): Uint8Array[] => Array.from({ length: Math.ceil(bytes.length / width) }, (_, row) => bytes.subarray(row * width, (row + 1) * width));
const ascii = (bytes: Uint8Array, blank = ' '): string => [...bytes].map((byte) => (byte === 0x20 ? blank : byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
const escaped = (bytes: Uint8Array): string => [...bytes].map((byte) => `\\x${pair(byte)}`).join('');

function dump(bytes: Uint8Array, { width = 16, digits = 4, colon = '', before = '', gap = '  ', half = '', size = 1, column = (row: Uint8Array): string => `   ${ascii(row)}` }): string {
  const line = (row: Uint8Array, index: number): string => {
    let data = '';
    for (let at = 0; at < width; at++) {
      if (at > 0 && at % size === 0) data += at === 8 ? ` ${half}` : ' ';
      data += at < row.length ? pair(row[at] ?? 0) : '  ';
    }
    return `${before}${(index * width).toString(16).padStart(digits, '0')}${colon}${gap}${data}${column(row)}`;
  };
  return rows(bytes, width).map(line).join('\n') + '\n';
}

export const FORMS: Readonly<Record<string, (bytes: Uint8Array) => string>> = {
  'Wireshark': (bytes) => dump(bytes, {}),
  'Wireshark without text': (bytes) => dump(bytes, { column: () => '' }),
  'tcpdump -X': (bytes) => dump(bytes, { before: '\t0x', colon: ':', size: 2, column: (row) => `  ${ascii(row, '.')}` }),
  'tcpdump -xx': (bytes) => dump(bytes, { before: '\t0x', colon: ':', size: 2, column: () => '' }),
  'xxd': (bytes) => dump(bytes, { digits: 8, colon: ':', gap: ' ', size: 2, column: (row) => `  ${ascii(row)}` }),
  'xxd -g1 -c 8': (bytes) => dump(bytes, { width: 8, digits: 8, colon: ':', gap: ' ', column: (row) => `  ${ascii(row)}` }),
  'hexdump -C -v': (bytes) => `${dump(bytes, { digits: 8, half: ' ', column: (row) => `  |${ascii(row)}|` })}${bytes.length.toString(16).padStart(8, '0')}\n`,
  'Format-Hex 5.1': (bytes) => `\r\n           Path: C:\\x\r\n\r\n           00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\r\n\r\n${dump(bytes, { digits: 8, gap: '   ', column: (row) => `  ${ascii(row)}` }).replaceAll('\n', '\r\n')}`,
  'Format-Hex 7': (bytes) => `   Label: x\n\n          Offset Bytes                                           Ascii\n                 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F\n          ------ ----------------------------------------------- -----\n${dump(bytes, { digits: 16, gap: ' ', column: (row) => ` ${ascii(row)}` })}`,
  'plain hex': (bytes) => [...bytes].map(pair).join(''),
  'hex with blanks': (bytes) => rows(bytes, 20).map((row) => [...row].map(pair).join(' ')).join('\n'),
  'C array': (bytes) => `static const unsigned char p[] = {\n${rows(bytes, 12).map((row) => `  ${[...row].map((byte) => `0x${pair(byte)}`).join(', ')}`).join(',\n')}\n};\n`,
  'PowerShell, decimal': (bytes) => `[byte[]](${[...bytes].join(',')})`,
  'escaped string': (bytes) => rows(bytes, 16).map((row) => `"${escaped(row)}"`).join(' \\\n'),
  'base64': (bytes) => (Buffer.from(bytes).toString('base64').match(/.{1,76}/g) ?? []).join('\n'),
  'Follow': (bytes) => dump(bytes, { digits: 8, half: ' ', column: (row) => `   ${ascii(row.subarray(0, 8))}${row.length > 8 ? ` ${ascii(row.subarray(8))}` : ''}` }),
  'Python': (bytes) => {
    const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
    const named: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
    const text = [...bytes].map((byte) => {
      const letter = String.fromCharCode(byte);
      return named[letter] ?? (letter === quote ? `\\${quote}` : byte >= 0x20 && byte < 0x7f ? letter : `\\x${pair(byte)}`);
    });
    return `b${quote}${text.join('')}${quote}`;
  },
};

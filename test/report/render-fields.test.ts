import { describe, expect, it } from 'vitest';
import { renderFields } from '../../src/report/render-fields.ts';
import { fieldsOf } from '../../src/smb/fields/fields-of.ts';

const lines = (hex: string): string[] => {
  const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
  return renderFields(bytes, fieldsOf(bytes)).split('\n');
};

describe('the text of fields', () => {
  it('has offset, bytes, name, value and meaning in a tree', () => {
    expect(lines('00000025ff534d4272000000008813c00000000000000000000000000000fffe0000000001ffff0000')).toEqual([
      '0000                           Session packet header',
      '0000  00                         TYPE: 0 (session message)',
      '0001  00 00 25                   LENGTH: 37',
      '0004                           SMB_Header',
      '0004  ff 53 4d 42                Protocol: ff534d42 (SMB1)',
      '0008  72                         Command: 0x72 (SMB_COM_NEGOTIATE)',
      '0009  00 00 00 00                Status: 0x00000000 (STATUS_SUCCESS)',
      '000d  88                         Flags: 0x88 (SMB_FLAGS_CASE_INSENSITIVE, SMB_FLAGS_REPLY)',
      '000e  13 c0                      Flags2: 0xc013 (SMB_FLAGS2_LONG_NAMES, SMB_FLAGS2_EAS, SMB_FLAGS2_SMB_SECURITY_SIGNATURE_REQUIRED, SMB_FLAGS2_NT_STATUS, SMB_FLAGS2_UNICODE)',
      '0010  00 00                      PIDHigh: 0',
      '0012  00 00 00 00 00 00 00 00    SecurityFeatures: 0000000000000000',
      '001a  00 00                      Reserved: 0000',
      '001c  00 00                      TID: 0',
      '001e  ff fe                      PIDLow: 65279',
      '0020  00 00                      UID: 0',
      '0022  00 00                      MID: 0',
      '0024                           SMB_COM_NEGOTIATE response',
      '0024  01                         WordCount: 1 (core protocol, or no dialect)',
      '0025  ff ff                      DialectIndex: 65535 (no dialect of the request is acceptable)',
      '0027  00 00                      ByteCount: 0',
      '',
    ]);
  });

  it('marks what is missing', () => {
    expect(lines('000000').slice(1)).toEqual(['0000  00                         TYPE: 0 (session message)', '0001  00 00                      LENGTH: 0000 (cut: 3 bytes are due, 2 are there)', '0003                             !! truncated: LENGTH: 3 bytes are due, 2 are there', '']);
  });

  it('lets no control character of a name reach the terminal', () => {
    const dialect = Buffer.from('\u001b[2Jx').toString('hex');
    const text = lines(`0000002aff534d4272000000001853c80000000000000000000000000000fffe0000000000070002${dialect}00`).join('\n');
    expect(text).toContain('SMB_Dialect: \ufffd[2Jx');
    expect(text).not.toContain('\u001b');
  });
});

import { describe, expect, it } from 'vitest';
import { concat, fields, pcapFile } from '../build/pcap.ts';
import { block, interfaceBlock, packetBlock, pcapngFile, sectionBlock } from '../build/pcapng.ts';
import { read, readCapture } from './read-capture.ts';

const A = Uint8Array.of(1, 2, 3);

describe('the limit', () => {
  it('recordBytes stops a classic capture at a record above it, not at one that reaches it', () => {
    const whole = pcapFile([{ bytes: new Uint8Array(1_048_576) }, { bytes: new Uint8Array(1_048_577) }, { bytes: A }], { snaplen: 0 });
    const capture = read(whole);
    expect(capture).toMatchObject({ packets: 1, status: 'damaged', faults: [{ code: 'bad-record-length', packets: [2], offset: 24 + 16 + 1_048_576 }] });
    expect(capture.faults[0]?.message).toContain('at most 1048576 are believed');
  });

  it('recordBytes leaves a pcapng packet above it out, and goes on', () => {
    const capture = read(pcapngFile([{ bytes: new Uint8Array(11) }, { bytes: new Uint8Array(10) }]), { recordBytes: 10 });
    expect(capture.frames.map(({ captured }) => captured.length)).toEqual([20]);
    expect(capture).toMatchObject({ status: 'ok', faults: [{ code: 'bad-record-length', offset: 48 }] });
  });

  it('blockBytes stops at a block above it that would have to be held', () => {
    const comment = (length: number): Uint8Array => block(false, 1, concat(fields(false, [2, 1], [2, 0], [4, 0], [2, 1], [2, length]), new Uint8Array(length)));
    const file = (length: number): Uint8Array => concat(sectionBlock(), comment(length), packetBlock(false, { bytes: A }, 0));
    expect(read(file(40), { blockBytes: 64 })).toMatchObject({ packets: 1, status: 'ok' });
    const over = read(file(44), { blockBytes: 64 });
    expect(over).toMatchObject({ packets: 0, status: 'damaged', faults: [{ code: 'bad-record-length', offset: 28 }] });
    expect(over.faults[0]?.message).toContain('at most 64 are believed');
  });

  it('blockBytes does not matter for a block that is passed over', () => {
    const between = [block(false, 10, new Uint8Array(400))];
    expect(read(pcapngFile([{ bytes: A }], { between }), { blockBytes: 64 })).toMatchObject({ packets: 1, faults: [] });
  });

  it('interfaces ends the description of a million of them, told once; packets of the first ones are read', () => {
    const one = interfaceBlock(false, {});
    const thousand = concat(...Array.from({ length: 1000 }, () => one));
    const packets = concat(packetBlock(false, { bytes: A, interface: 65_535 }, 0), packetBlock(false, { bytes: A, interface: 65_536 }, 1), packetBlock(false, { bytes: A, interface: 999_999 }, 2));
    const capture = readCapture([[sectionBlock(), ...Array.from({ length: 1000 }, () => thousand), packets]]);
    expect(capture.packets).toBe(1);
    expect(capture.faults.map(({ code, offset }) => [code, offset])).toEqual([
      ['too-many-interfaces', 28 + 65_536 * 20],
      ['unknown-interface', 28 + 20_000_000 + 36],
      ['unknown-interface', 28 + 20_000_000 + 72],
    ]);
  });
});

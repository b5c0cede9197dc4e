import { describe, expect, it } from 'vitest';
import { Analyser } from '../../src/analyser.ts';
import { buildConnection } from '../../src/report/build-connection.ts';
import { ConnectionTexts } from '../../src/report/connection-texts.ts';
import { Foresight } from '../../src/report/foresight.ts';
import { JudgedConnection } from '../../src/report/judged-connection.ts';
import { ServerHistories } from '../../src/report/server-histories.ts';
import { Dice, MUTATIONS } from '../mutants/mutations.ts';
import { type Editable, readPcap, tcpOf, writePcap } from '../mutants/edit-capture.ts';
import { matrixCaptures, smallCaptures } from '../mutants/small-captures.ts';

const COPIES = 3;

/** The same capture between several pairs of hosts at once: the first pair is judged on its own, the others are like it. */
function multiplied({ linkType, packets }: Editable): Uint8Array {
  return writePcap({
    linkType,
    packets: packets.flatMap((packet) => {
      const tcp = tcpOf(packet, linkType);
      if (tcp === null) return [packet];
      const [first, second] = tcp.version === 4 ? [tcp.ip + 15, tcp.ip + 19] : [tcp.ip + 23, tcp.ip + 39];
      return Array.from({ length: COPIES }, (_, copy) => {
        const bytes = packet.bytes.slice();
        for (const at of [first, second]) bytes[at] = bytes[at]! ^ (copy << 4);
        return { ...packet, bytes };
      });
    }),
  });
}

/** Every connection that was taken for like another, against what it is when it is built and judged by itself. */
function likenesses(capture: Uint8Array, name: string): number {
  const texts = { verdicts: new ConnectionTexts('verdicts', { type: 'connection' }), summary: new ConnectionTexts('summary') };
  let alike = 0;
  const foresight = { alike: new Foresight(), alone: new Foresight() };
  const histories = { alike: new ServerHistories(100, foresight.alike), alone: new ServerHistories(100, foresight.alone) };
  const onConnection = (judged: JudgedConnection): void => {
    const itself = JudgedConnection.of(judged.exchange);
    histories.alike.observe(judged);
    histories.alone.observe(itself);
    expect(foresight.alike.textOf(foresight.alike.observe(judged)), name).toBe(foresight.alone.textOf(foresight.alone.observe(itself)));
    const { address } = judged.server;
    expect(histories.alike.findingsOf(address), name).toEqual(histories.alone.findingsOf(address));
    if (judged.alike === null) return;
    alike += 1;
    const filled = { verdicts: texts.verdicts.textOf(judged, 6), summary: texts.summary.textOf(judged, 6) };
    const alone = JudgedConnection.of(judged.exchange);
    const built = { verdicts: { type: 'connection', ...buildConnection(alone, 'verdicts', 6) }, summary: buildConnection(alone, 'summary', 6) };
    expect(filled, name).toEqual({ verdicts: JSON.stringify(built.verdicts), summary: JSON.stringify(built.summary) });
    expect(judged.judgement, name).toEqual(alone.judgement);
    const { id, start, client, server } = alone.exchange;
    expect(judged.id).toBe(id);
    expect(judged.start).toMatchObject(start!);
    expect([judged.client, judged.server]).toEqual([client, server]);
  };
  const analyser = new Analyser({ seed: 7, onConnection });
  analyser.write(capture);
  analyser.end();
  return alike;
}

const CAPTURES = [...smallCaptures(60_000), ...matrixCaptures(7)];

describe('connections that are like one before', () => {
  it('get, filled in, the very text that they get when they are built and judged alone', () => {
    let alike = 0;
    for (const capture of CAPTURES) alike += likenesses(multiplied(capture), capture.name);
    expect(alike).toBeGreaterThan(1);
  });

  it('get it after any damage to the capture', () => {
    const mutations = Object.entries(MUTATIONS);
    let alike = 0;
    for (let seed = 0; seed < Number(process.env['LIKENESSES'] ?? 400); seed += 1) {
      const dice = new Dice(seed);
      const capture = dice.pick(CAPTURES);
      const [mutation, mutate] = dice.pick(mutations);
      const read = readPcap(mutate(capture, dice));
      if (read !== null) alike += likenesses(multiplied(read), `${capture.name} ${mutation} ${seed}`);
    }
    expect(alike).toBeGreaterThan(1);
  });

  it('are found: the third pair does what the first did; in the second the client has the greater address', () => {
    const capture = CAPTURES.find(({ name }) => name === 'article_a.pcap')!;
    expect(likenesses(multiplied(capture), 'article_a.pcap')).toBe(1);
  });
});

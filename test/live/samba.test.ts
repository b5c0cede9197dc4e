import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROFILES } from '../../src/selection/profiles.ts';
import { type ServerStep, type Step } from '../../src/selection/simulate.ts';
import { stable } from '../conformance/oracle.ts';
import { Dialogue } from './dialogue.ts';
import { distinct, foretell, judged, judgedAs, sambaUnder, withSessionSetup } from './foretold.ts';
import { NAMES, POLICIES } from './policies.ts';
import { skipped, title, withoutCapture } from './programs.ts';
import { Smbd } from './smbd.ts';
import { Tcpdump } from './tcpdump.ts';

/** Real smbd under each policy, asked with the bytes that every client profile sends: its answers are the predicted bytes. */

const CLIENTS = PROFILES.flatMap(({ id, client }) => (client === undefined ? [] : [{ id, client }]));
const SILENCE_MS = 300;

describe.skipIf(skipped).each(POLICIES)(`${title}, $name`, ({ options }) => {
  const server = sambaUnder(options);
  let smbd: Smbd;
  let tcpdump: Tcpdump | null = null;
  const verdicts = new Map<number, { id: string; foretold: string }>();

  beforeAll(async () => {
    smbd = await Smbd.start({ ...NAMES, ...options });
    if (!withoutCapture) tcpdump = await Tcpdump.start(smbd.port);
  });
  afterAll(() => smbd.stop());

  it('answers every client as foretold', async () => {
    const differing: string[] = [];
    const asking = distinct(CLIENTS, ({ client }) => foretell(client, {}, server));
    for (const { id, client } of asking) {
      process.stderr.write(`${Date.now()} ${id} ${differing.at(-1)?.slice(0,300)}\n`);
      const played = foretell(client, {}, server);
      const dialogue = await Dialogue.open(smbd.port);
      verdicts.set(dialogue.port, { id, foretold: judgedAs(played) });
      differing.push(...(await differences(dialogue, withSessionSetup(played, server))).map((text) => `${id}: ${text}`));
      dialogue.close();
    }
    expect(differing).toEqual([]);
    expect(asking.length).toBeGreaterThan(50);
  });

  it.skipIf(withoutCapture)('gets from our analyser the verdicts that were foretold (skipped without tcpdump)', async () => {
    const found = judged(await tcpdump!.stop());
    const [observed, foretold] = [[...verdicts].map(([port, { id }]) => `${id}: ${found.get(port) ?? 'not seen'}`), [...verdicts.values()].map((each) => `${each.id}: ${each.foretold}`)];
    expect(observed).toEqual(foretold);
  });
});

/** Sends what the client sends, and holds each answer against what was foretold. */
async function differences(dialogue: Dialogue, steps: readonly Step[]): Promise<string[]> {
  const found: string[] = [];
  for (const step of steps) {
    if (step.from === 'client') {
      dialogue.send(step.bytes);
      continue;
    }
    const [expected, observed] = await compared(dialogue, step);
    if (expected !== observed) found.push(`${step.kind}: foretold ${expected}, got ${observed}`);
    if (step.after !== 'open' && !(await dialogue.isEnded())) found.push(`${step.kind}: it did not hang up`);
    if (step.after === 'open' && (await dialogue.isEnded(0))) found.push(`${step.kind}: it hung up`);
  }
  return found;
}

async function compared(dialogue: Dialogue, step: ServerStep): Promise<[expected: string, observed: string]> {
  if (step.reply === null) {
    const message = step.after === 'open' ? await dialogue.message(SILENCE_MS) : await dialogue.message();
    return ['nothing', message === null ? 'nothing' : message.toString('hex')];
  }
  const message = await dialogue.message();
  if (message === null) return ['an answer', 'none'];
  if (step.bytes !== null) return [stable(Buffer.from(step.bytes).toString('hex')), stable(message.toString('hex'))];
  const [command, status] = message[4] === 0xff ? [message[8], message.readUInt32LE(9)] : [message.readUInt16LE(16), message.readUInt32LE(12)];
  return step.status === undefined ? [`command ${step.command}`, `command ${command}`] : [`command ${step.command} status ${step.status}`, `command ${command} status ${status}`];
}

import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/negotiation/exchange.ts';
import { analyseBytes } from '../conformance/analyse.ts';
import { writePcap } from '../mutants/edit-capture.ts';
import { Wire } from '../mutants/conversations.ts';
import { smb1NegotiateRequest, smb1NegotiateResponse, smb2NegotiateResponse } from '../build/smb.ts';

const NT_LM = smb1NegotiateRequest({ dialects: ['NT LM 0.12'] });

/** What is concluded from a client and a server that talk. */
function concluded(talk: (wire: Wire) => void): Pick<Exchange, 'clientSilenceProven' | 'serverSilenceProven'> {
  const wire = new Wire(445);
  wire.handshake();
  talk(wire);
  const { clientSilenceProven, serverSilenceProven } = analyseBytes(writePcap({ linkType: 1, packets: wire.packets })).connections[0]!.exchange;
  return { clientSilenceProven, serverSilenceProven };
}

describe('silence', () => {
  it('of the client is counted from the last message heard, not from the answer that decides', () => {
    expect(concluded((wire) => {
      wire.say(wire.client, NT_LM, false);
      wire.say(wire.server, smb1NegotiateResponse(), true);
      wire.wait(7);
      wire.say(wire.client, smb1NegotiateRequest(), false);
      wire.say(wire.server, smb2NegotiateResponse({ dialect: 0x02ff }), true);
    })).toEqual({ clientSilenceProven: false, serverSilenceProven: false });
  });

  it('of five seconds after the last message is proven', () => {
    expect(concluded((wire) => {
      wire.say(wire.client, NT_LM, false);
      wire.say(wire.server, smb1NegotiateResponse(), true);
      wire.wait(7);
      wire.send(wire.client, 'A');
      wire.send(wire.server, 'A');
    })).toEqual({ clientSilenceProven: true, serverSilenceProven: true });
  });

  it('is proven by the own FIN or reset, not by the other side’s: more may cross it, or follow', () => {
    const ended = (by: 'client' | 'server', flags: string) => concluded((wire) => {
      wire.say(wire.client, NT_LM, false);
      wire.say(wire.server, smb1NegotiateResponse(), true);
      wire.send(wire[by], flags);
    });
    for (const flags of ['FA', 'RA', 'R']) {
      expect(ended('client', flags)).toEqual({ clientSilenceProven: true, serverSilenceProven: false });
      expect(ended('server', flags)).toEqual({ clientSilenceProven: false, serverSilenceProven: true });
    }
  });
});

import { describe, expect, it } from 'vitest';
import { JudgedConnection } from '../../src/report/judged-connection.ts';
import { HostTable } from '../../src/report/hosts.ts';
import { MIXED_OFFER, RESET, SELECTED, SMB1_OFFER, SMB2_OFFER, SMB311, judged } from './exchange.ts';

const REJECTED = judged({ code: 'smb1-only-client-rejected', smb1: 'client-needs-it' }, { offer: SMB1_OFFER, answer: RESET });
const MODERN = judged({ code: 'smb2-negotiated', smb1: 'none' }, { offer: SMB2_OFFER, answer: SMB311, dialect: '3.1.1', dialectCode: 0x0311, smb2Success: true });
const BAIT = judged({ code: 'smb1-only-server-found', smb1: 'server-needs-it' }, { offer: MIXED_OFFER, answer: SELECTED, dialect: 'NT LM 0.12' });
const DECOY = judged({ code: 'smb2-negotiated-after-decoy', smb1: 'decoy' }, { offer: MIXED_OFFER, answer: SMB311, dialect: '3.1.1', dialectCode: 0x0311, smb2Success: true });
const UNANSWERED = judged({ code: 'negotiation-unanswered', smb1: 'offered' }, { offer: MIXED_OFFER, answer: { ...RESET, kind: 'silence' } });
const USED = judged({ code: 'smb1-in-use', smb1: 'in-use' }, { offer: SMB1_OFFER, answer: SELECTED, dialect: 'NT LM 0.12' });

function sides(...connections: (typeof REJECTED)[]): { client: string | undefined; server: string | undefined } {
  const table = new HostTable(100);
  for (const connection of connections) table.observe(connection);
  const { hosts } = table.finish(new Map());
  const of = (address: string) => hosts.find((host) => host.address === address)?.smb1;
  return { client: of('10.0.0.5')?.asClient, server: of('10.0.0.9')?.asServer };
}

describe('what a host did with SMB1', () => {
  it('is needs-it for a client that offered nothing else', () => { expect(sides(REJECTED)).toEqual({ client: 'needs-it', server: 'none' }); });
  it('is only offered when the same client showed SMB2 elsewhere', () => { expect(sides(REJECTED, MODERN)).toEqual({ client: 'offered', server: 'none' }); });
  it('is needs-it for a server that took the bait, and decoy-only for its client', () => { expect(sides(BAIT)).toEqual({ client: 'decoy-only', server: 'needs-it' }); });
  it('is selected when the same server showed SMB2 elsewhere, in whatever order', () => {
    expect(sides(BAIT, MODERN).server).toBe('selected');
    expect(sides(MODERN, BAIT).server).toBe('selected');
  });
  it('is decoy-only when every offer that was answered was a decoy', () => { expect(sides(DECOY, UNANSWERED)).toEqual({ client: 'decoy-only', server: 'none' }); });
  it('is not-seen for a server that was not heard', () => { expect(sides(UNANSWERED)).toEqual({ client: 'offered', server: 'not-seen' }); });
  it('is in-use whatever else was seen', () => { expect(sides(DECOY, USED, MODERN)).toEqual({ client: 'in-use', server: 'in-use' }); });
});

describe('the table', () => {
  it('gives roles, dialects and the highest one', () => {
    const table = new HostTable(100);
    for (const connection of [BAIT, MODERN]) table.observe(connection);
    const client = table.finish(new Map()).hosts.find((host) => host.address === '10.0.0.5');
    expect(client).toMatchObject({ roles: ['client'], connections: 2, dialects: { offered: ['NT LM 0.12', 'SMB 2.???', '2.0.2', '3.1.1'], negotiatedHighest: '3.1.1' } });
  });

  it('counts the probes of scanners', () => {
    expect(new HostTable(100).finish(new Map([['10.9.9.9', 250]])).hosts).toMatchObject([{ address: '10.9.9.9', probes: 250, roles: [], smb1: { asClient: 'not-seen', asServer: 'not-seen' } }]);
  });

  it('reports 1 000 hosts, those that matter for SMB1 first, and counts the others', () => {
    const table = new HostTable(1500);
    for (let index = 0; index < 1600; index += 1) {
      table.observe(judged({ code: 'smb2-negotiated', smb1: 'none' }, { client: { address: `10.1.${index >> 8}.${index & 255}`, isPublic: false, port: 1, mac: null }, offer: SMB2_OFFER, answer: SMB311 }));
      if (index === 1400) table.observe(JudgedConnection.decided({ ...REJECTED.exchange, client: { address: '10.7.7.7', isPublic: false, port: 1, mac: null } }, REJECTED.judgement, []));
    }
    const { hosts, omitted } = table.finish(new Map());
    expect(hosts).toHaveLength(1000);
    expect(hosts[0]?.address).toBe('10.7.7.7');
    expect(omitted).toBe(602);
  });
});

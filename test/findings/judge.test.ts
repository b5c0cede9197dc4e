import { describe, expect, it } from 'vitest';
import { judgeFindings } from '../../src/findings/judge.ts';
import type { Finding } from '../../src/findings/finding.ts';
import { exchange, oldSmb2Response, seen, smb1PlainResponse, smb1Selected, WITHOUT_SMB2 } from '../build/exchange.ts';

const finding = (id: string, judge: Finding['judge']): Finding => ({ id, title: 'T', severity: 'low', since: '0', explanation: 'E.', falsePositives: 'F.', remediation: [], references: [], judge });

describe('judgeFindings', () => {
  it('finds nothing on a good SMB 3.1.1 exchange', () => {
    expect(judgeFindings(exchange())).toEqual([]);
  });

  it('finds nothing where nothing was captured', () => {
    expect(judgeFindings(exchange({ ...WITHOUT_SMB2, messages: [], offer: { kind: 'not-captured', packet: null, smb2Packet: null } }))).toEqual([]);
  });

  it('puts the most severe first, and equals in the order of the catalogue', () => {
    const found = judgeFindings(smb1Selected(['NT LM 0.12'], smb1PlainResponse({ securityMode: 0x00 }), { server: { address: '8.8.8.8', isPublic: true } }));
    expect(found.map(({ id, severity }) => `${severity} ${id}`)).toEqual([
      'critical smb1-plaintext', 'high smb1-server', 'high smb1-only-client', 'high smb1-share-level', 'high smb-internet',
      'medium smb1-no-extsec', 'medium signing-not-required', 'medium signing-disabled-smb1', 'info smb1-client-offer',
    ]);
  });

  it('carries evidence, the severity of this case and its note', () => {
    const [first] = judgeFindings(exchange({ smb2Response: seen(5, 'server', oldSmb2Response(0x0302, { securityMode: 3 })) })).filter(({ id }) => id === 'old-dialect');
    expect(first).toEqual({
      id: 'old-dialect', severity: 'low', note: 'SMB 3.0 and 3.0.2 can encrypt, but do not protect the negotiation itself as 3.1.1 does.',
      evidence: [{ packet: 5, field: 'smb2.dialect', value: '0x0302', meaning: 'a dialect below 3.1.1' }],
    });
  });

  it('loses one finding to a bug in it, counted, and keeps the others', () => {
    const errors: string[] = [];
    const findings = [
      finding('broken', () => { throw new Error('bug'); }),
      finding('sound', () => ({ is: 'present', evidence: [{ packet: 1, field: 'frame.number', value: '1', meaning: 'm' }] })),
    ];
    expect(judgeFindings(exchange(), (id) => errors.push(id), findings).map(({ id }) => id)).toEqual(['sound']);
    expect(errors).toEqual(['broken']);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyseBytes } from '../conformance/analyse.ts';

/** What is in them was read with tshark, too. What smbclient and smbd 4.17.12 said to each other: test/captures/record-samba.sh. */
const CAPTURES = [
  {
    file: 'samba_encrypted.pcap', packets: 38, verdict: 'smb2-negotiated', dialect: '3.1.1', smb1: 'none', answer: 'smb2-dialect',
    findings: ['name-leak', 'ntlm-only', 'signing-not-required'],
  },
  {
    file: 'samba_smb1_in_use.pcap', packets: 28, verdict: 'smb1-in-use', dialect: 'NT LANMAN 1.0', smb1: 'in-use', answer: 'smb1-selected',
    findings: ['ntlm-only', 'smb1-client-offer', 'smb1-only-server', 'smb1-server'],
  },
  {
    file: 'samba_refuses_smb1.pcap', packets: 10, verdict: 'smb1-only-client-rejected', dialect: null, smb1: 'client-needs-it', answer: 'smb1-none',
    findings: ['smb1-client-offer', 'smb1-only-client'],
  },
  {
    file: 'samba_after_decoy.pcap', packets: 40, verdict: 'smb2-negotiated-after-decoy', dialect: '3.1.1', smb1: 'decoy', answer: 'smb2-dialect',
    findings: ['name-leak', 'ntlm-only', 'signing-not-required', 'smb1-client-offer'],
  },
] as const;

describe('recorded from Samba', () => {
  it.each(CAPTURES)('$file', ({ file, ...expected }) => {
    const { analysis, connections: [connection, ...more] } = analyseBytes(new Uint8Array(readFileSync(new URL(`../captures/${file}`, import.meta.url))));
    const { judgement, exchange, findings } = connection!;
    expect(more).toEqual([]);
    expect({ packets: analysis.capture.packets, verdict: judgement.code, dialect: exchange.dialect, smb1: judgement.smb1, answer: exchange.answer.kind, findings: findings.map(({ id }) => id).toSorted() }).toEqual(expected);
  });
});

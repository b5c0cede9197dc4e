import type { Profile, Smb1Offer } from '../profile.ts';

/** NAS, printers and systems of their own. What answers in NAS is a Samba of its release: samba-3.0 to samba-3.6. PROTOCOL 5.1, 5.7 */

const CORE = 'PC NETWORK PROGRAM 1.0';
/** Of the clients in printers and scanners, which store to shares. */
const EIGHT_133 = [CORE, 'MICROSOFT NETWORKS 1.03', 'MICROSOFT NETWORKS 3.0', 'LANMAN1.0', 'LM1.2X002', 'LANMAN2.1', 'NT LANMAN 1.0', 'NT LM 0.12'];
const EIGHT_129 = [CORE, 'MICROSOFT NETWORKS 1.03', 'MICROSOFT NETWORKS 3.0', 'LANMAN1.0', 'LM1.2X002', 'Samba', 'NT LANMAN 1.0', 'NT LM 0.12'];

function device(id: string, title: string, certainty: Profile['certainty'], smb1: Smb1Offer, notes: string[]): Profile {
  return {
    id, title, role: 'client', family: 'device', version: '1', certainty, source: ['PROTOCOL 5.7', 'public captures'], notes,
    client: { behaviour: 'plain', start: 'smb1-only', smb1Usable: true, signingRequired: false, smb1 },
  };
}

const ATTRIBUTION = 'That printers and scanners send it is remembered, not recorded.';

export const DEVICES: readonly Profile[] = [
  device('device-samba-2', 'Printers and scanners with an old Samba, 133 bytes of dialects', 'observed', { dialects: EIGHT_133, flags: 0x08, flags2: 0x4001, tid: 0, pid: 'values', mid: 'values' }, [ATTRIBUTION]),
  device('device-samba-3', 'Printers and scanners with Samba 3, 129 bytes of dialects', 'recollection', { dialects: EIGHT_129, flags: 0x08, flags2: 0xc801, tid: 0, pid: 'values', mid: 1 }, [ATTRIBUTION, 'Header values as of Samba 3.']),
  {
    id: 'device-dec', title: 'Industrial client with "MICROSOFT NETWORKS DEC"', role: 'client', family: 'device', version: '1', certainty: 'recollection', source: ['PROTOCOL 2.3', 'TalAloni/SMBLibrary issue 293'],
    notes: ['Its strings are told in an issue; their order and the header values are not.'],
    client: {
      behaviour: 'plain', start: 'smb1-only', smb1Usable: true, signingRequired: false,
      smb1: { dialects: [CORE, 'MICROSOFT NETWORKS DEC', 'MICROSOFT NETWORKS 1.03', 'MICROSOFT NETWORKS 3.0'], flags: 0x00, flags2: 0x0000, tid: 0, pid: 'values', mid: 'values' },
    },
  },
  {
    id: 'os2-warp-4', title: 'OS/2 Warp 4', role: 'client', family: 'os2', version: '4', certainty: 'source', source: ['PROTOCOL 5.1', 'Samba, source3/smbd/smb1_negprot.c'], notes: ['Header values are not recorded.'],
    client: {
      behaviour: 'plain', start: 'smb1-only', smb1Usable: true, signingRequired: false,
      smb1: { dialects: [CORE, 'XENIX CORE', 'LANMAN1.0', 'LM1.2X002', 'LANMAN2.1'], flags: 0x00, flags2: 0x0000, tid: 0, pid: 'values', mid: 'values' },
    },
  },
];

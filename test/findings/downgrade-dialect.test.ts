import downgradeDialect from '../../src/findings/downgrade-dialect.ts';
import { describeHostFinding, sighting } from '../build/host-finding-cases.ts';

const FIVE = [0x0202, 0x0210, 0x0300, 0x0302, 0x0311];
const full = sighting({ packet: 5, answered: 0x0311, offered: FIVE });

describeHostFinding(downgradeDialect, [
  { when: '2.1 is chosen of an offer with 3.1.1, which the server answers elsewhere', given: [full, sighting({ packet: 20, answered: 0x0210, offered: FIVE })], is: 'present', evidence: [[20, 'smb2.dialect', '0x0210'], [5, 'smb2.dialect', '0x0311']] },
  { when: 'the lower one comes first', given: [sighting({ packet: 3, answered: 0x0300, offered: FIVE }), full], is: 'present', evidence: [[3, 'smb2.dialect', '0x0300'], [5, 'smb2.dialect', '0x0311']] },
  { when: '2.0.2 is answered to "SMB 2.???" by a server that has more', given: [full, sighting({ packet: 21, answered: 0x0202, offered: [0x0202, 0x02ff] })], is: 'present', evidence: [[21, 'smb2.dialect', '0x0202'], [5, 'smb2.dialect', '0x0311']] },
  { when: 'Samba answers less over NetBIOS', given: [full, sighting({ packet: 22, answered: 0x0302, offered: FIVE, limit: 0x0311 })], is: 'present' },
  { when: 'one client offers less than elsewhere', given: [sighting({ packet: 5, answered: 0x0311, offered: FIVE, clientGuid: 'aa' }), sighting({ packet: 23, answered: 0x0210, offered: [0x0202, 0x0210], clientGuid: 'aa' })], is: 'present', evidence: [[23, 'smb2.dialect', '0x0210'], [5, 'smb2.dialect', '0x0311']] },
  { when: 'Windows answers 3.0.2 over NetBIOS', given: [full, sighting({ packet: 24, answered: 0x0302, offered: FIVE, limit: 0x0302 })], is: 'absent' },
  { when: 'another client offers less', given: [sighting({ ...full, clientGuid: 'aa' }), sighting({ packet: 25, answered: 0x0210, offered: [0x0202, 0x0210], clientGuid: 'bb' })], is: 'absent' },
  { when: 'a client without a GUID of its own asks for each dialect by itself', given: [full, ...[0x0202, 0x0210, 0x0300].map((code, at) => sighting({ packet: 30 + at, answered: code, offered: [code] }))], is: 'absent' },
  { when: 'the server never answers more', given: [sighting({ packet: 5, answered: 0x0302, offered: FIVE })], is: 'absent' },
  { when: 'one client offers less, and the server has no more', given: [sighting({ packet: 5, answered: 0x0210, offered: FIVE, clientGuid: 'aa' }), sighting({ packet: 23, answered: 0x0210, offered: [0x0202, 0x0210], clientGuid: 'aa' })], is: 'absent' },
  { when: 'no dialect of SMB2 was answered', given: [sighting({ answered: null })], is: 'unknown' },
]);

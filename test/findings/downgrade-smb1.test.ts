import downgradeSmb1 from '../../src/findings/downgrade-smb1.ts';
import { describeHostFinding, sighting } from '../build/host-finding-cases.ts';

const selected = sighting({ packet: 20, answered: null, smb2: false, smb1: 'NT LM 0.12', offered: [0x0202, 0x02ff] });

describeHostFinding(downgradeSmb1, [
  { when: 'SMB1 is selected after SMB2', given: [sighting({ packet: 5 }), selected], is: 'present', evidence: [[20, 'smb.dialect.name', 'NT LM 0.12'], [5, 'smb2.dialect', '']] },
  { when: 'SMB1 is selected before SMB2', given: [selected, sighting({ packet: 30 })], is: 'present', evidence: [[20, 'smb.dialect.name', 'NT LM 0.12'], [30, 'smb2.dialect', '']] },
  { when: 'the server answered 0x02FF and no more', given: [selected, sighting({ packet: 31, answered: null })], is: 'present' },
  { when: 'SMB1 was not selected where SMB2 was offered', given: [sighting({})], is: 'absent' },
  { when: 'the server was never seen to answer in SMB2', given: [selected], is: 'unknown' },
]);

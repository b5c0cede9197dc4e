import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { pcapngFile } from '../build/pcapng.ts';
import { ENCAPSULATIONS } from './encapsulations.ts';
it('dump', () => {
  const interfaces = ENCAPSULATIONS.map(({ linkType }) => ({ linkType }));
  const packets = ENCAPSULATIONS.map(({ bytes }, index) => ({ bytes, interface: index, seconds: 1_600_000_000 + index }));
  writeFileSync('/tmp/cap/enc.pcapng', pcapngFile(packets, { interfaces }));
  writeFileSync('/tmp/cap/enc.txt', ENCAPSULATIONS.map((e, i) => `${i + 1} ${e.linkType} ${e.name}`).join('\n'));
});

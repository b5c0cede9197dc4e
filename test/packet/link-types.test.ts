import { expect, it } from 'vitest';
import { linkTypeName } from '../../src/packet/link-types.ts';

it.each([
  [0, 'NULL'],
  [1, 'ETHERNET'],
  [101, 'RAW'],
  [105, 'IEEE802_11'],
  [113, 'LINUX_SLL'],
  [127, 'IEEE802_11_RADIOTAP'],
  [228, 'IPV4'],
  [276, 'LINUX_SLL2'],
  [60_000, 'LINKTYPE_60000'],
])('link type %d is called %s', (number, name) => {
  expect(linkTypeName(number)).toBe(name);
});

import { crc32 } from 'node:zlib';
import { ethernet, fromHex, ipv4, ipv6, join, tcp, udpPacket, vlan } from '../build/packet.ts';

/** One TCP segment, the same in every packet: 10.1.0.1:50000 to 10.1.0.2:445, sequence 7, PSH and ACK, four bytes. */
export const SEGMENT = tcp({ sequence: 7, flags: 'PA', payload: new TextEncoder().encode('smb!') });
export const IN_IPV4 = ipv4({ source: '10.1.0.1', destination: '10.1.0.2', protocol: 6, payload: SEGMENT, ttl: 63 });
/** The same from fd00::1 to fd00::2. */
export const IN_IPV6 = ipv6({ source: 'fd00::1', destination: 'fd00::2', nextHeader: 6, payload: SEGMENT, hopLimit: 62 });
export const FRAME = ethernet({ type: 0x0800, payload: IN_IPV4, source: '00:50:56:00:00:aa', destination: '00:0c:29:00:00:09' });

export interface Encapsulation {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly linkType: number;
  /** Who reads the same segment in it, beside us: tshark 4.0 unless told; otherwise why nobody at hand does. */
  readonly witness?: 'tcpdump' | `nobody: ${string}`;
  /** What tshark must be told. */
  readonly preference?: string;
}

type Witness = Pick<Encapsulation, 'witness' | 'preference'>;

const frame = (name: string, type: number, payload: Uint8Array, by?: Witness): Encapsulation => link(name, 1, ethernet({ type, payload }), by);

function link(name: string, linkType: number, bytes: Uint8Array, by: Witness = {}): Encapsulation {
  return { name, linkType, bytes, ...by };
}

const TCPDUMP: Witness = { witness: 'tcpdump' };
/** Only words in tcpdump.org's list of link types describe it. */
const BY_THE_LIST: Witness = { witness: 'nobody: neither tshark 4.0 nor tcpdump 4.99 reads this link type' };
const nobody = (why: string): Witness => ({ witness: `nobody: ${why}` });

/** The CRC of IEEE 802.3 3.2.9, as it is sent. */
function checkSequence(bytes: Uint8Array): Uint8Array {
  const crc = crc32(bytes);
  return Uint8Array.of(crc & 255, (crc >>> 8) & 255, (crc >>> 16) & 255, crc >>> 24);
}

const headed = (head: string, payload: Uint8Array): Uint8Array => join(fromHex(head), payload);
const inIpv6 = (nextHeader: number, head: string): Uint8Array =>
  ipv6({ source: 'fd00::1', destination: 'fd00::2', hopLimit: 62, nextHeader, payload: headed(head, SEGMENT) });
const hexLength = (bytes: number): string => bytes.toString(16).padStart(4, '0');
const gre = (name: string, head: string, payload: Uint8Array): Encapsulation => frame(name, 0x0800, ipv4({ protocol: 47, payload: headed(head, payload) }));
/** Each from a port of its own: tshark takes a conversation's later packets for what the first one was. */
const over = (name: string, destinationPort: number, head: string, payload: Uint8Array, by?: Witness): Encapsulation =>
  link(name, 1, udpPacket({ sourcePort: 40_000 + (nextPort++), destinationPort, payload: headed(head, payload) }), by);
let nextPort = 0;

const SNAP_IPV4 = headed('aaaa03 000000 0800', IN_IPV4);
const MAC_HEADER = '000c29000009 0050560000aa';
const tagged = (tag: string): Uint8Array => headed(`${MAC_HEADER} ${tag}`, FRAME.subarray(12));

/** Frame control, duration, three addresses, sequence control: to the access point. [IEEE 802.11] 9.3.2.1 */
export const WIFI_HEADER = '0801 0000 020000000001 020000000005 020000000009 0000';
const WIFI_QOS = headed('8801 0000 020000000001 020000000005 020000000009 0000 0000', SNAP_IPV4);
const WIFI_DATA = headed(WIFI_HEADER, SNAP_IPV4);
const SUBFRAME = headed(`${MAC_HEADER} ${hexLength(SNAP_IPV4.length)}`, SNAP_IPV4);

const ETHERNETS: readonly Encapsulation[] = [
  frame('802.1Q in 802.1ad', 0x88a8, vlan(100, 0x8100, vlan(7, 0x0800, IN_IPV4))),
  frame('802.1Q with the old QinQ type', 0x9100, vlan(100, 0x8100, vlan(7, 0x0800, IN_IPV4))),
  frame('802.3 with LLC and SNAP', SNAP_IPV4.length, SNAP_IPV4),
  frame('802.1Q with LLC and SNAP', 0x8100, vlan(7, SNAP_IPV4.length, SNAP_IPV4)),
  frame('802.1ah', 0x88e7, headed('00000001', FRAME)),
  frame('802.1BR', 0x893f, headed('000000000000 0800', IN_IPV4)),
  frame('VN-tag', 0x8926, headed('00010002 0800', IN_IPV4)),
  frame('Cisco metadata', 0x8909, headed('0101 0001 0064 0800', IN_IPV4)),
  frame('HSR', 0x892f, headed('1032 0001 0800', IN_IPV4)),
  frame('FabricPath', 0x8903, headed('0060', FRAME), nobody('tshark takes the last four bytes for a frame check sequence')),
  frame('TRILL', 0x22f3, headed('0020 0001 0002', FRAME)),
  frame('TRILL with options', 0x22f3, headed('0060 0001 0002 00000000', FRAME)),
  frame('MACsec that only protects integrity', 0x88e5, join(fromHex('0000 00000001 0800'), IN_IPV4, new Uint8Array(16))),
  frame('NSH with its fixed context', 0x894f, headed('0fc60101 00002aff 00000000 00000000 00000000 00000000', IN_IPV4)),
  frame('NSH with an Ethernet frame', 0x894f, headed('0fc20203 00002aff', FRAME)),
  frame('MPLS', 0x8847, headed('00010000 00020140', IN_IPV4)),
  frame('an MPLS pseudowire with control word', 0x8847, headed('00020140 00000000', FRAME)),
  frame('an MPLS pseudowire without', 0x8847, headed('00020140', FRAME)),
  frame('PPPoE', 0x8864, headed(`11000001 ${hexLength(IN_IPV4.length + 2)} 0021`, IN_IPV4)),
  frame('IP in IP', 0x0800, ipv4({ protocol: 4, payload: IN_IPV4 })),
  frame('4in6', 0x86dd, ipv6({ nextHeader: 4, payload: IN_IPV4 })),
  frame('EtherIP', 0x0800, ipv4({ protocol: 97, payload: headed('3000', FRAME) })),
  frame('AH', 0x0800, ipv4({ protocol: 51, payload: headed('0404 0000 00000001 00000001 0102030405060708 090a0b0c', IN_IPV4) })),
  link('Cisco ISL', 1, headed('01000c000000 020000000005 0056 aaaa03 00000c 0002 0000 0000', FRAME)),
];

/** tshark expects the frame control of Cisco's access points unless told. */
const RFC_ORDER: Witness = { preference: 'capwap.swap_fc:FALSE' };

const TUNNELS: readonly Encapsulation[] = [
  gre('GRE with checksum, key and sequence number', 'b0000800 00000000 00000001 00000002', IN_IPV4),
  gre('GRE with Ethernet', '00006558', FRAME),
  gre('NVGRE', '20006558 00002a01', FRAME),
  gre('ERSPAN type I', '000088be', FRAME),
  gre('ERSPAN type II', '100088be 00000001 1001000a 00000000', FRAME),
  gre('ERSPAN type III', '100022eb 00000001 2001000a 00000000 00000000', FRAME),
  gre('ERSPAN type III with its subheader', '100022eb 00000001 2001000a 00000000 00000001 0000000000000000', FRAME),
  gre('PPTP', `3001880b ${hexLength(IN_IPV4.length + 4)}0001 00000001 ff030021`, IN_IPV4),
  gre('GRE with MPLS', '00008847 00020140', IN_IPV4),
  gre('GRE with NSH', '0000894f 0fc20201 00002aff', IN_IPV4),
  gre('WCCP version 2', '0000883e 00000000', IN_IPV4),
  gre("Aruba's access points", '00008200', WIFI_DATA),
  gre("another queue of Aruba's access points", '00008370', WIFI_DATA),
  over('VXLAN', 4789, '0800000000002a00', FRAME),
  over('VXLAN on the port that Linux had first', 8472, '0800000000002a00', FRAME, TCPDUMP),
  over('VXLAN-GPE with IPv4', 4790, '0c00000100002a00', IN_IPV4),
  over('VXLAN-GPE with Ethernet', 4790, '0c00000300002a00', FRAME),
  over('VXLAN-GPE with NSH', 4790, '0c00000400002a00 0fc20203 00002aff', FRAME),
  over('GENEVE with an option', 6081, '0200655800000100 0103800100000001', FRAME),
  over('GTP-U with a sequence number', 2152, `32ff ${hexLength(IN_IPV4.length + 4)} 00000001 00010000`, IN_IPV4),
  over('GTP-U with a PDU session container', 2152, `34ff ${hexLength(IN_IPV4.length + 8)} 00000001 00000085 01000900`, IN_IPV4),
  over('L2TP', 1701, '0002 0001 0001 ff03 0021', IN_IPV4),
  over('L2TP with length and sequence numbers', 1701, `4802 ${hexLength(IN_IPV4.length + 16)} 0001 0001 0000 0000 ff03 0021`, IN_IPV4),
  over('LISP', 4341, '88000001 00000001', IN_IPV4),
  over('MPLS in UDP', 6635, '00020140', IN_IPV4),
  over('a pseudowire in MPLS in UDP', 6635, '00020140 00000000', FRAME),
  over('TZSP with Ethernet', 37008, '01000001 01', FRAME),
  over('TZSP with tags', 37008, '01000001 00 0a01c4 1201 06 01', FRAME),
  over('TZSP with 802.11', 37008, '01000012 01', WIFI_DATA),
  over('CAPWAP with Ethernet', 5247, '00 100000 0000 0000', FRAME),
  over('CAPWAP with 802.11', 5247, '00 100300 0000 0000', WIFI_DATA, RFC_ORDER),
  over('CAPWAP with 802.11 and frame control the other way round', 5247, '00 100300 0000 0000 0108', WIFI_DATA.subarray(2)),
  over('CAPWAP with wireless information', 5247, '00 200310 0000 0000 04 c8 0a 0000 000000', WIFI_DATA, RFC_ORDER),
];

const WIFI: readonly Encapsulation[] = [
  link('802.11', 105, WIFI_DATA),
  link('802.11 QoS to the access point', 105, WIFI_QOS),
  link('802.11 with a frame check sequence', 105, join(WIFI_DATA, fromHex('deadbeef'))),
  link('802.11 from the access point', 105, headed('0802 0000 020000000001 020000000005 020000000009 0000', SNAP_IPV4)),
  link('802.11 between stations', 105, headed('0800 0000 020000000001 020000000005 020000000009 0000', SNAP_IPV4)),
  link('802.11 with four addresses', 105, headed('0803 0000 020000000001 020000000002 020000000003 0000 020000000004', SNAP_IPV4)),
  link('802.11 QoS with four addresses', 105, headed('8803 0000 020000000001 020000000002 020000000003 0000 020000000004 0000', SNAP_IPV4)),
  link('802.11 QoS with HT control', 105, headed('8881 0000 020000000001 020000000005 020000000009 0000 0000 00000000', SNAP_IPV4)),
  link('an A-MSDU of one', 105, headed('8802 0000 020000000001 020000000002 020000000003 0000 8000', SUBFRAME)),
  link('radiotap', 127, headed('0000 0900 02000000 00', WIFI_DATA)),
  link('radiotap with time and a frame check sequence', 127, join(fromHex('0000 1100 03000000 0000000000000000 10'), WIFI_DATA, fromHex('deadbeef'))),
  link('radiotap with a second bit map', 127, headed('0000 0d00 02000080 00000000 00', WIFI_DATA)),
  link('radiotap with a padded 802.11 header', 127, join(fromHex('0000 0900 02000000 20 8801 0000 020000000001 020000000005 020000000009 0000 0000 0000'), SNAP_IPV4)),
  // 24 bytes, then ten items of twelve: code, status, length, value.
  link('Prism', 119, join(fromHex('44000000 90000000 776c616e30000000 0000000000000000'), new Uint8Array(120), WIFI_DATA)),
  link('AVS behind the link type of Prism', 119, join(fromHex('80211001 00000040'), new Uint8Array(56), WIFI_DATA)),
  link('AVS', 163, join(fromHex('80211001 00000040'), new Uint8Array(56), WIFI_DATA)),
  link('PPI with 802.11', 192, headed('00 00 0800 69000000', WIFI_DATA)),
  link('PPI with a field before 802.11', 192, join(fromHex('00 00 2000 69000000 0200 1400'), new Uint8Array(20), WIFI_DATA)),
  link('PPI with Ethernet', 192, headed('00 00 0800 01000000', FRAME)),
];

const SERIAL: readonly Encapsulation[] = [
  link('PPP with framing', 9, headed('ff030021', IN_IPV4)),
  link('PPP with a compressed protocol', 9, headed('21', IN_IPV4)),
  link('PPP over HDLC', 50, headed('ff030021', IN_IPV4)),
  link('Cisco HDLC where PPP over HDLC is said', 50, headed('0f000800', IN_IPV4)),
  link('PPP of Linux, with the direction for an address', 166, headed('01030021', IN_IPV4), TCPDUMP),
  link('PPP with direction', 204, headed('00ff030021', IN_IPV4)),
  link('PPPoE as a link', 51, headed(`11000001 ${hexLength(IN_IPV4.length + 2)} 0021`, IN_IPV4)),
  link('Cisco HDLC', 104, headed('0f000800', IN_IPV4)),
  link('Cisco HDLC with direction', 205, headed('000f000800', IN_IPV4), BY_THE_LIST),
  link('Frame Relay with an NLPID', 107, headed('1841 03 cc', IN_IPV4)),
  link('Frame Relay with padding and SNAP', 107, headed('1841 03 00 80 000000 0800', IN_IPV4)),
  link('Frame Relay with an address of four bytes', 107, headed('18402003 03 cc', IN_IPV4)),
  link("Frame Relay with Cisco's EtherType", 107, headed('1841 0800', IN_IPV4)),
  link('Frame Relay with direction', 206, headed('00 1841 03 cc', IN_IPV4), BY_THE_LIST),
  link('SLIP', 8, headed('00 45 00000000000000000000000000 00', IN_IPV4), TCPDUMP),
  link('MPLS as a link', 219, headed('00020140', IN_IPV4), BY_THE_LIST),
];

const JUNIPER: readonly Encapsulation[] = [
  link('Juniper Ethernet', 178, headed('4d4743 01', FRAME)),
  link('Juniper Ethernet with extensions', 178, headed('4d4743 81 000e 030101 060102 05020000 0401 1000', FRAME)),
  link('Juniper without the link layer', 178, headed('4d4743 02 02000000', IN_IPV4)),
  link('Juniper with extensions and without the link layer', 178, headed('4d4743 83 0003 030101 02000000', IN_IPV4)),
  link('Juniper PPP', 179, headed('4d4743 00 ff03 0021', IN_IPV4)),
  link('Juniper Frame Relay', 180, headed('4d4743 00 1841 03 cc', IN_IPV4)),
  link('Juniper Cisco HDLC', 181, headed('4d4743 00 0f000800', IN_IPV4)),
  link('Juniper PPPoE', 167, headed('4d4743 00', FRAME)),
];

const OTHERS: readonly Encapsulation[] = [
  link('NULL in little-endian order', 0, headed('02000000', IN_IPV4)),
  link('NULL in big-endian order', 0, headed('00000002', IN_IPV4)),
  link('LOOP', 108, headed('00000002', IN_IPV4)),
  link('raw IP', 101, IN_IPV4),
  link('IPV4', 228, IN_IPV4),
  link('Linux cooked', 113, headed('0000 0001 0006 020000000007 0000 0800', IN_IPV4)),
  link('Linux cooked with 802.2', 113, headed('0000 0001 0006 020000000007 0000 0004', SNAP_IPV4)),
  link('Linux cooked 2', 276, headed('0800 0000 00000001 0001 00 06 020000000007 0000', IN_IPV4)),
  link('FDDI', 10, headed('50 020000000009 020000000005', SNAP_IPV4)),
  link('token ring with routing information', 6, headed('1040 020000000009 820000000005 0670 0011 0022', SNAP_IPV4)),
  link('ATM', 100, SNAP_IPV4),
  link('SunATM', 123, headed('02 01 0064', SNAP_IPV4)),
  link('TZSP as a link', 128, headed('01000001 01', FRAME)),
  // Length 108, a packet, Ethernet, then the interface's name and the process.
  link('PKTAP', 258, join(fromHex('6c000000 01000000 01000000 656e3000'), new Uint8Array(92), FRAME)),
  link('NFLOG', 239, join(fromHex('02000000 08000a0061626300'), [IN_IPV4.length + 4, 0, 9, 0], IN_IPV4)),
  link('netANALYZER', 240, headed('00000000', FRAME), TCPDUMP),
  link('IPoIB', 242, join(new Uint8Array(40), fromHex('08000000'), IN_IPV4)),
  link("Broadcom's tag behind the addresses", 281, tagged('20000001'), TCPDUMP),
  link("Broadcom's tag in front", 282, headed('20000001', FRAME), TCPDUMP),
  link("Marvell's DSA tag", 284, tagged('c0100000'), TCPDUMP),
  link("Marvell's DSA tag with its own type", 285, tagged('dada0000 c0100000'), TCPDUMP),
  link('ENC', 109, headed('02000000 00000001 00000000', IN_IPV4)),
  link('PFLOG', 117, join(fromHex('3d020000 656d3000'), new Uint8Array(56), IN_IPV4)),
  link('IP over IEEE 1394', 138, headed('0200000000000009 0200000000000005 0800', IN_IPV4)),
  link('IPNET', 226, join(fromHex('01020000 0000002c'), new Uint8Array(16), IN_IPV4)),
  link('frames with preamble', 274, join(fromHex('55555555555555d5'), FRAME, checkSequence(FRAME))),
];

const OVER_IPV6_PORTS = 3544;

/** The same with IPv6 inside. */
export const ENCAPSULATIONS_OF_IPV6: readonly Encapsulation[] = [
  frame('IPv6', 0x86dd, IN_IPV6),
  frame('6in4', 0x0800, ipv4({ protocol: 41, payload: IN_IPV6 })),
  frame('6in6', 0x86dd, ipv6({ nextHeader: 41, payload: IN_IPV6 })),
  frame('hop-by-hop, routing and destination options', 0x86dd, inIpv6(0, '2b00050200000100 3c00000000000000 0600050200000100')),
  frame('a segment routing header', 0x86dd, ipv6({ source: 'fd00::1', destination: 'fd00::77', hopLimit: 62, nextHeader: 43, payload: headed('0602040100000000 fd000000000000000000000000000002', SEGMENT) }), nobody('tshark shows the next hop; the last segment is the end, [RFC 8754] 4.1')),
  frame('an atomic fragment', 0x86dd, inIpv6(44, '0600000000000009')),
  frame('AH in IPv6', 0x86dd, inIpv6(51, '0604 0000 00000001 00000001 0102030405060708 090a0b0c')),
  frame('PPPoE with IPv6', 0x8864, headed(`11000001 ${hexLength(IN_IPV6.length + 2)} 0057`, IN_IPV6)),
  frame('MPLS with IPv6', 0x8847, headed('00020140', IN_IPV6)),
  gre('GRE with IPv6', '000086dd', IN_IPV6),
  over('Teredo', OVER_IPV6_PORTS, '', IN_IPV6),
  over('Teredo with authentication and origin', OVER_IPV6_PORTS, '0001 0000 0102030405060708 00 0000 1234 01020304', IN_IPV6),
  over('VXLAN-GPE with IPv6', 4790, '0c00000200002a00', IN_IPV6),
  over('GENEVE with IPv6', 6081, '000086dd00000100', IN_IPV6),
  over('GTP-U with IPv6', 2152, `30ff ${hexLength(IN_IPV6.length)} 00000001`, IN_IPV6),
  over('LISP with IPv6', 4341, '88000001 00000001', IN_IPV6),
  link('raw IPv6', 101, IN_IPV6),
  link('IPV6', 229, IN_IPV6),
  ...['1c000000', '1e000000', '18000000', '0000001e'].map((family) => link(`NULL with family ${family}`, 0, headed(family, IN_IPV6))),
  link('LOOP with family 24', 108, headed('00000018', IN_IPV6)),
  link('PPP with IPv6', 9, headed('ff030057', IN_IPV6)),
  link('Cisco HDLC with IPv6', 104, headed('0f0086dd', IN_IPV6)),
  link('Frame Relay with IPv6', 107, headed('1841 03 8e', IN_IPV6)),
  link('Juniper with IPv6 and without the link layer', 178, headed('4d4743 02 06000000', IN_IPV6)),
  link('Linux cooked with IPv6', 113, headed('0000 0001 0006 020000000007 0000 86dd', IN_IPV6)),
  link('NFLOG with IPv6', 239, join(fromHex('0a000000'), [IN_IPV6.length + 4, 0, 9, 0], IN_IPV6)),
];

/** Every way from a link type to the same TCP segment in IPv4, with headers as their specifications have them. */
export const ENCAPSULATIONS: readonly Encapsulation[] = [...ETHERNETS, ...TUNNELS, ...WIFI, ...SERIAL, ...JUNIPER, ...OTHERS];

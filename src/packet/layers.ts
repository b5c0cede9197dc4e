/**
 * What comes next in a packet, as one number: a namespace and the number that the header before gave. Each layer
 * returns the next one instead of calling it, so that nesting costs no stack and is counted in one place.
 */

/** Nothing further in this packet is ours to read. */
export const STOP = -1;
/** The link type is not known here. */
export const UNSUPPORTED = -2;

/** EtherTypes are themselves: 0x0600 to 0xffff. [IEEE 802.3] 3.2.6 */
export const IPV4 = 0x0800;
export const IPV6 = 0x86dd;

/** + an IP protocol number. [IANA protocol-numbers] */
export const IP_PROTOCOL = 0x1_0000;
export const TCP = IP_PROTOCOL + 6;
export const UDP = IP_PROTOCOL + 17;

/** + a LINKTYPE_ number. [tcpdump.org linktypes] */
export const LINK_TYPE = 0x2_0000;

/** Layers that no number names in every place where they occur. */
export const ETHERNET = 0x4_0000;
export const LLC = 0x4_0001;
export const RAW_IP = 0x4_0002;
export const PPP = 0x4_0003;
export const CISCO_HDLC = 0x4_0004;
export const MPLS = 0x4_0005;
export const WIFI = 0x4_0006;
export const NSH = 0x4_0007;
/** 802.11 with the two bytes of frame control exchanged. */
export const WIFI_SWAPPED = 0x4_000a;
/** Q.922 address, then NLPID. */
export const FRAME_RELAY = 0x4_000b;
/** Subframes of an A-MSDU. */
export const AMSDU = 0x4_0009;
/** The packet is a fragment; its `fragment…` registers are set. */
export const FRAGMENT = 0x4_0008;

import { ethernet, llc, macsec, skip, tag, trill, vlanTag } from './ethernet.ts';
import { gre } from './gre.ts';
import { ipv4 } from './ipv4.ts';
import { authenticationHeader, extensionHeader, fragmentHeader, ipv6, routingHeader } from './ipv6.ts';
import { AMSDU, CISCO_HDLC, ETHERNET, FRAME_RELAY, IP_PROTOCOL, IPV4, IPV6, LLC, MPLS, NSH, PPP, RAW_IP, STOP, WIFI, WIFI_SWAPPED } from './layers.ts';
import { mpls, nsh } from './mpls.ts';
import type { Packet } from './packet.ts';
import { ciscoHdlc, frameRelay, ppp, pppoe } from './ppp.ts';
import { amsdu, wifi } from './wifi.ts';

/** Reads the header that `next` names and returns what follows it. */
export function layer(packet: Packet, next: number): number {
  if (next < IP_PROTOCOL) return etherType(packet, next);
  return next < ETHERNET ? ipProtocol(packet, next - IP_PROTOCOL) : unnumbered(packet, next);
}

/** [IANA ieee-802-numbers] */
function etherType(packet: Packet, type: number): number {
  switch (type) {
    case IPV4:
      return ipv4(packet);
    case IPV6:
      return ipv6(packet);
    case 0x8100: // 802.1Q
    case 0x88a8: // 802.1ad
    case 0x9100: // QinQ before the standard
    case 0x9200:
    case 0x9300:
      return vlanTag(packet);
    case 0x8847:
    case 0x8848:
      return mpls(packet);
    case 0x8864:
      return pppoe(packet);
    case 0x6558: // Transparent Ethernet bridging
      return ethernet(packet);
    case 0x880b:
      return ppp(packet);
    case 0x8870: // LLC in frames longer than 1500 bytes
      return llc(packet);
    default:
      return rareEtherType(packet, type);
  }
}

function rareEtherType(packet: Packet, type: number): number {
  switch (type) {
    case 0x88e7: // 802.1ah: flags and I-SID, then the customer's frame
      return skip(packet, 4, ETHERNET);
    case 0x893f: // 802.1BR E-tag
    case 0x8909: // Cisco metadata (security group)
      return tag(packet, 8);
    case 0x8926: // VN-tag
    case 0x892f: // HSR, [IEC 62439-3] 5
      return tag(packet, 6);
    case 0x8903: // FabricPath: tag and TTL, then the inner frame
      return skip(packet, 2, ETHERNET);
    case 0x22f3:
      return trill(packet, ETHERNET);
    case 0x88e5:
      return macsec(packet);
    case 0x894f:
      return nsh(packet);
    default:
      return STOP;
  }
}

function ipProtocol(packet: Packet, protocol: number): number {
  switch (protocol) {
    case 4:
    case 94:
      packet.sourceMac = -1;
      return ipv4(packet);
    case 41:
      packet.sourceMac = -1;
      return ipv6(packet);
    case 47:
      return gre(packet);
    case 50:
      return packet.passOver('ipsec');
    case 51:
      return authenticationHeader(packet);
    case 97: // EtherIP, [RFC 3378] 2: version 3 and reserved
      return skip(packet, 2, ETHERNET);
    case 137: // [RFC 4023]
      return mpls(packet);
    case 143: // [RFC 8986] 4.9
      return ethernet(packet);
    default:
      return packet.ipVersion === 6 ? ipv6Extension(packet, protocol) : STOP;
  }
}

function ipv6Extension(packet: Packet, protocol: number): number {
  switch (protocol) {
    case 0: // hop-by-hop options
    case 60: // destination options
    case 135: // mobility
    case 139: // HIP
    case 140: // Shim6
      return extensionHeader(packet);
    case 43:
      return routingHeader(packet);
    case 44:
      return fragmentHeader(packet);
    default:
      return STOP;
  }
}

function unnumbered(packet: Packet, next: number): number {
  switch (next) {
    case ETHERNET:
      return ethernet(packet);
    case LLC:
      return llc(packet);
    case RAW_IP:
      return rawIp(packet);
    case PPP:
      return ppp(packet);
    case CISCO_HDLC:
      return ciscoHdlc(packet);
    case MPLS:
      return mpls(packet);
    case FRAME_RELAY:
      return frameRelay(packet);
    case WIFI:
      return wifi(packet, 0);
    case WIFI_SWAPPED:
      return wifi(packet, 1);
    case AMSDU:
      return amsdu(packet);
    case NSH:
      return nsh(packet);
    default:
      return STOP;
  }
}

/** Nothing but the version tells which IP it is. */
function rawIp(packet: Packet): number {
  if (!packet.has(1, 'ip-header')) return STOP;
  const version = packet.view.getUint8(packet.at) >> 4;
  return version === 4 ? IPV4 : version === 6 ? IPV6 : packet.refuse('ip-header');
}

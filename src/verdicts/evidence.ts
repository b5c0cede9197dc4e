import type { Exchange } from '../negotiation/exchange.ts';
import type { Evidence } from './verdict.ts';
import { answerStatus, hex16, quoted, strings } from './phrases.ts';

/** Evidence is a packet and a Wireshark field; whatever has no packet is no evidence. */
export function point(packet: number | null, field: string, value: string, meaning: string): Evidence[] {
  return packet === null ? [] : [{ packet, field, value, meaning }];
}

/** What was offered. */
export function offerEvidence(x: Exchange): Evidence[] {
  const { smb1Packet, smb2Packet, smb1Dialects, smb2Dialects } = x.offer;
  const smb1 = smb1Dialects ?? [];
  const smb2 = smb2Dialects ?? [];
  return [
    ...point(smb1.length === 0 ? null : smb1Packet, 'smb.dialect.name', strings(smb1), 'the dialects that the client offered in an SMB1-framed request'),
    ...point(smb2.length === 0 ? null : smb2Packet, 'smb2.dialect', smb2.slice(0, 64).map(hex16).join(', '), 'the dialects that the client offered in an SMB2 request'),
  ];
}

/** What was answered, in the field that carries it. */
export function answerEvidence(x: Exchange): Evidence[] {
  const { answer } = x;
  const hex = answer.status === null ? '' : '0x' + (answer.status >>> 0).toString(16).padStart(8, '0');
  switch (answer.kind) {
    case 'smb1-selected':
      return point(answer.packet, 'smb.dialect.index', String(answer.index ?? ''), `the server selected ${quoted(answer.dialect ?? 'an SMB1 dialect')}`);
    case 'smb1-none':
      return point(answer.packet, 'smb.dialect.index', '65535', 'the server accepts none of the offered dialects');
    case 'smb1-error':
      return point(answer.packet, 'smb.nt_status', hex, `the server answered ${answerStatus(x)}`);
    case 'smb2-error':
      return point(answer.packet, 'smb2.nt_status', hex, `the server answered ${answerStatus(x)}`);
    case 'smb2-dialect':
      return point(answer.packet, 'smb2.dialect', answer.dialectCode === null ? '' : hex16(answer.dialectCode), `the server selected SMB ${answer.dialect ?? ''}`);
    case 'smb2-wildcard':
      return point(answer.packet, 'smb2.dialect', '0x02FF', 'the server asks for a second negotiate in SMB2');
    case 'netbios-refused':
      return netbiosRefusal(x);
    case 'netbios-retarget':
      return point(answer.packet, 'nbss.type', '0x84', 'the NetBIOS session is sent elsewhere');
    case 'closed':
      return point(answer.packet, 'tcp.flags.fin', '1', 'the server closed the connection instead of answering');
    case 'reset':
      return point(answer.packet, 'tcp.flags.reset', '1', 'the server reset the connection instead of answering');
    case 'malformed':
      return point(answer.malformed?.packet ?? answer.packet, 'frame.number', String(answer.malformed?.packet ?? answer.packet), `cannot be read: ${answer.malformed?.field ?? 'unknown field'}`);
    case 'silence':
    case 'none':
    case 'not-captured':
      return [];
    default:
      return answer.kind satisfies never;
  }
}

function netbiosRefusal(x: Exchange): Evidence[] {
  const refusal = x.messages.find(({ message }) => message.kind === 'nbss-negative-response');
  if (refusal?.message.kind !== 'nbss-negative-response') return point(x.answer.packet, 'nbss.type', '0x83', 'negative session response');
  return [
    ...point(refusal.packet, 'nbss.type', '0x83', 'negative session response'),
    ...point(refusal.packet, 'nbss.error_code', '0x' + refusal.message.errorCode.toString(16).padStart(2, '0'), 'why the session was refused'),
  ];
}

/** The 0x02FF answer, where it is not the last one. */
export function wildcardEvidence(x: Exchange): Evidence[] {
  if (x.wildcardPacket === x.answer.packet && x.answer.kind === 'smb2-wildcard') return [];
  return point(x.wildcardPacket, 'smb2.dialect', '0x02FF', 'the server took the offer of SMB2 and asked for a second negotiate');
}

/** The first reset or FIN. */
export function endEvidence(x: Exchange): Evidence[] {
  const { ended } = x;
  // A reset or FIN that is the answer itself was named already.
  if (ended.packet === x.answer.packet && (x.answer.kind === 'reset' || x.answer.kind === 'closed')) return [];
  const who = ended.by === null ? 'one side' : `the ${ended.by}`;
  if (ended.how === 'reset') return point(ended.packet, 'tcp.flags.reset', '1', `${who} reset the connection`);
  if (ended.how === 'close') return point(ended.packet, 'tcp.flags.fin', '1', `${who} closed the connection`);
  return [];
}

export function handshakeEvidence(x: Exchange): Evidence[] {
  return [
    ...point(x.handshake.syn, 'tcp.flags.syn', '1', 'the client asks for a connection'),
    ...point(x.handshake.synAck, 'tcp.flags.syn', '1', 'the server accepts the connection'),
  ];
}

export function smb1CommandEvidence(x: Exchange): Evidence[] {
  return x.smb1Command === null ? [] : point(x.smb1Command.packet, 'smb.cmd', x.smb1Command.name ?? 'other than NEGOTIATE', 'an SMB1 command after the negotiation');
}

export function smb2CommandEvidence(x: Exchange): Evidence[] {
  if (x.smb2Command === null) return [];
  return x.smb2Command.packet === x.encrypted
    ? point(x.encrypted, 'smb2.protocol_id', '0xfd534d42', 'encrypted SMB3 traffic')
    : point(x.smb2Command.packet, 'smb2.cmd', x.smb2Command.name ?? 'other than NEGOTIATE', 'an SMB2 command after the negotiation');
}

/** Offer, answers and end: what most verdicts rest on. */
export function negotiationEvidence(x: Exchange): Evidence[] {
  return [...offerEvidence(x), ...wildcardEvidence(x), ...answerEvidence(x), ...endEvidence(x)];
}

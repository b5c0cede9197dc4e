import { isNtlmssp, mechanismName, SPNEGO_OID } from '../spnego.ts';
import { oem } from '../wire-text.ts';
import { derElements, derHeader, type DerShape } from './der-fields.ts';
import { bytesField, type Field, structure } from './field.ts';
import { ntlmsspField } from './ntlmssp-fields.ts';

const mechanism = (oid: string | number): string | undefined => (oid === SPNEGO_OID ? 'SPNEGO' : mechanismName(String(oid)));

const TAG = { octetString: 0x04, oid: 0x06, enumerated: 0x0a, generalString: 0x1b, bitString: 0x03, sequence: 0x30, application: 0x60, context0: 0xa0, context1: 0xa1, context2: 0xa2, context3: 0xa3 } as const;

const MECH_TYPES: DerShape = {
  name: 'mechTypes [0]',
  inside: { [TAG.sequence]: { name: 'MechTypeList', listed: 'MechTypeList content', wireshark: 'spnego.mechTypes', inside: { [TAG.oid]: { name: 'MechType', content: 'oid', wireshark: 'spnego.MechType', meaning: mechanism } } } },
};

const octets = (name: string, wireshark: string): Readonly<Record<number, DerShape>> => ({ [TAG.octetString]: { name, wireshark, opened: tokenField } });

const MECH_LIST_MIC: DerShape = { name: 'mechListMIC', wireshark: 'spnego.mechListMIC' };

/** [MS-SPNG] 2.2.1: at [3] negHints; RFC 4178 4.2.1 has mechListMIC there. */
const NEG_HINTS: DerShape = {
  name: 'NegHints',
  wireshark: 'spnego.negHints_element',
  inside: {
    [TAG.context0]: { name: 'hintName [0]', inside: { [TAG.generalString]: { name: 'hintName', content: 'text', wireshark: 'spnego.hintName', meaning: hintMeaning } } },
    [TAG.context1]: { name: 'hintAddress [1]', inside: { [TAG.octetString]: { name: 'hintAddress', wireshark: 'spnego.hintAddress' } } },
  },
};

function hintMeaning(hint: string | number): string {
  const text = String(hint);
  if (text === 'not_defined_in_RFC4178@please_ignore') return 'a placeholder';
  return text.includes('@') ? "the server's Kerberos principal" : 'no principal';
}

const NEG_TOKEN_INIT: DerShape = {
  name: 'NegTokenInit2',
  wireshark: 'spnego.negTokenInit_element',
  inside: {
    [TAG.context0]: MECH_TYPES,
    [TAG.context1]: { name: 'reqFlags [1]', inside: { [TAG.bitString]: { name: 'reqFlags' } } },
    [TAG.context2]: { name: 'mechToken [2]', inside: octets('mechToken', 'spnego.mechToken') },
    [TAG.context3]: { name: 'negHints or mechListMIC [3]', inside: { [TAG.sequence]: NEG_HINTS, [TAG.octetString]: MECH_LIST_MIC } },
  },
};

const NEG_STATES: Readonly<Record<number, string>> = { 0: 'accept-completed', 1: 'accept-incomplete', 2: 'reject', 3: 'request-mic' };

/** RFC 4178 4.2.2 */
const NEG_TOKEN_RESP: DerShape = {
  name: 'NegTokenResp',
  wireshark: 'spnego.negTokenTarg_element',
  inside: {
    [TAG.context0]: { name: 'negState [0]', inside: { [TAG.enumerated]: { name: 'negState', content: 'number', wireshark: 'spnego.negResult', meaning: (value) => NEG_STATES[Number(value)] } } },
    [TAG.context1]: { name: 'supportedMech [1]', inside: { [TAG.oid]: { name: 'supportedMech', content: 'oid', wireshark: 'spnego.supportedMech', meaning: mechanism } } },
    [TAG.context2]: { name: 'responseToken [2]', inside: octets('responseToken', 'spnego.responseToken') },
    [TAG.context3]: { name: 'mechListMIC [3]', inside: { [TAG.octetString]: MECH_LIST_MIC } },
  },
};

/** RFC 2743 3.1 around the first token; later ones stand alone. */
const GSS_TOKEN: Readonly<Record<number, DerShape>> = {
  [TAG.application]: {
    name: 'InitialContextToken',
    inside: {
      [TAG.oid]: { name: 'thisMech', content: 'oid', wireshark: 'gss-api.OID', meaning: mechanism },
      [TAG.context0]: { name: 'negTokenInit [0]', inside: { [TAG.sequence]: NEG_TOKEN_INIT } },
    },
  },
  [TAG.context0]: { name: 'negTokenInit [0]', inside: { [TAG.sequence]: NEG_TOKEN_INIT } },
  [TAG.context1]: { name: 'negTokenResp [1]', inside: { [TAG.sequence]: NEG_TOKEN_RESP } },
};

/** The security buffer in [at, end): SPNEGO, bare NTLMSSP, or bytes. */
export function securityBlobField(bytes: Uint8Array, at: number, end: number, wireshark: string): Field {
  const outer = derHeader(bytes, at, end);
  const inner = outer?.tag === TAG.application ? derHeader(bytes, outer.contentAt, end) : null;
  const spnego = outer?.tag === TAG.context0 || outer?.tag === TAG.context1 || inner?.tag === TAG.oid;
  const meaning = spnego ? 'SPNEGO' : undefined;
  if (spnego) return structure('SecurityBlob', at, derElements(bytes, at, end, GSS_TOKEN), { wireshark, meaning });
  return structure('SecurityBlob', at, [tokenField(bytes, at, end)], { wireshark });
}

const NEGOEX = 'NEGOEXTS';
/** RFC 4121 4.1: GSS-API's frame around a Kerberos message. */
const KERBEROS_TOKEN: Readonly<Record<number, DerShape>> = {
  [TAG.application]: { name: 'InitialContextToken', inside: { [TAG.oid]: { name: 'thisMech', content: 'oid', meaning: mechanism } } },
};
const KERBEROS = new Set(['KRB5', 'MS-KRB5', 'KRB5-U2U', 'PKU2U', 'IAKERB']);

/** A mechanism's own token in [at, end). Only NTLMSSP is opened. */
function tokenField(bytes: Uint8Array, at: number, end: number): Field {
  const token = bytes.subarray(at, end);
  if (isNtlmssp(token)) return ntlmsspField(bytes, at, end);
  if (oem(token.subarray(0, NEGOEX.length)) === NEGOEX) return bytesField(bytes, at, end - at, 'NEGOEX messages', { meaning: 'NEGOEX' });
  const name = kerberosName(bytes, at, end);
  if (name !== undefined) return structure('Kerberos token', at, kerberosFields(bytes, at, end), { meaning: name });
  return bytesField(bytes, at, end - at, 'token', { meaning: 'neither SPNEGO nor NTLMSSP' });
}

function kerberosName(bytes: Uint8Array, at: number, end: number): string | undefined {
  const outer = derHeader(bytes, at, end);
  if (outer?.tag !== TAG.application) return undefined;
  const [oid] = derElements(bytes, outer.contentAt, Math.min(outer.contentAt + 66, end), KERBEROS_TOKEN[TAG.application]?.inside ?? {});
  const name = oid?.children?.[1]?.meaning;
  return name !== undefined && KERBEROS.has(name) ? name : undefined;
}

/** Frame, mechanism, and the rest, which is no DER: it begins with two bytes of token id. */
function kerberosFields(bytes: Uint8Array, at: number, end: number): Field[] {
  const outer = derHeader(bytes, at, end);
  const oid = outer === null ? null : derHeader(bytes, outer.contentAt, end);
  if (outer === null || oid === null || oid.contentEnd >= end) return [bytesField(bytes, at, end - at, 'token')];
  return [
    bytesField(bytes, at, outer.contentAt - at, 'DER tag and length', { meaning: `[APPLICATION 0], ${outer.contentEnd - outer.contentAt} bytes` }),
    ...derElements(bytes, outer.contentAt, oid.contentEnd, KERBEROS_TOKEN[TAG.application]?.inside ?? {}),
    bytesField(bytes, oid.contentEnd, end - oid.contentEnd, 'innerToken'),
  ];
}

import { rules, type Rule } from '../rule.ts';

const observed = (clause: string, text: string, deviatesFrom?: Rule['deviatesFrom']): Omit<Rule, 'id'> => ({
  clause, text, certainty: 'observed', ...(deviatesFrom !== undefined && { deviatesFrom }),
});
const NEGPROT1 = 'Samba 4.17.12, source3/smbd/smb1_negprot.c';
const NEGPROT2 = 'Samba 4.17.12, source3/smbd/smb2_negprot.c';
const SERVER2 = 'Samba 4.17.12, source3/smbd/smb2_server.c';
const PROCESS = 'Samba 4.17.12, source3/smbd/smb2_process.c';

/** Why Samba answers as it does. Observed with 4.17.12; where the specification says otherwise, both are named. */
export const SAMBA_RULES = rules('samba', {
  'smb1-wildcard': observed(NEGPROT1, '"SMB 2.???" is offered and SMB 2.1 lies in the range (both ends taken down to 2.1 for this step): answered in SMB2 with 0x02FF.'),
  'smb1-202': observed(NEGPROT1, '"SMB 2.002" is offered and 2.0.2 lies in the range: answered in SMB2 with 0x0202, which ends the negotiation.'),
  'smb1-nt1': observed(NEGPROT1, 'The first of NT LANMAN 1.0, NT LM 0.12, POSIX 2 that the client listed, in upper or lower case; of a repeated string the last index.',
    { clause: 'MS-CIFS 2.2.4.52', text: 'Dialect strings are compared as they stand.' }),
  'smb1-lanman': observed(NEGPROT1, 'The first of LANMAN2.1, LM1.2X002, Samba, DOS LM1.2X002, LANMAN1.0, MICROSOFT NETWORKS 3.0 that the client listed and whose level lies in the range.'),
  'smb1-lanman-signing': observed(NEGPROT1, 'A LANMAN dialect was chosen, and signing is mandatory: closed without an answer.',
    { clause: 'MS-CIFS 3.3.5.42', text: 'An answer with the selected index, or with 0xFFFF.' }),
  'smb1-none': observed(NEGPROT1, 'No string is known and in the range: an SMB1 answer with index 0xFFFF, then the connection is closed; also where SMB1 is switched off.',
    { clause: 'MS-SMB2 3.3.5.3.2', text: 'A server without SMB1 disconnects without an answer.' }),
  'smb1-unterminated': observed(NEGPROT1, 'The list is empty, or its last byte is not NUL: an error with the DOS code ERRDOS 87, and the connection stays open.',
    { clause: 'MS-CIFS 3.3.5.42', text: 'A malformed request gets STATUS_INVALID_SMB.' }),
  'smb1-malformed': observed(PROCESS, 'Not a whole SMB1 message, or no NEGOTIATE before anything else: closed without an answer.'),
  'smb1-again': observed(NEGPROT1, 'A second SMB_COM_NEGOTIATE: closed without an answer.',
    { clause: 'MS-CIFS 3.3.5.42', text: 'A second negotiate is answered with an error.' }),
  'smb1-session': observed(PROCESS, 'A command behind the selection of SMB1 is answered: a session setup with extended security with STATUS_MORE_PROCESSING_REQUIRED and a challenge, any other by what it holds.'),
  'smb2-dialect': observed(NEGPROT2, 'The greatest of 3.1.1, 3.0.2, 3.0, 2.1, 2.0.2 that the client listed and that lies in the range; order, repetition and unknown numbers mean nothing.'),
  'smb2-no-common': observed(NEGPROT2, 'None of the dialects is in the range: STATUS_NOT_SUPPORTED; the connection stays open for another negotiate.'),
  'smb2-count': observed(NEGPROT2, 'DialectCount is 0, or more than the message holds: STATUS_INVALID_PARAMETER.'),
  'smb2-size': observed(SERVER2, 'StructureSize is not 36, or the message ends before its fixed part does: STATUS_INVALID_PARAMETER.'),
  'smb2-flags': observed(SERVER2, 'A flag that no negotiate request has is set: STATUS_INVALID_PARAMETER.'),
  'smb2-contexts': observed(NEGPROT2, '3.1.1 is chosen, and the contexts are missing, lie elsewhere than on the next 8-byte boundary, overlap the end, or lack preauthentication integrity: STATUS_INVALID_PARAMETER. There is no falling back to 3.0.2.'),
  'smb2-hash': observed(NEGPROT2, 'The preauthentication context has no SHA-512: STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP.'),
  'smb2-algorithms': observed(NEGPROT2, 'The algorithm that the dialect prescribes is not in the server\'s own list (AES-128-CCM for encryption, HMAC-SHA256 below 3.0, AES-CMAC from 3.0 on): STATUS_INVALID_PARAMETER.',
    { clause: 'MS-SMB2 3.3.5.4', text: 'A server without a common cipher goes on without encryption.' }),
  'smb2-first-context': observed(NEGPROT2, '3.1.1, with more than one context of a kind: the first counts.',
    { clause: 'MS-SMB2 3.3.5.4', text: 'Exactly one preauthentication context and at most one of the others, else STATUS_INVALID_PARAMETER.' }),
  'smb2-capability-decides': observed(NEGPROT2, '3.1.1, ciphers offered without the capability bit ENCRYPTION: the context is left unanswered.',
    { clause: 'MS-SMB2 3.3.5.4', text: 'For 3.1.1 the context alone decides.' }),
  'smb2-netbios-311': observed(NEGPROT2, 'Over NetBIOS 3.1.1 is negotiated as over TCP 445, only without LARGE_MTU and with sizes of 65536.',
    { clause: 'MS-SMB2 3.3.5.4', text: 'Over NetBIOS 3.1.1 is not selected.' }),
  'smb2-off': observed(PROCESS, 'SMB2 lies outside the range: an SMB2 message closes the connection, without an answer.'),
  'smb2-malformed': observed(SERVER2, 'Not a whole SMB2 message, a compound, a wrong MessageId, or no NEGOTIATE: closed without an answer.'),
  'smb2-again': observed(SERVER2, 'A dialect was negotiated: another negotiate, or an SMB1 message, closes the connection.'),
  'smb2-after-smb1': observed(NEGPROT2, 'SMB1 was selected on this connection, and a negotiate of SMB2 is answered all the same.',
    { clause: 'MS-SMB2 3.3.5.3.2', text: 'Once SMB1 is selected, SMB2 processing ends on the connection.' }),
  'session': observed(SERVER2, 'A session setup behind the negotiation: STATUS_MORE_PROCESSING_REQUIRED, with a challenge.'),
  'beyond': { clause: SERVER2, text: 'A command without a session: STATUS_USER_SESSION_DELETED.', certainty: 'source' },
  'nbss-accepted': observed(PROCESS, 'A NetBIOS session request is accepted on any port, whatever name is called.'),
  'nbss-closed': observed(PROCESS, 'No SMB message, and the least dialect is SMB2: closed.'),
  'nbss-echo': observed(PROCESS, 'A NetBIOS session control packet that only servers send: an empty packet, then closed.'),
  'no-smb': observed(PROCESS, 'A message that begins with none of the protocol ids: closed.'),
});

export type SambaRules = typeof SAMBA_RULES;

/** Other releases inherit the rules, not the observation. */
export function inheritedRules(): SambaRules {
  const inherited = Object.entries(SAMBA_RULES).map(([name, rule]) => [name, rule.certainty === 'observed' ? { ...rule, certainty: 'source' as const } : rule]);
  return Object.fromEntries(inherited) as SambaRules;
}

import { rules, type Rule } from '../rule.ts';

const specified = (clause: string, text: string): Omit<Rule, 'id'> => ({ clause, text, certainty: 'specification' });

/** What [MS-CIFS], [MS-SMB] and [MS-SMB2] say a server does. */
export const SPECIFICATION_RULES = rules('specification', {
  'smb1-wildcard': specified('MS-SMB2 3.3.5.3.1', '"SMB 2.???" is offered, and the server has 2.1 or later: an SMB2 answer with 0x02FF; the client negotiates again in SMB2.'),
  'smb1-202': specified('MS-SMB2 3.3.5.3.2', '"SMB 2.002" is offered, and the server has 2.0.2: an SMB2 answer with 0x0202, which ends the negotiation.'),
  'smb1-selected': specified('MS-CIFS 3.3.5.42', 'The server\'s most preferred of the dialects that both know, by its index in the request.'),
  'smb1-none': specified('MS-CIFS 2.2.4.52.2', 'No dialect in common: DialectIndex 0xFFFF.'),
  'smb1-not-implemented': specified('MS-SMB2 3.3.5.3.2', 'No SMB2 string is offered, and the server does not implement SMB1: it disconnects without an answer.'),
  'smb1-malformed': specified('MS-CIFS 3.3.5.2', 'A message that does not follow the syntax gets STATUS_INVALID_SMB.'),
  'smb1-again': specified('MS-CIFS 3.3.5.42', 'Only one negotiate is allowed on a connection: another one gets an error.'),
  'smb1-after-smb2': specified('MS-SMB2 3.3.5.3', 'SMB2 was negotiated before: the server disconnects without an answer.'),
  'smb1-first': specified('MS-CIFS 3.3.5.2', 'A command before the negotiation: the server disconnects.'),
  'smb1-session': specified('MS-CIFS 3.3.5.43', 'A command behind the selection of SMB1 is answered; a session setup with extended security with STATUS_MORE_PROCESSING_REQUIRED and a challenge ([MS-SMB] 3.3.5.3).'),
  'smb2-dialect': specified('MS-SMB2 3.3.5.4', 'The greatest dialect that both implement.'),
  'smb2-no-common': specified('MS-SMB2 3.3.5.4', 'No dialect in common: STATUS_NOT_SUPPORTED.'),
  'smb2-not-implemented': specified('MS-SMB2 3.3.5.2', 'The server implements no SMB2: it disconnects.'),
  'smb2-count': specified('MS-SMB2 3.3.5.4', 'DialectCount is 0, or the message is malformed: STATUS_INVALID_PARAMETER.'),
  'smb2-signed': specified('MS-SMB2 3.3.5.2.4', 'A negotiate must not be signed: STATUS_INVALID_PARAMETER.'),
  'smb2-contexts': specified('MS-SMB2 3.3.5.4', '3.1.1 needs exactly one preauthentication context and at most one each of encryption, compression, RDMA and signing, whole and not empty: else STATUS_INVALID_PARAMETER.'),
  'smb2-hash': specified('MS-SMB2 3.3.5.4', 'No hash in common: STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP.'),
  'smb2-again': specified('MS-SMB2 3.3.5.4', 'A dialect was negotiated before: the server disconnects without an answer.'),
  'smb2-message-id': specified('MS-SMB2 3.3.5.2.3', 'The MessageId is not one that the server granted: it disconnects.'),
  'smb2-first': specified('MS-SMB2 3.3.5.2', 'A command before a dialect is negotiated: the server disconnects.'),
  'smb2-after-smb1': specified('MS-SMB2 3.3.5.3.2', 'SMB1 was selected on this connection: SMB2 processing has ended.'),
  'session': specified('MS-SMB2 3.3.5.5', 'A session setup behind the negotiation is answered with a challenge.'),
  'nbss-accepted': specified('RFC 1002 5.2.2', 'The called name is listened for: a positive session response.'),
  'nbss-direct': specified('MS-SMB2 2.1', 'Direct TCP has no session request: anything but a message of type 0 ends the connection.'),
  'no-smb': specified('MS-SMB2 3.3.5.1', 'No message of SMB: the server disconnects.'),
});

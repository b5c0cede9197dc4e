import { negTokenInit } from '../../smb/build/spnego.ts';
import type { ServerMessage } from '../../smb/build/server-message.ts';
import { LEVEL } from '../dialect-level.ts';
import type { Server, ServerFamily } from '../family.ts';
import { dialectLevel, type Policy, PolicyProblem, refuseSettings, refuseUnknownOptions } from '../policy.ts';
import type { Rule } from '../rule.ts';
import { SMB2_CAP } from '../smb2-reply.ts';
import { specification } from './specification.ts';
import { SPECIFICATION_RULES } from './specification-rules.ts';

/** What is known of smbx is what its answers show; where none was seen, it is taken to do what is specified. */
const OWN: ReadonlyMap<Rule, Rule> = new Map(Object.values(SPECIFICATION_RULES).map((rule) => [rule, { ...rule, id: rule.id.replace('specification-', 'macos-'), certainty: 'recollection' as const }]));
const CREDITS_OF_WILDCARD = 5;
const MEGABYTES_4 = 4 * 1024 * 1024;
const BLOB = negTokenInit({ mechTypes: ['MS-KRB5', 'KRB5', '1.2.752.43.14.3', '1.3.6.1.5.5.14', 'NTLMSSP', '1.3.5.1.5.2.7', 'IAKERB'], hint: 'not_defined_in_RFC4178@please_ignore' });

/** smbx, the file server of macOS. PROTOCOL 5.6: up to 3.0.2, sizes of 4 MiB, 5 credits behind 0x02FF. */
export const macos: ServerFamily = {
  name: 'macos',
  title: 'macOS file server (smbx)',
  options: [],
  dialects: [],
  range: rangeOf,
  server: (policy): Server => {
    refuseSettings(policy, ['smb1', 'ciphers', 'signingAlgorithms', 'compression'], 'macos');
    refuseUnknownOptions(policy, [], 'macos');
    rangeOf(policy);
    const { version: _version, ...rest } = policy;
    const specified = specification.server({ maxDialect: '3.0.2', ...rest, smb1: false });
    return (message, connection, values) => {
      const reaction = specified(message, connection, values);
      return reaction === null ? null : { ...reaction, rule: OWN.get(reaction.rule) ?? reaction.rule, reply: reaction.reply === null ? null : asMacos(reaction.reply) };
    };
  },
};

function rangeOf(policy: Policy): { readonly min: number; readonly max: number } {
  const max = dialectLevel(policy, 'maxDialect', LEVEL.smb302);
  if (max > LEVEL.smb302) throw new PolicyProblem('contradiction', 'maxDialect', 'No answer of macOS above 3.0.2 was ever seen.');
  return { min: dialectLevel(policy, 'minDialect', LEVEL.smb202), max };
}

function asMacos(reply: ServerMessage): ServerMessage {
  if (reply.kind !== 'smb2-negotiate-response') return reply;
  const wildcard = reply.dialectRevision === 0x02ff;
  const size = (reply.capabilities & SMB2_CAP.largeMtu) === 0 ? reply.maxReadSize : MEGABYTES_4;
  const header = wildcard ? { ...reply.header, credits: CREDITS_OF_WILDCARD } : reply.header;
  return { ...reply, header, maxTransactSize: size, maxReadSize: size, maxWriteSize: size, securityBlob: BLOB };
}

import { type Candidate, intervalsOf, ownPolicy } from '../selection/candidate.ts';
import type { Decision } from '../selection/server-belief.ts';
import type { Connection } from './schema.ts';

type Predicted = NonNullable<Connection['predicted']>;

/** Converts a decision to what the contract says. */
export function buildPredicted({ agrees, candidates, differs, because, byOthers }: Decision): Predicted {
  return {
    agrees,
    by: grouped(candidates),
    differs: differs.map(({ field, expected, observed }) => ({ field, expected, observed, meaning: `${MEANINGS[field] ?? 'the value of the field'}${byOthers ? '; expected by what other connections of this server show' : ''}` })),
    ...(because === null ? {} : { because }),
  };
}

const MEANINGS: Readonly<Record<string, string>> = {
  kind: 'whether, and with what kind of answer, the server answers this request',
  dialect: 'the dialect that the server chooses of those offered',
  index: 'the SMB1 dialect that the server chooses, by its index in the request',
  status: 'the status with which the server refuses',
  securityMode: 'whether the server signs, and requires it',
  cipher: 'the cipher that the server chooses',
  signingAlgorithm: 'the signing algorithm that the server chooses',
  compression: 'the compression algorithms that the server takes',
  posix: 'whether the server answers the POSIX context',
  serverGuid: 'the form of ServerGuid',
  securityBlob: 'the mechanisms in the security blob',
  startTime: 'whether ServerStartTime is told',
  wordCount: 'the form of the refusal',
  capabilities: 'the capabilities that the server tells',
  maxTransactSize: 'a size that the server tells', maxReadSize: 'a size that the server tells', maxWriteSize: 'a size that the server tells',
  maxBufferSize: 'a size that the server tells', maxRawSize: 'a size that the server tells',
  maxMpxCount: 'how many requests the server takes at once', maxNumberVcs: 'how many virtual circuits the server takes',
  rawMode: 'whether the server takes raw reads and writes',
};

const CERTAINTY = ['observed', 'specification', 'source', 'recollection'];

function byCertainty(left: Candidate, right: Candidate): number {
  return CERTAINTY.indexOf(left.certainty) - CERTAINTY.indexOf(right.certainty);
}

/** Versions that cannot be told apart are one entry: the best known of them stands for all. */
function grouped(candidates: readonly Candidate[]): Predicted['by'] {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = `${candidate.profile.family} ${JSON.stringify(policyText(candidate))}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [candidate]);
    else group.push(candidate);
  }
  const sorted = [...groups.values()].map((group) => group.toSorted(byCertainty)).toSorted(([left], [right]) => byCertainty(left!, right!));
  return sorted.map(([first, ...others]) => {
    return {
      profile: first!.profile.id,
      policy: policyText(first!),
      certainty: first!.certainty,
      ...(others.length === 0 ? {} : { alike: others.map(({ profile }) => profile.id) }),
    };
  });
}

/** Settings as intervals: the version is the profile's own. */
function policyText(candidate: Candidate): Record<string, unknown> {
  const { profile, settings } = candidate;
  const ends = intervalsOf(candidate);
  const { version: _version, ...own } = ownPolicy(profile);
  const policy: Record<string, unknown> = { ...own };
  if (ends !== null) {
    policy['minDialect'] = { from: ends.min[0], to: ends.min[1] };
    policy['maxDialect'] = { from: ends.max[0], to: ends.max[1] };
  }
  const options: Record<string, unknown> = { ...own.options };
  for (const [name, text] of settings) {
    if (name.startsWith('options.')) options[name.slice('options.'.length)] = JSON.parse(text);
    else policy[name] = JSON.parse(text);
  }
  return Object.keys(options).length === 0 ? policy : { ...policy, options };
}

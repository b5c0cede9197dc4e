import { FAMILIES, familyOf } from '../../selection/families.ts';
import type { Server, ServerFamily } from '../../selection/family.ts';
import { DIALECT_NAMES } from '../../selection/dialect-level.ts';
import { type Policy, PolicyProblem } from '../../selection/policy.ts';
import { PROFILES, profileOf } from '../../selection/profiles.ts';
import { HttpProblem } from '../errors.ts';
import { nearest } from './nearest.ts';
import type { ServerInput, Warning } from './schema.ts';

/** A server that can be asked. */
export interface ResolvedServer {
  readonly label: string;
  readonly server: Server;
  readonly warnings: readonly Warning[];
}

/** A profile's policy, a given one, or the given one over the profile's. `path`: where it stands in the request. */
export function readServer(input: ServerInput, path: string): ResolvedServer {
  const { profile: id, policy: given = {} } = input;
  if (id === undefined && given.family === undefined) {
    throw new HttpProblem(400, 'bad-request', `${path}: give a profile, or a policy with its family: ${FAMILIES.map(({ name }) => name).join(', ')}.`, { path: `${path}.policy.family` });
  }
  const profile = id === undefined ? undefined : serverProfile(id, path);
  const { family: name = profile?.family ?? '', ...own } = given;
  if (profile !== undefined && name !== profile.family) {
    throw new HttpProblem(400, 'contradiction', `The profile ${profile.id} is of the family ${profile.family}, the policy says ${name}.`, { path: `${path}.policy.family` });
  }
  const family = familyOf(name);
  if (family === undefined) throw new HttpProblem(400, 'unknown-family', `There is no family ${name}. There are ${FAMILIES.map((each) => each.name).join(', ')}.`, { path: `${path}.policy.family` });
  const policy = { ...profile?.server, ...own, ...mergedOptions(profile?.server?.options, own.options) } as Policy;
  return { label: profile?.id ?? name, ...build(family, policy, path) };
}

function mergedOptions(first: Readonly<Record<string, string>> | undefined, second: Readonly<Record<string, string>> | undefined): Pick<Policy, 'options'> {
  return first === undefined && second === undefined ? {} : { options: { ...first, ...second } };
}

function serverProfile(id: string, path: string): NonNullable<ReturnType<typeof profileOf>> {
  const profile = profileOf(id);
  const servers = PROFILES.filter(({ role }) => role !== 'client').map((each) => each.id);
  if (profile?.server !== undefined) return profile;
  const reason = profile === undefined ? `There is no profile ${id}` : `The profile ${id} has no server part`;
  throw new HttpProblem(400, 'unknown-profile', `${reason}. Near it: ${nearest(id, servers).join(', ')}. /v1/profiles lists all.`, { path: `${path}.profile` });
}

function build(family: ServerFamily, policy: Policy, path: string): { readonly server: Server; readonly warnings: readonly Warning[] } {
  try {
    const server = family.server(policy);
    const { min, max } = family.range(policy);
    return { server, warnings: min <= max ? [] : [minAboveMax(min, max, path)] };
  } catch (error) {
    if (!(error instanceof PolicyProblem)) throw error;
    throw new HttpProblem(400, error.code, error.message, { path: `${path}.policy.${error.path}` });
  }
}

function minAboveMax(min: number, max: number, path: string): Warning {
  const name = (level: number): string => DIALECT_NAMES[level] ?? 'unset';
  return { path: `${path}.policy.minDialect`, code: 'min-above-max', message: `The least dialect (${name(min)}) is above the greatest (${name(max)}): this is what the server does then.` };
}

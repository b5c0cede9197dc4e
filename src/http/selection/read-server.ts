import { FAMILIES, familyOf } from '../../selection/families.ts';
import type { Server, ServerFamily } from '../../selection/family.ts';
import { DIALECT_NAMES } from '../../selection/dialect-level.ts';
import { OBSERVED_VERSION } from '../../selection/families/samba-versions.ts';
import { DEFAULT_WINDOWS } from '../../selection/families/windows-versions.ts';
import { type Policy, PolicyProblem } from '../../selection/policy.ts';
import { PROFILES, profileOf } from '../../selection/profiles.ts';
import { HttpProblem } from '../errors.ts';
import { nearest } from './nearest.ts';
import { readPastedPolicy } from './read-pasted-policy.ts';
import type { PastedReading, ServerInput, Warning } from './schema.ts';

/** A server that can be asked. */
export interface ResolvedServer {
  readonly label: string;
  readonly family: ServerFamily;
  readonly policy: Policy;
  readonly server: Server;
  /** What was read from a pasted policy; null without one. */
  readonly pasted: PastedReading | null;
  readonly warnings: readonly Warning[];
}

/** A profile's policy, under a pasted one, under a given one. `path`: where it stands in the request. */
export function readServer(input: ServerInput, path: string): ResolvedServer {
  const { profile: id, policy: given = {} } = input;
  const { family: said, ...own } = given;
  const profile = id === undefined ? undefined : serverProfile(id, path);
  if (profile !== undefined && said !== undefined && said !== profile.family) {
    throw new HttpProblem(400, 'contradiction', `The profile ${profile.id} is of the family ${profile.family}, the policy says ${said}.`, { path: `${path}.policy.family` });
  }
  const pasted = input.pasted === undefined ? null : readPastedPolicy(input.pasted, 'server', said ?? profile?.family, `${path}.pasted`);
  const name = said ?? profile?.family ?? pasted?.family;
  if (name === undefined) {
    throw new HttpProblem(400, 'bad-request', `${path}: give a profile, or a policy with its family: ${FAMILIES.map((each) => each.name).join(', ')}.`, { path: `${path}.policy.family` });
  }
  const family = familyOf(name);
  if (family === undefined) throw new HttpProblem(400, 'unknown-family', `There is no family ${name}. There are ${FAMILIES.map((each) => each.name).join(', ')}.`, { path: `${path}.policy.family` });
  const layers = [profile?.server, pasted?.server, own].filter((layer) => layer !== undefined);
  const policy = Object.assign({}, ...layers, mergedOptions(layers)) as Policy;
  const { server, warnings } = build(family, policy, (field) => (pasted === null || isGiven(own, field) ? `${path}.policy.${field}` : `${path}.pasted`));
  const assumed = pasted !== null && profile === undefined && policy.version === undefined ? [versionAssumed(name, `${path}.pasted`)] : [];
  return { label: profile?.id ?? name, family, policy, server, pasted: pasted?.reading ?? null, warnings: [...(pasted?.warnings ?? []), ...assumed, ...warnings] };
}

function mergedOptions(layers: readonly { readonly options?: Readonly<Record<string, string>> | undefined }[]): Pick<Policy, 'options'> {
  const given = layers.flatMap(({ options }) => (options === undefined ? [] : [options]));
  return given.length === 0 ? {} : { options: Object.assign({}, ...given) as Record<string, string> };
}

/** `field`: as a PolicyProblem names it, `options.max mux` or `ciphers.0`. */
function isGiven(own: NonNullable<ServerInput['policy']>, field: string): boolean {
  const [first = '', ...rest] = field.split('.');
  return first === 'options' ? Object.hasOwn(own.options ?? {}, rest.join('.')) : Object.hasOwn(own, first);
}

function versionAssumed(family: string, path: string): Warning {
  const assumed = { samba: `Samba ${OBSERVED_VERSION}`, windows: `Windows ${DEFAULT_WINDOWS}` }[family] ?? `the usual ${family}`;
  return { path, code: 'version-assumed', message: `The text does not tell the version, so defaults are those of ${assumed}. Name a profile, or policy.version.` };
}

function serverProfile(id: string, path: string): NonNullable<ReturnType<typeof profileOf>> {
  const profile = profileOf(id);
  if (profile?.server !== undefined) return profile;
  const servers = PROFILES.filter(({ role }) => role !== 'client').map((each) => each.id);
  const reason = profile === undefined ? `There is no profile ${id}` : `The profile ${id} has no server part`;
  throw new HttpProblem(400, 'unknown-profile', `${reason}. Near it: ${nearest(id, servers).join(', ')}. /v1/profiles lists all.`, { path: `${path}.profile` });
}

function build(family: ServerFamily, policy: Policy, pathOf: (field: string) => string): { readonly server: Server; readonly warnings: readonly Warning[] } {
  try {
    const server = family.server(policy);
    const { min, max } = family.range(policy);
    return { server, warnings: min <= max ? [] : [minAboveMax(min, max, pathOf('minDialect'))] };
  } catch (error) {
    if (!(error instanceof PolicyProblem)) throw error;
    throw new HttpProblem(400, error.code, error.message, { path: pathOf(error.path) });
  }
}

function minAboveMax(min: number, max: number, path: string): Warning {
  return { path, code: 'min-above-max', message: `The least dialect (${DIALECT_NAMES[min] ?? 'unset'}) is above the greatest (${DIALECT_NAMES[max] ?? 'unset'}): this is what the server does then.` };
}

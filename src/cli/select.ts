import { writeFileSync } from 'node:fs';
import { agreementOf, type Asked, meetingOf, readAsked, selectionOf } from '../http/selection/answers.ts';
import { HttpProblem } from '../http/errors.ts';
import { ServerInput, type SelectRequest } from '../http/selection/schema.ts';
import { captureOfPlayed } from '../http/selection/select.ts';
import { PROFILES } from '../selection/profiles.ts';
import { judgingTools } from './judging.ts';
import { readInput, textOf } from './read-input.ts';
import { renderAgreement, renderSelection } from './render-selection.ts';
import { EXIT, readArguments, UsageError, write } from './terminal.ts';

export { tellFailure } from './failure.ts';

const TRANSPORTS = ['direct-tcp', 'netbios', 'quic'] as const;

const USAGE = `smb-verdict select: what a server would answer to a client, message by message

usage: smb-verdict select --client PROFILE --server PROFILE [options]

  --client P, --server P      known ones; --list names them all
  --policy-file F             of the server: an smb.conf or ksmbd.conf, the output of testparm -s or of Get-SmbServerConfiguration
                              (list, table or JSON), or a policy as the API takes it; it goes over the profile, which may be left out
  --client-policy-file F      of the client: an smb.conf, or the output of Get-SmbClientConfiguration
  --transport T               ${TRANSPORTS.join(', ')} (${TRANSPORTS[0]})
  --agree                     every single setting that makes the two agree, as a command, and what it costs in security
  --pcap OUT                  writes the exchange as a capture, for Wireshark
  --json                      as POST /v1/negotiations/select (with --agree: /agree) answers
  --list, --help

A file may be - for a pipe. Exit code: 0 answered, 2 not usable.
`;

const OPTIONS = {
  'client': { type: 'string' }, 'server': { type: 'string' }, 'policy-file': { type: 'string' }, 'client-policy-file': { type: 'string' }, 'transport': { type: 'string' },
  'agree': { type: 'boolean' }, 'pcap': { type: 'string' }, 'json': { type: 'boolean' }, 'list': { type: 'boolean' }, 'help': { type: 'boolean', short: 'h' },
} as const;

/** `smb-verdict select`. */
export async function run(args: string[]): Promise<number> {
  const { values } = readArguments({ args, options: OPTIONS, allowPositionals: false });
  if (values.help === true || values.list === true) {
    await write(values.help === true ? USAGE : profileList());
    return EXIT.whole;
  }
  const asked = inOptions(await requestOf(values));
  const tools = judgingTools();
  if (values.pcap !== undefined) writeFileSync(values.pcap, captureOfPlayed([meetingOf(asked)], asked.transport, asked.values));
  if (values.agree === true) {
    const agreement = agreementOf(asked, tools);
    await write(values.json === true ? json(agreement) : renderAgreement(agreement, names(asked)));
  } else {
    const selection = selectionOf(asked, tools);
    await write(values.json === true ? json(selection) : renderSelection(selection, names(asked)));
  }
  return EXIT.whole;
}

type Values = ReturnType<typeof readArguments<{ options: typeof OPTIONS }>>['values'];

async function requestOf(values: Values): Promise<SelectRequest> {
  const { client, server, 'policy-file': policyFile, 'client-policy-file': clientPolicyFile, transport: written = TRANSPORTS[0] } = values;
  if (client === undefined) throw new UsageError('select: name a client with --client; --list shows which there are.');
  if (server === undefined && policyFile === undefined) throw new UsageError('select: name a server with --server, or give its policy with --policy-file; --list shows which there are.');
  const transport = TRANSPORTS.find((each) => each === written);
  if (transport === undefined) throw new UsageError(`--transport is one of ${TRANSPORTS.join(', ')}.`);
  return {
    client: { profile: client, ...(clientPolicyFile !== undefined && { pasted: await textIn(clientPolicyFile) }) },
    server: { ...(server !== undefined && { profile: server }), ...(policyFile !== undefined && policyIn(await textIn(policyFile))) },
    transport,
  };
}

async function textIn(file: string): Promise<string> {
  return textOf(await readInput(file));
}

/** A policy as the API takes it, or a text as people have it. */
function policyIn(text: string): ServerInput {
  try {
    const policy: unknown = JSON.parse(text);
    const read = ServerInput.safeParse({ policy });
    if (read.success) return read.data;
  } catch {
    // no JSON: another form
  }
  return { pasted: text };
}

/** Fields of the request by the options that they came from. */
const OPTION_OF_FIELD: readonly (readonly [field: string, option: string])[] = [
  ['client.profile', '--client'], ['client.pasted', '--client-policy-file'], ['server.profile', '--server'], ['server.pasted', '--policy-file'], ['server.policy', '--policy-file'],
];

function inOptions(request: SelectRequest): Asked {
  try {
    return readAsked(request);
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    const { path = '' } = error.extras;
    const [field = '', option = path] = OPTION_OF_FIELD.find(([each]) => path.startsWith(each)) ?? [];
    throw new HttpProblem(error.status, error.code, error.message.replace('/v1/profiles lists all', '--list shows all'), { path: `${option}${path.slice(field.length)}` });
  }
}

function names({ client, server, transport }: Asked): string {
  return `${client.label} -> ${server.label} (${transport})`;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function profileList(): string {
  const width = Math.max(...PROFILES.map(({ id }) => id.length)) + 2;
  return PROFILES.map(({ id, role, title }) => `${id.padEnd(width)}${(role === 'both' ? 'client, server' : role).padEnd(16)}${title}\n`).join('');
}

import type { Agreement, PastedReading, Selection, SelectionStep, Warning } from '../http/selection/schema.ts';
import { printable } from '../report/render-text.ts';
import { wrapped } from './wrapped.ts';

/** A negotiation as a conversation, and what came of it. */
export function renderSelection(selection: Selection, names: string): string {
  const { steps, client, outcome, verdict, expectedEvents, pasted = [], warnings } = selection;
  return [
    `${printable(names)}\n\n`,
    ...steps.map(stepText),
    client === null ? '' : said('client', `${client.does}: ${client.rule.text}`, [client.rule.clause, client.error === undefined ? '' : `its user sees: ${client.error}`]),
    `\nOUTCOME\n${outcomeText(outcome)}`,
    verdict === null ? '' : `\nVERDICT of a capture of it\n  ${verdict.severity.toUpperCase()} ${verdict.code} (${verdict.certainty})\n${verdict.explanation === undefined ? '' : wrapped(verdict.explanation, '  ', '  ')}`,
    expectedEvents.length === 0 ? '' : `\nEVENTS to expect\n${expectedEvents.map(({ id, side, channel, when }) => wrapped(`${id} on the ${side} (${channel}): ${when}`, '  ', '    ')).join('')}`,
    ...pasted.map(pastedText), warningText(warnings),
  ].join('');
}

/** The settings that make two agree, the least costly first. */
export function renderAgreement({ agrees, obstacle, outcome, verdict, settings, pasted = [], warnings }: Agreement, names: string): string {
  const now = agrees ? `They agree.\n${outcomeText(outcome)}` : wrapped(`They do not agree: ${obstacle?.text ?? ''}${verdict === null ? '' : ` A capture of it: ${verdict}.`}`, '', '');
  const advice = settings.length === 0 ? (agrees ? '' : '\nNo single setting that is known here makes them agree.\n') : settings.map(settingText).join('');
  return `${printable(names)}\n\n${now}${advice}${pasted.map(pastedText).join('')}${warningText(warnings)}`;
}

function settingText({ for: side, system, command, file, apply, note, cost, outcome, verdict, findings }: Agreement['settings'][number]): string {
  const lines = [file === undefined ? '' : `  in ${file}:\n`, ...command.split('\n').map((line) => `      ${line}\n`), apply === undefined ? '' : `  then:\n      ${apply}\n`, note === undefined ? '' : wrapped(note, '  ', '  ')];
  const shown = findings.filter(({ severity }) => severity !== 'info').map(({ code, severity }) => `${code} (${severity})`);
  return [
    `\n${cost.severity === 'info' ? 'NO COST' : `COST ${cost.severity.toUpperCase()}`}: on the ${side} (${system})\n`, ...lines,
    wrapped(`cost: ${cost.text}`, '  ', '    '),
    wrapped(`then: ${outcome.dialect ?? 'none'}${verdict === null ? '' : `, ${verdict}`}${shown.length === 0 ? '' : `; findings ${shown.join(', ')}`}`, '  ', '    '),
  ].join('');
}

function stepText({ from, kind, dialect, status, then, rule, message }: SelectionStep): string {
  const about = [dialect ?? dialectsOf(message), status === undefined || status === '0x00000000' ? '' : status, then === undefined || then === 'open' ? '' : then].filter((part) => part !== '');
  return said(from, [kind, ...about].join(' '), rule === undefined ? [] : [`${rule.text} (${rule.clause}; ${rule.certainty})`, rule.deviatesFrom === undefined ? '' : `${rule.deviatesFrom.clause} says: ${rule.deviatesFrom.text}`]);
}

/** What a request offers. */
function dialectsOf(message: SelectionStep['message']): string {
  const dialects: unknown = message === undefined ? [] : (message as Readonly<Record<string, unknown>>)['dialects'];
  if (!Array.isArray(dialects)) return '';
  return dialects.map((dialect: unknown) => (typeof dialect === 'string' ? dialect : textOfNamed(dialect))).join(', ');
}

function textOfNamed(dialect: unknown): string {
  if (typeof dialect !== 'object' || dialect === null) return String(dialect);
  const { name, value, text } = dialect as Readonly<Record<string, unknown>>;
  return String(text ?? name ?? value);
}

function said(from: string, what: string, notes: readonly string[]): string {
  return wrapped(what, `  ${from.padEnd(8)}`, ' '.repeat(10)) + notes.filter((note) => note !== '').map((note) => wrapped(note, ' '.repeat(12), ' '.repeat(12))).join('');
}

function outcomeText({ dialect, signing, encryption, compression, capabilities }: Selection['outcome']): string {
  if (dialect === null) return '  none: they do not agree\n';
  const rows = [
    ['dialect', dialect],
    ['signing', signing === null ? '' : `${signing.required ? 'required' : 'not required'}${signing.algorithm === null ? '' : `, ${signing.algorithm}`}`],
    ['encryption', encryption?.possible === true ? `possible, ${encryption.cipher ?? ''}` : 'not possible'],
    ['compression', compression.join(', ')], ['capabilities', capabilities.join(', ')],
  ] as const;
  return rows.filter(([, value]) => value !== '').map(([name, value]) => wrapped(value, `  ${name.padEnd(14)}`, ' '.repeat(16))).join('');
}

function pastedText({ path, form, read, ignored }: PastedReading): string {
  return [
    `\nPOLICY of the ${path.split('.', 1)[0] ?? ''}, read as ${form}\n`,
    ...read.map(({ line, setting, value }) => wrapped(`line ${line}: ${setting} = ${value}`, '  ', '    ')),
    ...ignored.map(({ line, lines, setting, reason }) => wrapped(`line ${line}${lines > 1 ? ` to ${line + lines - 1}` : ''}: ${setting} was left out: ${reason}`, '  ', '    ')),
  ].join('');
}

function warningText(warnings: readonly Warning[]): string {
  return warnings.length === 0 ? '' : `\nWARNINGS\n${warnings.map(({ message }) => wrapped(message, '  ', '    ')).join('')}`;
}

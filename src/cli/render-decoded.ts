import type { RawMessage } from '../http/raw-messages.ts';
import type { NegotiationReport } from '../http/schema.ts';
import { renderFields } from '../report/render-fields.ts';
import { printable } from '../report/render-text.ts';
import { fieldsOf } from '../smb/fields/fields-of.ts';
import { PREFIX_LENGTH } from '../smb/fields/nbss-fields.ts';
import { wrapped } from './wrapped.ts';

/** What fields are read from: a prefix that was not given is not shown. */
export function bytesOfFields({ framed, prefixGiven }: RawMessage): { readonly bytes: Uint8Array; readonly form: 'framed' | 'bare' } {
  return prefixGiven ? { bytes: framed, form: 'framed' } : { bytes: framed.subarray(PREFIX_LENGTH), form: 'bare' };
}

/** Every message as a tree of its fields, then the verdict. */
export function renderDecoded(report: NegotiationReport, messages: readonly RawMessage[]): string {
  const parts = [
    ...report.recognised.map(({ form, bytes, messages: count }) => `${bytes} bytes, given as ${form}; ${count} message${count === 1 ? '' : 's'}\n`),
    ...report.ignored.map(({ line, lines, reason }) => `left out: line ${line}${lines > 1 ? ` to ${line + lines - 1}` : ''}: ${printable(reason)}\n`),
    ...report.warnings.map((warning) => wrapped(`warning: ${warning}`, '', '  ')),
    ...messages.map((message, index) => messageText(message, index, report)),
    verdictText(report),
  ];
  return parts.join('');
}

function messageText(message: RawMessage, index: number, report: NegotiationReport): string {
  const { bytes, form } = bytesOfFields(message);
  const kinds = message.decoded.map(({ kind }) => kind).join(', ');
  const likely = report.messages.filter(({ fields }) => fields !== undefined)[index]?.likely;
  const names = likely?.candidates.map(({ profile, certainty }) => `${profile}${certainty === 'likely' ? '' : ' (possibly)'}`) ?? [];
  const sender = names.length === 0 ? '' : wrapped(`sent by ${names.join(', ')}`, '', '  ');
  return `\nMESSAGE ${index + 1}, from the ${message.from}: ${kinds}\n${sender}${renderFields(bytes, fieldsOf(bytes, form))}`;
}

function verdictText({ verdict, dialect, findings }: NegotiationReport): string {
  if (verdict === null) return '\nVERDICT\nNone: there is no negotiation in these messages.\n';
  return [
    `\nVERDICT\n${verdict.severity.toUpperCase()} ${verdict.code} (${verdict.certainty})${dialect === null ? '' : `; dialect ${printable(dialect)}`}\n`,
    ...(verdict.explanation === undefined ? [] : [wrapped(verdict.explanation, '', '')]),
    ...(verdict.missing === undefined || verdict.missing.length === 0 ? [] : [wrapped(`not seen: ${verdict.missing.join(', ')}`, '', '  ')]),
    ...(verdict.remediation ?? []).flatMap(({ for: side, text, command }) => [wrapped(`${side}: ${text}`, '  ', '    '), ...(command?.split('\n') ?? []).map((line) => `      ${printable(line)}\n`)]),
    ...(findings.length === 0 ? [] : [wrapped(`findings: ${findings.map(({ code, severity }) => `${code} (${severity})`).join(', ')}`, '', '  ')]),
  ].join('');
}

import { readFileSync } from 'node:fs';

/** What writing so many lines costs when nothing else is done: stringify-alone.js NDJSON. The first thousand lines, again and again; CPU seconds go to stderr. */
const SAMPLE = 1000;
const lines = readFileSync(process.argv[2] ?? '', 'utf8').trimEnd().split('\n');
const objects = lines.slice(0, SAMPLE).map((line) => JSON.parse(line) as unknown);
const began = process.cpuUsage();
for (let index = 0; index < lines.length;) {
  let text = '';
  for (const end = Math.min(lines.length, index + SAMPLE); index < end; index++) text += `${JSON.stringify(objects[index % objects.length])}\n`;
  process.stdout.write(text);
}
const { user, system } = process.cpuUsage(began);
process.stderr.write(`${((user + system) / 1e6).toFixed(3)}\n`);

export interface Line { readonly name: string; /** Seconds, each minute of the day. */ readonly age: readonly number[] }

const PLOT = { left: 70, top: 20, width: 500, height: 300 };
const COLOURS = ['#0969da', '#bf3989', '#1a7f37', '#9a6700', '#8250df', '#cf222e'];
/** Seconds at the axis: one second to a day. */
const TICKS: readonly (readonly [number, string])[] = [[1, '1 s'], [60, '1 min'], [600, '10 min'], [3600, '1 h'], [21_600, '6 h'], [86_400, '24 h']];
const EVERY = 5;

const y = (seconds: number): number => PLOT.top + PLOT.height * (1 - Math.log(Math.max(1, seconds)) / Math.log(86_400));
const x = (minute: number): number => PLOT.left + (PLOT.width * minute) / 1440;

/** Age of the oldest waiting capture over a day, on a logarithmic axis. */
export function renderAges(lines: readonly Line[]): string {
  const text = (atX: number, atY: number, words: string, anchor: string, colour = '#57606a'): string => `<text x="${atX.toFixed(1)}" y="${atY.toFixed(1)}" text-anchor="${anchor}" fill="${colour}">${words}</text>`;
  const body = [
    ...TICKS.map(([seconds, name]) => `<line x1="${PLOT.left}" y1="${y(seconds).toFixed(1)}" x2="${PLOT.left + PLOT.width}" y2="${y(seconds).toFixed(1)}" stroke="#d0d7de" stroke-width="0.5"/>${text(PLOT.left - 8, y(seconds) + 4, name, 'end')}`),
    ...[0, 6, 12, 18, 24].map((hour) => text(x(hour * 60), PLOT.top + PLOT.height + 18, `${hour}:00`, 'middle')),
    ...lines.map(({ age }, at) => `<polyline fill="none" stroke="${COLOURS[at % COLOURS.length]}" stroke-width="2" points="${age.flatMap((seconds, minute) => (minute % EVERY === 0 ? [`${x(minute).toFixed(1)},${y(seconds).toFixed(1)}`] : [])).join(' ')}"/>`),
    ...lines.map(({ name }, at) => text(PLOT.left + 10, PLOT.top + 16 + at * 16, name, 'start', COLOURS[at % COLOURS.length])),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 620 360" font-family="sans-serif" font-size="12" role="img" aria-label="Age of the oldest capture in the queue over a day">
<rect width="620" height="360" fill="#ffffff"/>
${body.join('\n')}
</svg>
`;
}

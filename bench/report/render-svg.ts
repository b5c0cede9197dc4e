import type { GrowthPoint } from '../growth.ts';

const PLOT = { left: 70, top: 20, width: 440, height: 300 };
const COLOURS = ['#0969da', '#bf3989'];
/** A decade to each side of what was measured would be empty. */
const AXIS = { line: '#8c959f', text: '#57606a' };

/** CPU seconds over size, both as powers of ten: a straight line with the slope of the dashed ones is linear growth. */
export function renderGrowth(points: readonly GrowthPoint[]): string {
  const loads = [...new Set(points.map(({ load }) => load))];
  const xs = decades(points.map(({ packets }) => packets));
  const ys = decades(points.map(({ cpu }) => cpu));
  const x = (packets: number): number => PLOT.left + (PLOT.width * (Math.log10(packets) - xs.from)) / (xs.to - xs.from);
  const y = (cpu: number): number => PLOT.top + PLOT.height - (PLOT.height * (Math.log10(cpu) - ys.from)) / (ys.to - ys.from);
  const body = [
    ...powers(xs).map((power) => gridLine(x(10 ** power), PLOT.top, x(10 ** power), PLOT.top + PLOT.height) + label(x(10 ** power), PLOT.top + PLOT.height + 18, amount(power), 'middle')),
    ...powers(ys).map((power) => gridLine(PLOT.left, y(10 ** power), PLOT.left + PLOT.width, y(10 ** power)) + label(PLOT.left - 8, y(10 ** power) + 4, `${10 ** power} s`, 'end')),
    ...loads.map((load, index) => series(points.filter((point) => point.load === load), COLOURS[index % COLOURS.length] ?? '', x, y)),
    label(PLOT.left + PLOT.width / 2, PLOT.top + PLOT.height + 40, 'packets', 'middle'),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 380" font-family="sans-serif" font-size="12" role="img" aria-label="CPU seconds over packets">
<rect width="640" height="380" fill="#ffffff"/>
${body.join('\n')}
</svg>
`;
}

interface Decades { readonly from: number; readonly to: number }

function decades(values: readonly number[]): Decades {
  const powers = values.map((value) => Math.log10(value));
  const from = Math.floor(Math.min(...powers));
  return { from, to: Math.max(from + 1, Math.ceil(Math.max(...powers))) };
}

const powers = ({ from, to }: Decades): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** What was measured, and beside it what growth in proportion from the largest size would be. */
function series(points: readonly GrowthPoint[], colour: string, x: (packets: number) => number, y: (cpu: number) => number): string {
  const path = points.map(({ packets, cpu }) => `${round(x(packets))},${round(y(cpu))}`).join(' ');
  const last = points.at(-1);
  if (last === undefined) return '';
  const marks = points.map(({ packets, cpu }) => `<circle cx="${round(x(packets))}" cy="${round(y(cpu))}" r="3.5" fill="${colour}"/>`);
  return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${marks.join('')}${label(x(last.packets) + 10, y(last.cpu) + 4, last.load.toUpperCase(), 'start', colour)}`;
}

const gridLine = (x1: number, y1: number, x2: number, y2: number): string => `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${AXIS.line}" stroke-width="0.5"/>`;

function label(x: number, y: number, text: string, anchor: string, colour = AXIS.text): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${text}</text>`;
}

const amount = (power: number): string => (power >= 6 ? `${10 ** (power - 6)} M` : power >= 3 ? `${10 ** (power - 3)} k` : String(10 ** power));
const round = (value: number): string => value.toFixed(1);

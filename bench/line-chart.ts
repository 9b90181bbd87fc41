import type { Point } from './slope.ts';

export interface Line {
  name: string;
  points: readonly Point[];
}

export interface LineChart {
  title: string;
  xTitle: string;
  /** Places on the axis and what is written there. */
  xTicks: readonly { at: number; label: string }[];
  lines: readonly Line[];
}

const frame = { width: 720, height: 440, left: 76, right: 150, top: 48, bottom: 58 };
const style = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 }
  .grid { stroke: #8c959f; stroke-opacity: .3 }
  .line { fill: none; stroke-width: 2 }
  .c0 { stroke: #6e7781; fill: #6e7781 } .c1 { stroke: #0969da; fill: #0969da } .c2 { stroke: #bc4c00; fill: #bc4c00 }
  .line { fill: none }
  text.c0, text.c1, text.c2 { stroke: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .c0 { stroke: #9198a1; fill: #9198a1 } .c1 { stroke: #58a6ff; fill: #58a6ff } .c2 { stroke: #f0883e; fill: #f0883e }
    .line { fill: none }
  }`;

/**
 * Microseconds of CPU over something that grows, both axes logarithmic, as an SVG that needs nothing else and is
 * readable on light and dark grounds.
 */
export function drawLineChart({ title, xTitle, xTicks, lines }: LineChart): string {
  const points = lines.flatMap((line) => line.points);
  const xScale = logScale(
    [...points.map(({ x }) => x), ...xTicks.map(({ at }) => at)],
    frame.left,
    frame.width - frame.right,
  );
  const decades = decadesAround(points.map(({ y }) => y));
  const yScale = logScale(decades, frame.height - frame.bottom, frame.top);
  const right = frame.width - frame.right;
  const below = frame.height - frame.bottom;
  const grid = [
    ...decades.map((value) => {
      const y = yScale(value);
      const label = `<text x="${frame.left - 8}" y="${y + 4}" text-anchor="end">${duration(value)}</text>`;
      return `<line class="grid" x1="${frame.left}" y1="${y}" x2="${right}" y2="${y}"/>${label}`;
    }),
    ...xTicks.map(({ at, label }) => {
      const x = xScale(at);
      const text = `<text x="${x}" y="${below + 20}" text-anchor="middle">${label}</text>`;
      return `<line class="grid" x1="${x}" y1="${frame.top}" x2="${x}" y2="${below}"/>${text}`;
    }),
  ];
  const drawn = lines.map((line, index) => drawLine(line, `c${index}`, xScale, yScale));
  const labels = endLabels(lines, yScale).map(
    ({ name, y }, index) => `<text class="c${index}" x="${right + 10}" y="${y + 4}">${name}</text>`,
  );
  const middle = (frame.left + right) / 2;
  const yTitle = `<text transform="translate(18 ${(frame.top + below) / 2}) rotate(-90)" text-anchor="middle">CPU per operation</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${frame.width} ${frame.height}" role="img">
<title>${title}</title>
<style>${style}
</style>
<text class="title" x="${frame.left}" y="26">${title}</text>
${[...grid, ...drawn, ...labels].join('\n')}
<text x="${middle}" y="${frame.height - 14}" text-anchor="middle">${xTitle}</text>
${yTitle}
</svg>
`;
}

type Scale = (value: number) => number;

function logScale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.log(Math.min(...values));
  const high = Math.log(Math.max(...values));
  return (value) => Math.round((from + ((Math.log(value) - low) / (high - low)) * (to - from)) * 10) / 10;
}

function decadesAround(values: readonly number[]): number[] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  return Array.from({ length: Math.max(high - low, 1) + 1 }, (_, index) => 10 ** (low + index));
}

function drawLine({ points }: Line, colour: string, xScale: Scale, yScale: Scale): string {
  const places = points.map(({ x, y }) => ({ x: xScale(x), y: yScale(y) }));
  const path = places.map(({ x, y }) => `${x},${y}`).join(' ');
  const dots = places.map(({ x, y }) => `<circle class="${colour}" cx="${x}" cy="${y}" r="3"/>`).join('');
  return `<polyline class="${colour} line" points="${path}"/>${dots}`;
}

/** Names beside the ends of their lines, moved apart where they would lie on each other. */
function endLabels(lines: readonly Line[], yScale: Scale): readonly { name: string; y: number }[] {
  const apart = 16;
  const ends = lines.map(({ name, points }) => ({ name, y: yScale(points.at(-1)?.y ?? 1) }));
  let lowest = Number.POSITIVE_INFINITY;
  for (const end of ends.toSorted((a, b) => b.y - a.y)) {
    end.y = Math.min(end.y, lowest - apart);
    lowest = end.y;
  }
  return ends;
}

function duration(microseconds: number): string {
  if (microseconds >= 1e6) return `${microseconds / 1e6} s`;
  return microseconds >= 1e3 ? `${microseconds / 1e3} ms` : `${microseconds} µs`;
}

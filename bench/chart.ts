/** One bar of a chart. */
export interface Bar {
  label: string;
  value: number;
}

/** Bars that belong together. */
export interface BarGroup {
  label: string;
  bars: readonly Bar[];
}

export interface BarChartOptions {
  title: string;
  groups: readonly BarGroup[];
  /** How a value is written beside its bar. */
  format: (value: number) => string;
  /** Label of the bars that stand out. */
  highlight: string;
}

const size = { width: 760, left: 270, right: 90, top: 48, bar: 16, gap: 18, heading: 22 };

/**
 * Horizontal bars as a self-contained SVG with text as text. Colours follow the reader's scheme, light or dark; where that
 * is not known they are readable on both.
 */
export function barChart({ title, groups, format, highlight }: BarChartOptions): string {
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const scale = (size.width - size.left - size.right) / most;
  let y = size.top;
  const drawn = groups.map((group) => {
    const top = y;
    y += size.heading + group.bars.length * size.bar + size.gap;
    return drawGroup({ group, top, scale, format, highlight });
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${y}" viewBox="0 0 ${size.width} ${y}" role="img" aria-label="${escape(title)}">
<style>
text { font: 13px system-ui, sans-serif; fill: #6e7781 }
.title { font-size: 15px; font-weight: 600 }
.group { font-weight: 600 }
.own { font-weight: 600; fill: #218bff }
.bar { fill: #8c959f }
.bar.own { fill: #218bff }
@media (prefers-color-scheme: light) { text { fill: #24292f } .own { fill: #0969da } .bar.own { fill: #0969da } }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .own { fill: #58a6ff } .bar.own { fill: #58a6ff } }
</style>
<text class="title" x="16" y="24">${escape(title)}</text>
${drawn.join('\n')}
</svg>
`;
}

interface DrawOptions extends Pick<BarChartOptions, 'format' | 'highlight'> {
  group: BarGroup;
  top: number;
  scale: number;
}

function drawGroup({ group, top, scale, format, highlight }: DrawOptions): string {
  const rows = group.bars.map(({ label, value }, index) => {
    const y = top + size.heading + index * size.bar;
    const own = label === highlight ? ' own' : '';
    const width = (value * scale).toFixed(1);
    const end = (size.left + value * scale + 6).toFixed(1);
    return `<text class="label${own}" x="${size.left - 8}" y="${y + 4}" text-anchor="end">${escape(label)}</text>
<rect class="bar${own}" x="${size.left}" y="${y - 6}" width="${width}" height="${size.bar - 4}" rx="2"/>
<text class="value${own}" x="${end}" y="${y + 4}">${escape(format(value))}</text>`;
  });
  return `<text class="group" x="16" y="${top + 4}">${escape(group.label)}</text>\n${rows.join('\n')}`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? character);
}

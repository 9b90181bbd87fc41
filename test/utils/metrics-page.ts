import { request } from 'undici';

/** The metrics page of a gateway, by series: `name{label="value"}`, as Prometheus would read it. */
export interface ReadMetricsPage {
  readonly contentType: string;
  readonly series: ReadonlyMap<string, number>;
  /** What its comments say of each metric. */
  readonly described: readonly { readonly name: string; readonly type: string; readonly help: string }[];
}

/** Asks over a connection of its own, so that any of several workers may be the one that answers. */
export async function readMetricsPage(gatewayUrl: string): Promise<ReadMetricsPage> {
  const { statusCode, headers, body } = await request(`${gatewayUrl}/metrics`, { reset: true });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`No metrics page: ${statusCode} ${text}`);
  const lines = text.split('\n');
  const series = new Map<string, number>();
  for (const line of lines.filter((line) => line !== '' && !line.startsWith('#'))) {
    const at = line.lastIndexOf(' ');
    series.set(line.slice(0, at), Number(line.slice(at + 1)));
  }
  const described = Array.from(
    text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\w+)$/gm),
    ([, name = '', help = '', type = '']) => ({ name, type, help }),
  );
  return { contentType: String(headers['content-type']), series, described };
}

/** How much each series differs from before; those that do not are left out. */
export function changesOf(before: ReadMetricsPage, after: ReadMetricsPage): Record<string, number> {
  const changes = [...after.series].map(
    ([name, value]) => [name, value - (before.series.get(name) ?? 0)] as const,
  );
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

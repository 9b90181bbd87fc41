/** The metrics page of a gateway, by series: `name{label="value"}`, as Prometheus would read it. */
export interface ReadMetricsPage {
  readonly contentType: string | null;
  readonly series: ReadonlyMap<string, number>;
  /** What its comments say of each metric. */
  readonly described: readonly { readonly name: string; readonly type: string; readonly help: string }[];
}

/** @param url base URL of the gateway */
export async function readMetricsPage(url: string): Promise<ReadMetricsPage> {
  const response = await fetch(`${url}/metrics`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`No metrics page: ${response.status} ${text}`);
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
  return { contentType: response.headers.get('content-type'), series, described };
}

/** How much each series differs from before; those that do not are left out. */
export function changesOf(before: ReadMetricsPage, after: ReadMetricsPage): Record<string, number> {
  const changes = [...after.series].map(
    ([name, value]) => [name, value - (before.series.get(name) ?? 0)] as const,
  );
  return Object.fromEntries(changes.filter(([, change]) => change !== 0));
}

import { Counter, Gauge, type Registry } from 'prom-client';

/** What a cache says of itself when it is asked. All but `entries` and `characters` only ever grow. */
export interface CacheStatistics {
  readonly entries: number;
  /** Of the texts that it is bounded by. */
  readonly characters: number;
  readonly hits: number;
  readonly misses: number;
  /** What was thrown away to make room. */
  readonly evictions: number;
}

/**
 * Shows a cache on the metrics page. It counts for itself and is read when somebody asks for the page. Caches of one
 * name are shown as one.
 * @param name a name of ours, never one of a client
 */
export type RegisterCache = (name: string, statistics: () => CacheStatistics) => void;

export function createCacheMetrics(registry: Registry): RegisterCache {
  const caches: { name: string; statistics: () => CacheStatistics }[] = [];
  const settings = { labelNames: ['cache'], registers: [] };
  const sums = (figure: keyof CacheStatistics) =>
    [...Map.groupBy(caches, ({ name }) => name)].map(([cache, own]) => ({
      labels: { cache },
      value: own.reduce((sum, { statistics }) => sum + statistics()[figure], 0),
    }));
  for (const [figure, name, help] of gauges) {
    const collect = function (this: Gauge) {
      for (const { labels, value } of sums(figure)) this.set(labels, value);
    };
    registry.registerMetric(new Gauge({ ...settings, name, help, collect }));
  }
  for (const [figure, name, help] of counters) {
    const collect = function (this: Counter) {
      this.reset();
      for (const { labels, value } of sums(figure)) this.inc(labels, value);
    };
    registry.registerMetric(new Counter({ ...settings, name, help, collect }));
  }
  return (name, statistics) => void caches.push({ name, statistics });
}

const gauges = [
  ['entries', 'sluice_cache_entries', 'Entries that a cache holds.'],
  ['characters', 'sluice_cache_characters', 'Characters of what a cache holds something for.'],
] as const;

const counters = [
  ['hits', 'sluice_cache_hits_total', 'How often a cache had what was asked for.'],
  ['misses', 'sluice_cache_misses_total', 'How often a cache did not have what was asked for.'],
  ['evictions', 'sluice_cache_evictions_total', 'Entries that a cache threw away to make room.'],
] as const;

import { LRUCache } from 'lru-cache';
import type { CacheStatistics } from '../metrics/cache-metrics.ts';

/** Most tokens of an operation; a longer one is not parsed to its end. */
export const documentTokensMax = 10_000;

/** What is made of operations, by their text. */
export interface DocumentCache<Value extends object> {
  get(document: string): Value | undefined;
  set(document: string, value: Value): void;
  /** What it holds now, and how it was used since it was made. */
  statistics: () => CacheStatistics;
}

/**
 * A cache whose keys are operations as clients wrote them. Clients decide how long those are, so the cache is bounded
 * by characters and not by entries: what is made of a document takes memory in proportion to its text.
 * @param charactersMax all keys together @default 1 Mi characters, about 50 MB of parsed documents
 */
export function createDocumentCache<Value extends object>(charactersMax = 1024 * 1024): DocumentCache<Value> {
  let hits = 0;
  let misses = 0;
  let evictions = 0;
  const cache = new LRUCache<string, Value>({
    maxSize: charactersMax,
    sizeCalculation: (_value, document) => document.length + 1,
    dispose: (_value, _document, reason) => {
      if (reason === 'evict') evictions += 1;
    },
  });
  return {
    get(document) {
      const found = cache.get(document);
      if (found === undefined) misses += 1;
      else hits += 1;
      return found;
    },
    set: (document, value) => void cache.set(document, value),
    statistics: () => ({
      entries: cache.size,
      characters: cache.calculatedSize - cache.size,
      hits,
      misses,
      evictions,
    }),
  };
}

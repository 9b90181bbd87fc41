import { LRUCache } from 'lru-cache';

/** Most tokens of an operation; a longer one is not parsed to its end. */
export const documentTokensMax = 10_000;

/**
 * A cache whose keys are operations as clients wrote them. Clients decide how long those are, so the cache is bounded
 * by characters and not by entries: what is made of a document takes memory in proportion to its text.
 * @param charactersMax all keys together @default 1 Mi characters, about 50 MB of parsed documents
 */
export function createDocumentCache<Value extends object>(
  charactersMax = 1024 * 1024,
): LRUCache<string, Value> {
  return new LRUCache<string, Value>({
    maxSize: charactersMax,
    sizeCalculation: (_value, document) => document.length + 1,
  });
}

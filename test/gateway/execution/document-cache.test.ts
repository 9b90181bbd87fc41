import { createDocumentCache } from '../../../gateway/execution/document-cache.ts';

describe('the cache of operations', () => {
  it('is bounded by what clients wrote, not by how many they were', () => {
    const cache = createDocumentCache<object>(1000);
    for (let count = 0; count < 100; count++) cache.set(`${count}:`.padEnd(300, 'x'), {});
    expect(cache.statistics().entries).toBe(3);
    for (let count = 0; count < 100; count++) cache.set(`short ${count}`, {});
    expect(cache.statistics().entries).toBeGreaterThan(80);
  });

  it('counts how it was used', () => {
    const cache = createDocumentCache<object>(10);
    for (const document of ['{ a }', '{ a }', '{ b }', '{ a }'])
      if (!cache.get(document)) cache.set(document, {});
    expect(cache.statistics()).toEqual({ entries: 1, characters: 5, hits: 1, misses: 3, evictions: 2 });
  });

  it('does not keep one that is larger than all of it', () => {
    const cache = createDocumentCache<object>(1000);
    cache.set('x'.repeat(1001), {});
    expect(cache.statistics().entries).toBe(0);
  });
});

import { createDocumentCache } from '../../../gateway/execution/document-cache.ts';

describe('the cache of operations', () => {
  it('is bounded by what clients wrote, not by how many they were', () => {
    const cache = createDocumentCache<object>(1000);
    for (let count = 0; count < 100; count++) cache.set(`${count}:`.padEnd(300, 'x'), {});
    expect(cache.size).toBe(3);
    for (let count = 0; count < 100; count++) cache.set(`short ${count}`, {});
    expect(cache.size).toBeGreaterThan(80);
  });

  it('does not keep one that is larger than all of it', () => {
    const cache = createDocumentCache<object>(1000);
    cache.set('x'.repeat(1001), {});
    expect(cache.size).toBe(0);
  });
});

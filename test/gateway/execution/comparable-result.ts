import type { ExecutionResult } from 'graphql';

/**
 * Data, and which of its nulls have errors. The words for a leaf are our own, so that no value gets into them; and how
 * many errors below one null are reported depends on which came first (GraphQL, section 6.4.4).
 */
export function comparable({ data, errors }: ExecutionResult): unknown {
  const nulls = (errors ?? []).map(({ path = [] }) => {
    let at: unknown = data;
    const place = path.filter((key) => {
      const isThere = at !== null && at !== undefined;
      at = (at as Record<string | number, unknown> | null | undefined)?.[key];
      return isThere;
    });
    return place.join('.');
  });
  return { data: JSON.stringify(data), nulls: [...new Set(nulls)].toSorted() };
}

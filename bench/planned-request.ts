import type { RequestOperation, Supergraph } from '../gateway/supergraph/supergraph.ts';

/** Plans a query or mutation. @throws Error for one that is wrong */
export async function plannedRequest(
  supergraph: Supergraph,
  query: string,
): Promise<RequestOperation['execute']> {
  const planned = await supergraph.plan(query, undefined);
  if ('errors' in planned) throw new AggregateError(planned.errors, `${query} is refused`);
  if (planned.operation.kind === 'subscription') throw new Error(`${query} is a subscription`);
  return planned.operation.execute;
}

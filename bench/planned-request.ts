import type {
  PlannedOperation,
  RequestOperation,
  SubscriptionOperation,
  Supergraph,
} from '../gateway/supergraph/supergraph.ts';

/** Plans a query or mutation. @throws Error for one that is wrong */
export async function plannedRequest(
  supergraph: Supergraph,
  source: string,
): Promise<RequestOperation['execute']> {
  const operation = await plannedOperation(supergraph, source);
  if (operation.kind === 'subscription') throw new Error(`${source} is a subscription`);
  return operation.execute;
}

/** Plans a subscription. @throws Error for one that is wrong */
export async function plannedSubscription(
  supergraph: Supergraph,
  source: string,
): Promise<SubscriptionOperation['execute']> {
  const operation = await plannedOperation(supergraph, source);
  if (operation.kind !== 'subscription') throw new Error(`${source} is no subscription`);
  return operation.execute;
}

async function plannedOperation(
  supergraph: Supergraph,
  source: string,
): Promise<PlannedOperation['operation']> {
  const planned = await supergraph.plan(source, undefined);
  if ('errors' in planned) throw new AggregateError(planned.errors, `${source} is refused`);
  return planned.operation;
}

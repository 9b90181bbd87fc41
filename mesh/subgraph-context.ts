/** What one client operation, or one event, carries into every subgraph it is executed on. */
export interface SubgraphContext {
  /** Headers of the client's request, names in lower case; a subgraph forwards those on its allow-list. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Aborted when nobody waits for the result any more. */
  readonly signal?: AbortSignal | undefined;
  /** Batches and remembers entity calls for as long as this context lives; keyed by subgraph and purpose. */
  readonly loaders: Map<string, unknown>;
}

/** A context for a new operation or event. */
export function createSubgraphContext(options: {
  headers?: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal | undefined;
}): SubgraphContext {
  return { headers: options.headers ?? {}, signal: options.signal, loaders: new Map() };
}

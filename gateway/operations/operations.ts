import { hash } from 'node:crypto';
import type { DocumentNode, ExecutionResult, GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from '../../events/logger.ts';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';
import { clientError, type ErrorCode } from '../errors.ts';
import type { CacheStatistics } from '../metrics/cache-metrics.ts';
import { outcomeOf, type OperationMetrics } from '../metrics/operation-metrics.ts';
import type { SubscriptionOperation, Supergraph } from '../supergraph/supergraph.ts';
import { errorsBounded, originalErrorsHidden } from './client-errors.ts';
import { createWaitingClients, type WaitingClients } from './waiting-clients.ts';

/** The pipeline of an operation up to its execution; every transport goes through it. */
export interface Operations {
  /**
   * Parses, validates, plans and compiles an operation. A known one costs a look-up and is answered at once; one that is
   * being planned is waited for. Never throws, nor rejects: what fails is an error for the client.
   * @param operationName may be absent when the document has one operation; empty is absent
   * @param client who waits. What all of them have left before it was begun is not planned. @default one that stays
   */
  prepare(
    source: string,
    operationName: string | undefined,
    client?: WaitingClient,
  ): Prepared | Promise<Prepared>;
  /** What is remembered now, and how that was used. Characters are those of operations and of their plans. */
  statistics: () => CacheStatistics;
}

/** Somebody who waits for an operation to be prepared. */
export interface WaitingClient {
  /** Aborted when it has left. Looked at only where there is something to wait for. */
  readonly signal?: AbortSignal | undefined;
}

/** What can be executed, or what is wrong with it; errors have codes of the registry. */
export type Prepared = { operation: PreparedOperation } | { errors: readonly GraphQLError[] };

export type PreparedOperation = PreparedRequest | PreparedSubscription;

interface Identified {
  document: DocumentNode;
  operationName: string | undefined;
}

/** A query or mutation, ready to be executed. */
export interface PreparedRequest extends Identified {
  kind: 'query' | 'mutation';
  /**
   * Never rejects: what fails unexpectedly goes to the log, and the client gets an error with a code.
   * @returns no `data` when the variables are wrong, or when it failed as a whole
   */
  execute(request: OperationRequest): Promise<ExecutionResult>;
}

/** A subscription, ready for the subscriber. */
export interface PreparedSubscription extends Identified {
  kind: 'subscription';
  plan: SubscriptionOperation;
}

export interface OperationRequest {
  /** As the client sent them. */
  variables: Readonly<Record<string, unknown>>;
  context: SubgraphContext;
}

export interface OperationsOptions {
  supergraph: Pick<Supergraph, 'plan'>;
  logger: Logger;
  /** Counts what is executed. @default nobody counts */
  metrics?: OperationMetrics;
  /** Bound of what is remembered: characters of operations, of their plans and of their errors. @default 4 Mi */
  charactersMax?: number;
}

/** An operation that is being prepared. */
interface Preparing {
  prepared: Promise<Prepared>;
  clients: WaitingClients;
}

const uncounted: OperationMetrics = { started: () => () => undefined };

/** Codes of errors that the same document has each time. */
const lastingCodes: ReadonlySet<unknown> = new Set<ErrorCode>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
]);

/** Prepares operations on a supergraph, and remembers them: also those that are wrong, because clients send them again. */
export function createOperations(options: OperationsOptions): Operations {
  const { supergraph, logger, metrics = uncounted, charactersMax = 4 * 1024 * 1024 } = options;
  const counts = { hits: 0, misses: 0, evictions: 0 };
  /** A document takes memory in proportion to its text and its plan. */
  const known = new LRUCache<string, Prepared | Preparing>({
    maxSize: charactersMax,
    dispose: (_prepared, _key, reason) => {
      if (reason === 'evict') counts.evictions += 1;
    },
  });
  const failed = (error: unknown): GraphQLError => {
    logger.error({ err: error }, 'An operation failed unexpectedly');
    return clientError('INTERNAL_SERVER_ERROR', 'The operation failed');
  };

  const make = async (
    source: string,
    operationName: string | undefined,
    key: string,
    clients: WaitingClients,
  ): Promise<Prepared> => {
    try {
      const planned = await supergraph.plan(source, operationName, () => clients.areThere());
      const prepared = preparedOf(planned, operationName, failed, metrics);
      const made = 'errors' in planned ? charactersOf(planned.errors) : planned.planCharacters;
      const size = key.length + source.length + made;
      if (isLasting(prepared)) known.set(key, prepared, { size });
      else known.delete(key);
      return prepared;
    } catch (error) {
      known.delete(key);
      return { errors: [error instanceof RangeError ? tooDeep() : failed(error)] };
    } finally {
      clients.done();
    }
  };

  return {
    prepare(source, givenName, client) {
      // Half a character would be hashed like a replacement character, and so like another document.
      if (!source.isWellFormed()) return { errors: [malformed()] };
      const operationName = givenName === '' ? undefined : givenName;
      const key = `${hash('sha256', source)} ${operationName ?? ''}`;
      const found = known.get(key);
      if (found) {
        counts.hits += 1;
        if (!('prepared' in found)) return found;
        found.clients.join(client?.signal);
        return found.prepared;
      }
      counts.misses += 1;
      const clients = createWaitingClients();
      clients.join(client?.signal);
      const prepared = make(source, operationName, key, clients);
      known.set(key, { prepared, clients }, { size: key.length + source.length });
      return prepared;
    },
    statistics: () => ({ ...counts, entries: known.size, characters: known.calculatedSize }),
  };
}

function malformed(): GraphQLError {
  return clientError('GRAPHQL_PARSE_FAILED', 'The document is not well-formed Unicode');
}

/** What an error takes in memory besides its message (1.6 KB), in characters of operations (about 50 bytes each). */
const errorCharacters = 32;

function charactersOf(errors: readonly GraphQLError[]): number {
  return errors.reduce((sum, { message }) => sum + errorCharacters + message.length, 0);
}

function isLasting(prepared: Prepared): boolean {
  return (
    !('errors' in prepared) || prepared.errors.every(({ extensions }) => lastingCodes.has(extensions['code']))
  );
}

function preparedOf(
  planned: Awaited<ReturnType<Supergraph['plan']>>,
  operationName: string | undefined,
  failed: (error: unknown) => GraphQLError,
  metrics: OperationMetrics,
): Prepared {
  if ('errors' in planned) return planned;
  const { operation } = planned;
  const { kind, document } = operation;
  if (kind === 'subscription') return { operation: { kind, document, operationName, plan: operation } };
  const execute = async (request: OperationRequest): Promise<ExecutionResult> => {
    const finished = metrics.started(kind);
    let result: ExecutionResult;
    try {
      result = originalErrorsHidden(errorsBounded(await operation.execute(request)), failed);
    } catch (error) {
      result = { errors: [failed(error)] };
    }
    finished(outcomeOf(result));
    return result;
  };
  return { operation: { kind, document, operationName, execute } };
}

/** The thread has a larger stack than the main thread, which has to walk down the document as well. */
function tooDeep(): GraphQLError {
  return clientError('OPERATION_TOO_COMPLEX', 'The operation is nested too deeply');
}

import { hash } from 'node:crypto';
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type ExecutionResult,
} from 'graphql';
import type { Logger } from '../../events/logger.ts';
import type { SubgraphContext } from '../../mesh/subgraph-context.ts';
import { clientError } from '../errors.ts';
import { createDocumentCache, documentTokensMax } from '../execution/document-cache.ts';
import type { SubscriptionOperation, Supergraph } from '../supergraph/supergraph.ts';
import { originalErrorsHidden, withCode } from './client-errors.ts';
import { conditionsOnSubscriptionRoots, requiredNamesRule } from './operation-rules.ts';

/** The pipeline of an operation up to its execution; every transport goes through it. */
export interface Operations {
  /**
   * Parses, validates, plans and compiles an operation. A known one costs a look-up and is answered at once. Never throws,
   * nor rejects: what fails is an error for the client.
   * @param operationName may be absent when the document has one operation; empty is absent
   */
  prepare(source: string, operationName: string | undefined): Prepared | Promise<Prepared>;
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
  supergraph: Supergraph;
  logger: Logger;
}

/** Prepares operations on a supergraph, and remembers them: also those that are wrong, because clients send them again. */
export function createOperations({ supergraph, logger }: OperationsOptions): Operations {
  const known = createDocumentCache<Prepared>();
  const documentOf = createDocumentReader(supergraph);
  const failed = (error: unknown): GraphQLError => {
    logger.error({ err: error }, 'An operation failed unexpectedly');
    return clientError('INTERNAL_SERVER_ERROR', 'The operation failed');
  };

  const make = (source: string, operationName: string | undefined): Prepared => {
    const read = documentOf(source);
    if ('errors' in read) return read;
    const { document } = read;
    const kind = getOperationAST(document, operationName)?.operation;
    if (!kind) {
      const message = 'operationName names no operation of the document';
      return { errors: [clientError('OPERATION_RESOLUTION_FAILURE', message)] };
    }
    if (kind === OperationTypeNode.SUBSCRIPTION) {
      const plan = supergraph.planSubscription(document, operationName);
      return { operation: { kind, document, operationName, plan } };
    }
    const execute = async ({ variables, context }: OperationRequest): Promise<ExecutionResult> => {
      try {
        const result = await supergraph.execute({ document, operationName, variables, context });
        return originalErrorsHidden(result, failed);
      } catch (error) {
        return { errors: [failed(error)] };
      }
    };
    return { operation: { kind, document, operationName, execute } };
  };

  return {
    prepare(source, givenName) {
      const operationName = givenName === '' ? undefined : givenName;
      const key = `${hash('sha256', source)} ${operationName ?? ''}`;
      const found = known.get(key);
      if (found) return found;
      try {
        const made = make(source, operationName);
        known.set(key, made, { size: source.length + key.length });
        return made;
      } catch (error) {
        return { errors: [failed(error)] };
      }
    },
  };
}

/** Parses and validates. */
function createDocumentReader({ apiSchema, requiredFields }: Supergraph) {
  const rules = [...specifiedRules, requiredNamesRule(requiredFields)];
  return (source: string): { document: DocumentNode } | { errors: readonly GraphQLError[] } => {
    let document: DocumentNode;
    try {
      document = parse(source, { maxTokens: documentTokensMax });
    } catch (error) {
      if (error instanceof GraphQLError) return { errors: [withCode(error, 'GRAPHQL_PARSE_FAILED')] };
      throw error;
    }
    const conditions = conditionsOnSubscriptionRoots(document);
    const errors = conditions.length > 0 ? conditions : validate(apiSchema, document, rules);
    if (errors.length === 0) return { document };
    return { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
  };
}

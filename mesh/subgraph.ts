import type { DocumentNode, GraphQLSchema, TypeNode } from 'graphql';
import type { DescribeAnswerError } from './rest/answer-errors.ts';
import type { WholeAnswer } from './rest/rest-client.ts';
import type { SubgraphContext } from './subgraph-context.ts';
import type { SubgraphConfig } from './config/subgraph-config.ts';
import type { WebhookConfig } from './config/webhook-config.ts';
import type { JsonObject } from './document/openapi-document.ts';

/** A folder under subgraphs/, compiled: what composition reads and what executes. */
export interface Subgraph {
  name: string;
  kind: 'rest' | 'code';
  /** Path of the document or schema that it was made of, for messages. */
  file: string;
  /** Type definitions with federation directives, for composition. */
  typeDefs: DocumentNode;
  /** Executable; its context is a SubgraphContext. */
  schema: GraphQLSchema;
  /** Only for REST: what the events subgraph and the webhook receiver are made of. */
  rest?: RestSubgraphParts;
  /** What people should know about the translation. */
  warnings: readonly string[];
  close(): Promise<void>;
}

export interface RestSubgraphParts {
  config: SubgraphConfig;
  /** The named document with `@wire`, including types that only events use. */
  document: DocumentNode;
  events: readonly SubgraphEvent[];
  /** Says what is wrong with an answer that does not fit the document. */
  describeAnswerError: DescribeAnswerError;
  /** Every event of the document, those that subgraph.yaml does not list too. */
  describedEvents: readonly Pick<SubgraphEvent, 'name' | 'callback'>[];
  /** operationId of the document (`GET /orders` where it has none) to its root field, hidden ones too. */
  rootFieldOf: (operationId: string) => string | undefined;
  /** Names of the arguments that stand in the path of an operation; undefined when the document has no such operation. */
  pathArgumentsOf: (operationId: string) => readonly string[] | undefined;
  /**
   * Calls an operation of the document, whether or not it has a root field.
   * @param args by the names of the document, `input` for the body; every value as it goes on the wire
   */
  callOperation(
    operationId: string,
    args: Readonly<Record<string, unknown>>,
    context: SubgraphContext,
  ): Promise<WholeAnswer>;
}

/** An event of a service that subgraph.yaml turns into a subscription field. */
export interface SubgraphEvent {
  /** What the document and the log call it. */
  name: string;
  /** Its field of Subscription. */
  field: string;
  description: string | undefined;
  webhook: WebhookConfig;
  /** GraphQL type of the payload; undefined when the document describes none. */
  payloadType: TypeNode | undefined;
  /** Payload schema with the document's components inside, so that its references resolve. */
  schema: JsonObject | undefined;
  dialect: '3.0' | '3.1';
  successStatus: number;
  callback: { operationId: string; expression: string } | undefined;
}

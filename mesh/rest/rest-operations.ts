import type { DocumentNode, FieldDefinitionNode } from 'graphql';
import { httpOperation, wireName } from '../annotations.ts';
import type { RequestBody } from './bodies.ts';
import type { Parameter } from './parameters.ts';
import { isListType, namedTypeOf, objectType } from '../schema-document.ts';
import type { SubgraphContext } from '../subgraph-context.ts';
import { compileWireInputs, type ToWire } from './wire-input.ts';
import { shaped, type AnswerShape } from './rest-answer.ts';
import { compileRestCall, type RestRequest, type WireArguments } from './rest-call.ts';
import type { RestClient, WholeAnswer } from './rest-client.ts';
import { restError, type RestCallName } from './rest-error.ts';

/** One operation of a service, ready to be called with GraphQL arguments. */
export interface RestOperation {
  /** Whether it answers with a list. */
  isList: boolean;
  /** GraphQL type of the answer, or of one item of the list. */
  typeName: string;
  /**
   * @param args by GraphQL names, enum values as on the wire
   * @returns the answer as the service gave it
   * @throws GraphQLError with a code of rest-error.ts; NOT_FOUND for something that does not exist
   */
  call(args: Readonly<Record<string, unknown>>, context: SubgraphContext): Promise<unknown>;
  /** The same with arguments by the names Mesh gave them, every value as it goes on the wire, and the whole answer. */
  callOnTheWire(args: WireArguments, context: SubgraphContext): Promise<WholeAnswer>;
  /**
   * A part of its answer that has the shape it should have, or is null.
   * @throws GraphQLError UPSTREAM_INVALID when it has another
   */
  shaped(value: unknown, shape: AnswerShape): unknown;
}

export interface RestOperationsOptions {
  document: DocumentNode;
  subgraph: string;
  /** By root field. */
  parameters: ReadonlyMap<string, readonly Parameter[]>;
  /** By root field. */
  bodies: ReadonlyMap<string, RequestBody>;
  client: RestClient;
}

/** Compiles every root field that carries `@httpOperation`; keyed by root field. */
export function compileRestOperations(options: RestOperationsOptions): ReadonlyMap<string, RestOperation> {
  const { document, subgraph, parameters, bodies, client } = options;
  const toWireOf = compileWireInputs(document);
  const operations = new Map<string, RestOperation>();
  for (const root of ['Query', 'Mutation']) {
    for (const field of objectType(document, root)?.fields ?? []) {
      const operation = httpOperation(field);
      if (!operation) continue;
      const name = { subgraph, operation: field.name.value };
      const body = bodies.get(field.name.value);
      const toRequest = compileRestCall(operation, parameters.get(field.name.value) ?? [], name, body);
      const argumentsOf = compileArguments(field, toWireOf);
      const shape = shapeOf(document, field);
      const send = <Answer>(
        argsOf: () => WireArguments,
        context: SubgraphContext,
        by: (request: RestRequest) => Promise<Answer>,
      ): Promise<Answer> => {
        let request: RestRequest;
        try {
          request = requestOf(() => toRequest(argsOf()), name);
        } catch (error) {
          return Promise.reject(error);
        }
        const answered = by(request);
        // What was loaded before a change may not be true after it.
        return operation.method === 'GET' ? answered : answered.finally(() => context.loaders.clear());
      };
      operations.set(field.name.value, {
        isList: isListType(field.type),
        typeName: namedTypeOf(field.type),
        call: (args, context) => {
          const by = (request: RestRequest) => client.send(request, name, context, shape);
          return send(() => argumentsOf(args), context, by);
        },
        shaped: (value, expected) => shaped(value, name, expected),
        callOnTheWire: (args, context) => {
          const by = (request: RestRequest) => client.sendWhole(request, name, context);
          return send(() => args, context, by);
        },
      });
    }
  }
  return operations;
}

/** Arguments may be nested as deep as JSON can be, and what writes them calls itself for each level. */
function requestOf(write: () => RestRequest, call: RestCallName): RestRequest {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw restError(call, 'BAD_USER_INPUT', 'an argument is nested too deep');
  }
}

function shapeOf(document: DocumentNode, { type }: FieldDefinitionNode): AnswerShape {
  if (isListType(type)) return 'list';
  return objectType(document, namedTypeOf(type)) ? 'object' : 'any';
}

function compileArguments(
  field: FieldDefinitionNode,
  toWireOf: ReturnType<typeof compileWireInputs>,
): (args: Readonly<Record<string, unknown>>) => WireArguments {
  const mappings = (field.arguments ?? []).map((argument): [string, string, ToWire] => [
    argument.name.value,
    wireName(argument),
    toWireOf(argument.type),
  ]);
  return (args) => {
    const result: Record<string, unknown> = {};
    for (const [name, wire, toWire] of mappings) {
      if (Object.hasOwn(args, name) && args[name] !== undefined) result[wire] = toWire(args[name]);
    }
    return result;
  };
}

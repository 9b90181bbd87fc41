import { buildSubgraphSchema } from '@apollo/subgraph';
import { withoutAnnotations } from './annotations.ts';
import { bodiesByOperation, requireInputs } from './rest/bodies.ts';
import type { CompiledDocument } from './wrap/compile-document.ts';
import { parametersByOperation, type Parameter } from './rest/parameters.ts';
import { restResolvers } from './rest/rest-resolvers.ts';
import { createRestSchema } from './rest-schema.ts';
import { createAnswerErrors } from './rest/answer-errors.ts';
import { createArgumentNames } from './rest/argument-names.ts';
import type { ObserveRestCall } from './rest/call-outcome.ts';
import { createRestClient } from './rest/rest-client.ts';
import { compileRestOperations } from './rest/rest-operations.ts';
import { compileSecurity, type CompiledSecurity } from './rest/security.ts';
import { rootField, withoutArguments } from './schema-document.ts';
import { createProblemList } from './config/problem-list.ts';
import type { SubgraphConfig } from './config/subgraph-config.ts';
import type { Subgraph } from './subgraph.ts';
import { markWireFields } from './wire-fields.ts';

export interface RestSubgraphOptions {
  name: string;
  /** Path of the document, for messages. */
  file: string;
  compiled: CompiledDocument;
  config: SubgraphConfig;
  observeCall?: ObserveRestCall | undefined;
}

/**
 * Makes a subgraph of a compiled document: its schema, and a pool of connections that serves it.
 * @throws SubgraphConfigError with everything in subgraph.yaml that the document does not have
 */
export function createRestSubgraph(options: RestSubgraphOptions): Subgraph {
  const { name, file, compiled, config, observeCall } = options;
  const { normalised } = compiled;
  const problems = createProblemList();
  const security = compileSecurity(normalised.document, config, problems);
  const allParameters = parametersByOperation(normalised.document);
  const bodiesById = bodiesByOperation(normalised.document);
  const wrapped = requireInputs(compiled.wrapped, bodiesById);
  const schema = createRestSchema({ compiled, wrapped, config, parameters: allParameters, problems });
  const { rootFields, rootFieldOf } = schema;
  const { parameters, hidden } = withoutGivenKeys(byRootField(allParameters, rootFields), security);
  const complete = withoutArguments(schema.complete, hidden);
  const served = withoutArguments(schema.served, hidden);
  const client = createRestClient({
    ...config,
    endpoint: config.endpoint ?? nowhere,
    credentials: byRootField(security.credentials, rootFields),
    argumentNames: createArgumentNames({ document: complete, parameters }),
    observeCall,
  });
  const bodies = byRootField(bodiesById, rootFields);
  const operations = compileRestOperations({
    document: complete,
    subgraph: name,
    parameters,
    bodies,
    client,
  });
  const operationOf = (operationId: string) => operations.get(rootFieldOf(operationId) ?? '');
  const fieldOf = (operationId: string) => rootField(complete, rootFieldOf(operationId) ?? '');
  const typeDefs = withoutAnnotations(served);
  const { resolvers, loaders } = restResolvers({
    name,
    document: served,
    answers: complete,
    config,
    operations,
    operationOf,
    fieldOf,
  });
  const executable = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  markWireFields(executable, loaders);
  return {
    name,
    kind: 'rest',
    file,
    typeDefs,
    schema: executable,
    warnings: [...normalised.warnings, ...security.warnings, ...schema.warnings],
    rest: {
      config,
      document: complete,
      events: schema.events,
      describeAnswerError: createAnswerErrors({ subgraph: name, config, rootFieldOf }),
      describedEvents: normalised.events.map(({ name: event, callback }) => ({ name: event, callback })),
      rootFieldOf,
      pathArgumentsOf: (operationId) =>
        operationOf(operationId) &&
        parameters
          .get(rootFieldOf(operationId) ?? '')
          ?.filter((parameter) => parameter.in === 'path')
          .map(({ argument }) => argument),
      callOperation: (operationId, args, context) => {
        const operation = operationOf(operationId);
        if (!operation) throw new Error(`${name} has no operation ${operationId}`);
        if (config.endpoint === undefined) throw new Error(`${name} has no endpoint to call`);
        return operation.callOnTheWire(args, context);
      },
    },
    close: async () => {
      await client.close();
      await security.close();
    },
  };
}

/** A folder without an endpoint has nothing that would be called: needed-endpoint.ts sees to it. */
const nowhere = 'http://endpoint.invalid';

/** The parameters that are arguments, and by root field the arguments that are none because subgraph.yaml gives the key. */
function withoutGivenKeys(
  all: ReadonlyMap<string, readonly Parameter[]>,
  { isGivenKey }: CompiledSecurity,
): { parameters: Map<string, readonly Parameter[]>; hidden: Map<string, ReadonlySet<string>> } {
  const parameters = new Map<string, readonly Parameter[]>();
  const hidden = new Map<string, ReadonlySet<string>>();
  for (const [field, own] of all) {
    const keys = own.filter(isGivenKey);
    parameters.set(field, keys.length === 0 ? own : own.filter((parameter) => !keys.includes(parameter)));
    if (keys.length > 0) hidden.set(field, new Set(keys.map(({ argument }) => argument)));
  }
  return { parameters, hidden };
}

function byRootField<T>(
  byId: ReadonlyMap<string, T>,
  rootFields: ReadonlyMap<string, string>,
): ReadonlyMap<string, T> {
  return new Map([...byId].map(([id, value]) => [rootFields.get(id) ?? id, value]));
}

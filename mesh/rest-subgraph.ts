import { buildSubgraphSchema } from '@apollo/subgraph';
import type { DocumentNode } from 'graphql';
import { withoutAnnotations } from './annotations.ts';
import { bodiesByOperation, requireInputs } from './bodies.ts';
import type { CompiledDocument } from './compile-document.ts';
import { readNotes, withNotes } from './document-notes.ts';
import { federate } from './federate.ts';
import { nameForGraphQL } from './naming.ts';
import { tellLosses } from './losses.ts';
import { parametersByOperation } from './parameters.ts';
import { restResolvers } from './rest-resolvers.ts';
import { createAnswerErrors } from './rest/answer-errors.ts';
import { createArgumentNames } from './rest/argument-names.ts';
import { createRestClient } from './rest/rest-client.ts';
import { compileRestOperations } from './rest/rest-operations.ts';
import { compileSecurity } from './rest/security.ts';
import { objectType, pruneUnreachable, rootField, withoutRootFields } from './schema-document.ts';
import { createProblemList, type ProblemList, type SubgraphConfig } from './subgraph-config.ts';
import { subgraphEvents } from './subgraph-events.ts';
import type { Subgraph } from './subgraph.ts';
import { markWireFields } from './wire-fields.ts';

export interface RestSubgraphOptions {
  name: string;
  /** Path of the document, for messages. */
  file: string;
  compiled: CompiledDocument;
  config: SubgraphConfig;
}

/**
 * Makes a subgraph of a compiled document: name, federate, and serve from a pool of its own.
 * @throws SubgraphConfigError with everything in subgraph.yaml that the document does not have
 */
export function createRestSubgraph(options: RestSubgraphOptions): Subgraph {
  const { name, config } = options;
  const { document, normalised } = options.compiled;
  const problems = createProblemList();
  const security = compileSecurity(normalised.document, config, problems);
  const parametersById = parametersByOperation(normalised.document);
  const bodiesById = bodiesByOperation(normalised.document);
  const annotated = withNotes(options.compiled.wrapped, notes);
  const wrapped = requireInputs(annotated, bodiesById);
  const renames = safeNames(config, normalised, problems);
  const operationIds = originalIds(normalised);
  const named = nameForGraphQL({ wrapped, config, operationIds, parameters: parametersById, renames });
  problems.attempt(() => refuseSharedNames(named.rootFields, normalised, config));
  const rootFieldOf = (operationId: string) => {
    const safe = normalised.operationIds.get(operationId);
    return safe === undefined ? undefined : named.rootFields.get(safe);
  };
  const told = tellLosses({ document, normalised, named });
  const federated = problems.attempt(() => federate({ document: told.document, config, rootFieldOf }));
  const complete = federated ?? told.document;
  const { rootFields } = named;
  const events =
    problems.attempt(() => subgraphEvents({ document, config, normalised, complete, rootFields })) ?? [];
  const hidden = hiddenRootFields({ normalised, rootFields, config, rootFieldOf, problems });
  problems.throwAny();
  const served = pruneUnreachable(
    withoutRootFields(complete, (field) => hidden.has(field.name.value)),
    [...Object.keys(config.entities), ...stubTypes(config, named.document)],
  );
  const parameters = byRootField(parametersById, rootFields);
  const client = createRestClient({
    ...config,
    credentials: byRootField(security.credentials, rootFields),
    argumentNames: createArgumentNames({ document: complete, parameters }),
  });
  const operations = compileRestOperations({
    document: complete,
    subgraph: name,
    parameters,
    bodies: byRootField(bodiesById, rootFields),
    client,
  });
  const operationOf = (operationId: string) => operations.get(rootFieldOf(operationId) ?? '');
  const typeDefs = withoutAnnotations(served);
  const fieldOf = (operationId: string) => rootField(complete, rootFieldOf(operationId) ?? '');
  const resolvers = restResolvers({
    name,
    document: served,
    answers: complete,
    config,
    operations,
    operationOf,
    fieldOf,
  });
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  markWireFields(schema);
  return {
    name,
    kind: 'rest',
    file: options.file,
    typeDefs,
    schema,
    warnings: [...normalised.warnings, ...security.warnings, ...told.warnings],
    rest: {
      config,
      document: complete,
      events,
      describeAnswerError: createAnswerErrors({ subgraph: name, config, rootFieldOf }),
      describedEvents: normalised.events.map(({ name: event, callback }) => ({ name: event, callback })),
      rootFieldOf,
      callOperation: (operationId, args, context) => {
        const operation = operationOf(operationId);
        if (!operation) throw new Error(`${name} has no operation ${operationId}`);
        return operation.callOnTheWire(args, context);
      },
    },
    close: async () => {
      await client.close();
      await security.close();
    },
  };
}

async function wrapWithNotes(name: string, normalised: NormalisedDocument): Promise<DocumentNode> {
  const notes = readNotes(normalised.document);
  return withNotes(await wrapWithMesh(name, normalised), notes);
}

function byRootField<T>(
  byId: ReadonlyMap<string, T>,
  rootFields: ReadonlyMap<string, string>,
): ReadonlyMap<string, T> {
  return new Map([...byId].map(([id, value]) => [rootFields.get(id) ?? id, value]));
}

/** Safe operationId to that of the document; undefined where the operation is known by its method and path. */
function originalIds({ operationIds }: CompiledDocument['normalised']): Map<string, string | undefined> {
  return new Map([...operationIds].map(([id, safe]) => [safe, /^[A-Z]+ \//.test(id) ? undefined : id]));
}

function safeNames(
  config: SubgraphConfig,
  normalised: CompiledDocument['normalised'],
  problems: ProblemList,
): Map<string, string> {
  const names = new Map<string, string>();
  for (const [operationId, field] of Object.entries(config.operations.rename)) {
    problems.attempt(() => {
      const safe = normalised.operationIds.get(operationId);
      if (safe === undefined) {
        throw config.problem(['operations', 'rename', operationId], 'the document has no such operation');
      }
      names.set(safe, field);
    });
  }
  return names;
}

/** Only a name from subgraph.yaml can be given twice. */
function refuseSharedNames(
  rootFields: ReadonlyMap<string, string>,
  { operationIds }: CompiledDocument['normalised'],
  config: SubgraphConfig,
): void {
  const owners = new Map<string, string>();
  for (const [operationId, safe] of operationIds) {
    const field = rootFields.get(safe);
    if (field === undefined) continue;
    const owner = owners.get(field);
    if (owner !== undefined) {
      throw config.problem(
        ['operations', 'rename'],
        `${owner} and ${operationId} would both be called ${field}`,
      );
    }
    owners.set(field, operationId);
  }
}

interface HiddenRootFieldsOptions {
  normalised: CompiledDocument['normalised'];
  rootFields: ReadonlyMap<string, string>;
  config: SubgraphConfig;
  rootFieldOf: (operationId: string) => string | undefined;
  problems: ProblemList;
}

function hiddenRootFields(options: HiddenRootFieldsOptions): Set<string> {
  const { normalised, rootFields, config, rootFieldOf, problems } = options;
  const hidden = new Set<string>();
  for (const { operationId } of normalised.events) {
    if (operationId) hidden.add(rootFields.get(operationId) ?? operationId);
  }
  for (const operationId of config.operations.exclude) {
    problems.attempt(() => {
      const field = rootFieldOf(operationId);
      if (field === undefined) {
        throw config.problem(['operations', 'exclude'], `the document has no operation ${operationId}`);
      }
      hidden.add(field);
    });
  }
  return hidden;
}

/** Entities of other services that links extend: composition needs them although no root field reaches them. */
function stubTypes(config: SubgraphConfig, document: DocumentNode): string[] {
  const parents = Object.keys(config.links).map((place) => place.split('.')[0] ?? '');
  return parents.filter((parent) => !objectType(document, parent));
}

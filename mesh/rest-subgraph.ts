import { buildSubgraphSchema } from '@apollo/subgraph';
import { sanitizeNameForGraphQL } from '@graphql-mesh/utils';
import type { DocumentNode } from 'graphql';
import { withoutAnnotations } from './annotations.ts';
import { basesAsInterfaces } from './base-interfaces.ts';
import { bodiesByOperation, requireInputs } from './bodies.ts';
import { federate } from './federate.ts';
import { breakInputCycles } from './input-cycles.ts';
import { nameForGraphQL } from './naming.ts';
import { tellLosses } from './losses.ts';
import { normalise, type NormalisedDocument } from './normalise/normalise.ts';
import type { OpenApiDocument } from './openapi-document.ts';
import { parametersByOperation } from './parameters.ts';
import { restResolvers } from './rest-resolvers.ts';
import { createRestClient } from './rest/rest-client.ts';
import { compileRestOperations } from './rest/rest-operations.ts';
import { objectType, pruneUnreachable, withoutRootFields } from './schema-document.ts';
import { createProblemList, type ProblemList, type SubgraphConfig } from './subgraph-config.ts';
import { subgraphEvents } from './subgraph-events.ts';
import type { Subgraph } from './subgraph.ts';
import { markWireFields } from './wire-fields.ts';
import { wrapWithMesh } from './wrap.ts';

export interface RestSubgraphOptions {
  name: string;
  /** Path of the document, for messages. */
  file: string;
  document: OpenApiDocument;
  config: SubgraphConfig;
}

/**
 * Compiles one REST folder: normalise, wrap with Mesh, name, federate, and serve from a pool of its own.
 * @throws SubgraphConfigError with everything in subgraph.yaml that the document does not have
 */
export async function createRestSubgraph(options: RestSubgraphOptions): Promise<Subgraph> {
  const { name, config } = options;
  const normalised = normalise(options.document, name);
  // Read before Mesh, which resolves references in place.
  const parametersById = parametersByOperation(normalised.document);
  const bodiesById = bodiesByOperation(normalised.document);
  const wrapped = basesAsInterfaces(
    breakInputCycles(requireInputs(await wrapWithMesh(name, normalised), bodiesById)),
    new Set(normalised.bases.map(sanitizeNameForGraphQL)),
  );
  const problems = createProblemList();
  const renames = safeNames(config, normalised, problems);
  const operationIds = originalIds(normalised);
  const named = nameForGraphQL({ wrapped, config, operationIds, parameters: parametersById, renames });
  problems.attempt(() => refuseSharedNames(named.rootFields, normalised, config));
  const rootFieldOf = (operationId: string) => {
    const safe = normalised.operationIds.get(operationId);
    return safe === undefined ? undefined : named.rootFields.get(safe);
  };
  const told = tellLosses({ document: options.document, normalised, named });
  const federated = problems.attempt(() => federate({ document: told.document, config, rootFieldOf }));
  const complete = federated ?? told.document;
  const { rootFields } = named;
  const events =
    problems.attempt(() => subgraphEvents({ ...options, normalised, complete, rootFields })) ?? [];
  const hidden = hiddenRootFields({ normalised, rootFields, config, rootFieldOf, problems });
  problems.throwAny();
  const served = pruneUnreachable(
    withoutRootFields(complete, (field) => hidden.has(field.name.value)),
    [...Object.keys(config.entities), ...stubTypes(config, named.document)],
  );
  const client = createRestClient(config);
  const operations = compileRestOperations({
    document: complete,
    subgraph: name,
    parameters: byRootField(parametersById, named.rootFields),
    bodies: byRootField(bodiesById, named.rootFields),
    client,
  });
  const operationOf = (operationId: string) => operations.get(rootFieldOf(operationId) ?? '');
  const typeDefs = withoutAnnotations(served);
  const resolvers = restResolvers({ name, document: served, config, operations, operationOf });
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  markWireFields(schema);
  return {
    name,
    kind: 'rest',
    file: options.file,
    typeDefs,
    schema,
    warnings: [...normalised.warnings, ...told.warnings],
    rest: {
      config,
      document: complete,
      events,
      rootFieldOf,
      callOperation: (operationId, args, context) => {
        const operation = operationOf(operationId);
        if (!operation) throw new Error(`${name} has no operation ${operationId}`);
        return operation.callOnTheWire(args, context);
      },
    },
    close: () => client.close(),
  };
}

function byRootField<T>(
  byId: ReadonlyMap<string, T>,
  rootFields: ReadonlyMap<string, string>,
): ReadonlyMap<string, T> {
  return new Map([...byId].map(([id, value]) => [rootFields.get(id) ?? id, value]));
}

/** Safe operationId to that of the document; undefined where the operation is known by its method and path. */
function originalIds({ operationIds }: NormalisedDocument): Map<string, string | undefined> {
  return new Map([...operationIds].map(([id, safe]) => [safe, /^[A-Z]+ \//.test(id) ? undefined : id]));
}

function safeNames(
  config: SubgraphConfig,
  normalised: NormalisedDocument,
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
  { operationIds }: NormalisedDocument,
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
  normalised: NormalisedDocument;
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

import type { DocumentNode } from 'graphql';
import type { CompiledDocument } from './wrap/compile-document.ts';
import { federate } from './federation/federate.ts';
import { tellLosses } from './losses/losses.ts';
import { nameForGraphQL } from './naming/naming.ts';
import { requireEndpoint } from './needed-endpoint.ts';
import type { Parameter } from './rest/parameters.ts';
import { objectType, pruneUnreachable, withoutRootFields } from './schema-document.ts';
import type { ProblemList } from './config/problem-list.ts';
import type { SubgraphConfig } from './config/subgraph-config.ts';
import { subgraphEvents } from './subgraph-events.ts';
import type { SubgraphEvent } from './subgraph.ts';

export interface RestSchemaOptions {
  compiled: Pick<CompiledDocument, 'document' | 'normalised'>;
  /** Mesh's schema with what Mesh leaves out put back. */
  wrapped: DocumentNode;
  config: SubgraphConfig;
  /** By safe operationId. */
  parameters: ReadonlyMap<string, readonly Parameter[]>;
  /** What is wrong with subgraph.yaml goes here. */
  problems: ProblemList;
}

/** The types of a REST subgraph, with the names that clients see and with `@wire`. */
export interface RestSchema {
  /** With hidden root fields, those that stand for events included, and types that only these use. */
  complete: DocumentNode;
  /** What is served of it. */
  served: DocumentNode;
  events: readonly SubgraphEvent[];
  /** Safe operationId to root field. */
  rootFields: ReadonlyMap<string, string>;
  /** operationId of the document to root field, hidden ones too. */
  rootFieldOf: (operationId: string) => string | undefined;
  /** What the schema does not have of the document. */
  warnings: readonly string[];
}

/**
 * Names and federates a wrapped document, and compares it with what the document says.
 * @throws SubgraphConfigError with everything in subgraph.yaml that the document does not have
 */
export function createRestSchema(options: RestSchemaOptions): RestSchema {
  const { wrapped, config, parameters, problems } = options;
  const { document, normalised } = options.compiled;
  const renames = safeNames(config, normalised, problems);
  const operationIds = originalIds(normalised);
  const named = nameForGraphQL({ wrapped, config, operationIds, parameters, renames });
  const { rootFields } = named;
  problems.attempt(() => refuseSharedNames(rootFields, normalised, config));
  const rootFieldOf = (operationId: string) => {
    const safe = normalised.operationIds.get(operationId);
    return safe === undefined ? undefined : rootFields.get(safe);
  };
  const told = tellLosses({ document, normalised, named });
  const federated = problems.attempt(() => federate({ document: told.document, config, rootFieldOf }));
  const complete = federated ?? told.document;
  const events =
    problems.attempt(() => subgraphEvents({ document, config, normalised, complete, rootFields })) ?? [];
  const hidden = hiddenRootFields({ normalised, rootFields, config, rootFieldOf, problems });
  problems.attempt(() => requireEndpoint({ config, complete, hidden }));
  problems.throwAny();
  const served = pruneUnreachable(
    withoutRootFields(complete, (field) => hidden.has(field.name.value)),
    [...Object.keys(config.entities), ...stubTypes(config, named.document)],
  );
  return { complete, served, events, rootFields, rootFieldOf, warnings: told.warnings };
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

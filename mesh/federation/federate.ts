import {
  Kind,
  parse,
  print,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { entityStubs, printStub, type EntityStub } from './entity-stubs.ts';
import { entityKeys, isKey, withEntityKey } from './entity-key.ts';
import { resultAt, type Result } from './result-place.ts';
import { fieldOf, objectType, rootField } from '../schema-document.ts';
import { createProblemList } from '../config/problem-list.ts';
import type { ConfigPath } from '../config/config-problem.ts';
import type {
  EntityConfig,
  LinkConfig,
  OperationLink,
  ResultPlace,
  SubgraphConfig,
} from '../config/subgraph-config.ts';

export interface FederateOptions {
  document: DocumentNode;
  config: SubgraphConfig;
  /** operationId of the document to the root field; undefined when there is no such operation. */
  rootFieldOf: (operationId: string) => string | undefined;
}

/** Argument of a root field to the field its value is taken from. */
export type ArgumentSources = Readonly<Record<string, string>>;

/**
 * Adds entities and links to a named document: `@key`, key fields and the arguments they are passed to as ID,
 * references to entities of other services, fields that call an operation of this one.
 * @throws SubgraphConfigError with every entity and link that names what does not exist
 */
export function federate({ document, config, rootFieldOf }: FederateOptions): DocumentNode {
  const fail: Helpers['fail'] = (path, message) => {
    throw config.problem(path, message);
  };
  const problems = createProblemList();
  let result = document;
  for (const type of Object.keys(config.entities)) {
    for (const { entity, place } of entityKeys(config, type)) {
      const more = problems.attempt(() => addEntity(result, { type, entity, place }, { fail, rootFieldOf }));
      result = more ?? result;
    }
  }
  const stubs = problems.attempt(() => entityStubs(result, config)) ?? new Map<string, EntityStub>();
  const extensions = Object.entries(config.links).flatMap(([place, link]) => {
    const helpers = { config, fail, rootFieldOf, stubs };
    return problems.attempt(() => linkExtension(result, place, link, helpers)) ?? [];
  });
  problems.throwAny();
  for (const [type, stub] of stubs) extensions.unshift(printStub(type, stub));
  if (extensions.length === 0) return result;
  const added = parse(extensions.join('\n'), { noLocation: true });
  return { kind: Kind.DOCUMENT, definitions: [...result.definitions, ...added.definitions] };
}

interface Helpers {
  fail: (path: ConfigPath, message: string) => never;
  rootFieldOf: (operationId: string) => string | undefined;
}

/** What an entity's operation is called with: the short form `argument` means the one key field. */
export function entityArguments(entity: EntityConfig): ArgumentSources {
  const { argument, arguments: many } = entity.resolve;
  if (many) return many;
  return { [argument ?? entity.key]: entity.key };
}

function addEntity(
  document: DocumentNode,
  { type, entity, place }: { type: string; entity: EntityConfig; place: ConfigPath },
  helpers: Helpers,
): DocumentNode {
  const definition = objectType(document, type) ?? helpers.fail(place, `the document has no type ${type}`);
  const keys = entity.key.split(' ');
  for (const key of keys) {
    if (!fieldOf(definition, key)) helpers.fail([...place, 'key'], `${type} has no field ${key}`);
  }
  const { operation, field } = operationField(
    document,
    entity.resolve.operation,
    [...place, 'resolve'],
    helpers,
  );
  const result = resultOf(document, field, entity.resolve, [...place, 'resolve'], helpers);
  if (result.typeName !== type) {
    helpers.fail([...place, 'resolve', 'operation'], `${operation} answers ${result.typeName}, not ${type}`);
  }
  const sources = entityArguments(entity);
  checkArguments(sources, { operation, field }, definition, [...place, 'resolve'], helpers);
  if (result.isList && Object.keys(sources).length > 1) {
    helpers.fail([...place, 'resolve'], 'an operation that answers a list takes the keys in one argument');
  }
  return withEntityKey(document, { type, keys, resolver: field, takesKey: Object.keys(sources) });
}

function checkArguments(
  sources: ArgumentSources,
  { operation, field }: { operation: string; field: FieldDefinitionNode },
  parent: ObjectTypeDefinitionNode | undefined,
  place: ConfigPath,
  { fail }: Helpers,
): void {
  for (const [argument, source] of Object.entries(sources)) {
    if (!field.arguments?.some((candidate) => candidate.name.value === argument)) {
      fail(place, `${operation} has no argument ${argument}`);
    }
    if (parent && !fieldOf(parent, source)) fail(place, `${parent.name.value} has no field ${source}`);
  }
}

function operationField(
  document: DocumentNode,
  operation: string,
  place: ConfigPath,
  { fail, rootFieldOf }: Helpers,
) {
  const name = rootFieldOf(operation);
  const field = name === undefined ? undefined : rootField(document, name);
  return {
    operation,
    field: field ?? fail([...place, 'operation'], `the document has no operation ${operation}`),
  };
}

function resultOf(
  document: DocumentNode,
  field: FieldDefinitionNode,
  place: ResultPlace,
  path: ConfigPath,
  { fail }: Helpers,
): Result {
  const result = resultAt(document, field.type, place);
  if (typeof result !== 'string') return result;
  return fail([...path, place.items === undefined ? 'item' : 'items'], result);
}

/** Arguments of an operation that a link leaves to the client. */
function openArguments(field: FieldDefinitionNode, link: OperationLink): string {
  const open = (field.arguments ?? []).filter(({ name }) => !Object.hasOwn(link.arguments, name.value));
  return open.length === 0 ? '' : `(${open.map((argument) => print(argument)).join('\n')})`;
}

function linkExtension(
  document: DocumentNode,
  place: string,
  link: LinkConfig,
  helpers: Helpers & { config: SubgraphConfig; stubs: ReadonlyMap<string, EntityStub> },
): string {
  const [parentName = '', fieldName = ''] = place.split('.');
  const parent = objectType(document, parentName);
  const label = ['links', place];
  if (parent && fieldOf(parent, fieldName))
    helpers.fail(label, `${parentName} has a field ${fieldName} already`);
  if ('entity' in link) {
    for (const source of Object.values(link.key)) {
      if (parent && !fieldOf(parent, source)) helpers.fail(label, `${parentName} has no field ${source}`);
    }
    const own = entityKeys(helpers.config, link.entity).map(({ entity }) => entity.key);
    const keys = Object.keys(link.key);
    if (own.length > 0 && !own.some((key) => isKey(key, keys))) {
      helpers.fail([...label, 'key'], `the key of ${link.entity} is "${own.join('" or "')}"`);
    }
    if (own.length === 0 && objectType(document, link.entity)) {
      helpers.fail(
        [...label, 'entity'],
        `${link.entity} is a type of this service, but not one of its entities`,
      );
    }
    const provides = helpers.stubs.get(link.entity)?.hasSeveralKeys
      ? ` @provides(fields: "${keys.join(' ')}")`
      : '';
    return `extend type ${parentName} { ${fieldName}: ${link.entity}${provides} }`;
  }
  const resolver = operationField(document, link.operation, label, helpers);
  const { field } = resolver;
  checkArguments(link.arguments, resolver, parent, label, helpers);
  const { isList, typeName: target } = resultOf(document, field, link, label, helpers);
  if (link.groupBy !== undefined) {
    const result = objectType(document, target);
    if (!isList) helpers.fail(label, `groupBy needs an operation that answers a list`);
    if (Object.keys(link.arguments).length !== 1) helpers.fail(label, 'groupBy needs exactly one argument');
    if (!result || !fieldOf(result, link.groupBy))
      helpers.fail(label, `${target} has no field ${link.groupBy}`);
  }
  const type = isList ? `[${target}!]` : target;
  return `extend type ${parentName} { ${fieldName}${openArguments(field, link)}: ${type} }`;
}

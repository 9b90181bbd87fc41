import {
  Kind,
  parse,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { withEntityKey } from './entity-key.ts';
import { fieldOf, isListType, namedTypeOf, objectType, rootField } from './schema-document.ts';
import {
  createProblemList,
  type ConfigPath,
  type EntityConfig,
  type LinkConfig,
  type SubgraphConfig,
} from './subgraph-config.ts';

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
  for (const [type, entity] of Object.entries(config.entities)) {
    const more = problems.attempt(() => addEntity(result, type, entity, { fail, rootFieldOf }));
    result = more ?? result;
  }
  const stubs = new Map<string, Set<string>>();
  const extensions = Object.entries(config.links).flatMap(([place, link]) => {
    const helpers = { config, fail, rootFieldOf, stubs };
    return problems.attempt(() => linkExtension(result, place, link, helpers)) ?? [];
  });
  problems.throwAny();
  for (const [type, keys] of stubs) {
    if (objectType(result, type)) continue;
    const fields = [...keys].map((key) => `${key}: ID!`).join(' ');
    extensions.unshift(`type ${type} @key(fields: "${[...keys].join(' ')}") { ${fields} }`);
  }
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
  type: string,
  entity: EntityConfig,
  helpers: Helpers,
): DocumentNode {
  const place = ['entities', type];
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
  if (namedTypeOf(field.type) !== type) {
    helpers.fail(
      [...place, 'resolve', 'operation'],
      `${operation} answers ${namedTypeOf(field.type)}, not ${type}`,
    );
  }
  const sources = entityArguments(entity);
  checkArguments(sources, { operation, field }, definition, [...place, 'resolve'], helpers);
  if (isListType(field.type) && Object.keys(sources).length > 1) {
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

function linkExtension(
  document: DocumentNode,
  place: string,
  link: LinkConfig,
  helpers: Helpers & { config: SubgraphConfig; stubs: Map<string, Set<string>> },
): string {
  const [parentName = '', fieldName = ''] = place.split('.');
  const parent = objectType(document, parentName);
  const label = ['links', place];
  if (parent && fieldOf(parent, fieldName))
    helpers.fail(label, `${parentName} has a field ${fieldName} already`);
  const addStub = (type: string, keys: readonly string[]) => {
    const stub = helpers.stubs.get(type) ?? new Set<string>();
    for (const key of keys) stub.add(key);
    helpers.stubs.set(type, stub);
  };
  if (!parent) addStub(parentName, sourcesOf(link));
  if ('entity' in link) {
    for (const source of Object.values(link.key)) {
      if (parent && !fieldOf(parent, source)) helpers.fail(label, `${parentName} has no field ${source}`);
    }
    const own = Object.hasOwn(helpers.config.entities, link.entity)
      ? helpers.config.entities[link.entity]
      : undefined;
    const keys = Object.keys(link.key);
    if (own && own.key.split(' ').toSorted().join(' ') !== keys.toSorted().join(' ')) {
      helpers.fail([...label, 'key'], `the key of ${link.entity} is "${own.key}"`);
    }
    if (!own && objectType(document, link.entity)) {
      helpers.fail(
        [...label, 'entity'],
        `${link.entity} is a type of this service, but not one of its entities`,
      );
    }
    addStub(link.entity, keys);
    return `extend type ${parentName} { ${fieldName}: ${link.entity} }`;
  }
  const resolver = operationField(document, link.operation, label, helpers);
  const { field } = resolver;
  checkArguments(link.arguments, resolver, parent, label, helpers);
  const target = namedTypeOf(field.type);
  if (link.groupBy !== undefined) {
    const result = objectType(document, target);
    if (!isListType(field.type)) helpers.fail(label, `groupBy needs an operation that answers a list`);
    if (Object.keys(link.arguments).length !== 1) helpers.fail(label, 'groupBy needs exactly one argument');
    if (!result || !fieldOf(result, link.groupBy))
      helpers.fail(label, `${target} has no field ${link.groupBy}`);
  }
  return `extend type ${parentName} { ${fieldName}: ${isListType(field.type) ? `[${target}!]` : target} }`;
}

function sourcesOf(link: LinkConfig): string[] {
  return Object.values('entity' in link ? link.key : link.arguments);
}

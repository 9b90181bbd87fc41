import {
  Kind,
  specifiedScalarTypes,
  visit,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type NameNode,
  type TypeDefinitionNode,
} from 'graphql';
import { httpOperation, nameOnTheWire, wireDirective } from '../annotations.ts';
import { distinctNames } from './distinct-names.ts';
import { camel, wordsOf } from './name-words.ts';
import { prefixedField, styleOf, type NamingStyle } from './naming-style.ts';
import type { Parameter } from '../rest/parameters.ts';
import { rootFieldName } from './root-field-name.ts';
import { isListType, typeDefinitions } from '../schema-document.ts';
import type { SubgraphConfig } from '../config/subgraph-config.ts';

/** A wrapped document with the names that clients see. */
export interface NamedDocument {
  document: DocumentNode;
  /** Mesh's root field (a safe operationId) to the root field it became. */
  rootFields: ReadonlyMap<string, string>;
}

export interface NamingOptions {
  wrapped: DocumentNode;
  config: Pick<SubgraphConfig, 'naming' | 'prefix' | 'entities'>;
  /** Safe operationId to the one of the document; undefined where it has none. Events are not in it. */
  operationIds: ReadonlyMap<string, string | undefined>;
  /** Safe operationId to its parameters. */
  parameters: ReadonlyMap<string, readonly Parameter[]>;
  /** Safe operationId to the root field that the platform team wants. */
  renames: ReadonlyMap<string, string>;
}

const rootTypes = new Set(['Query', 'Mutation', 'Subscription']);
const keptDirectives = new Set([
  'httpOperation',
  'wire',
  'deprecated',
  'specifiedBy',
  'oneOf',
  'otherProperties',
  'constants',
]);
const builtIn = new Set(specifiedScalarTypes.map((type) => type.name));

/**
 * Gives types, fields, arguments and enum values their GraphQL names and keeps what they are called on the wire
 * in `@wire(name:)`. Names that would become one take the next longer one, at last what Mesh called them.
 */
export function nameForGraphQL(options: NamingOptions): NamedDocument {
  const { wrapped, config, parameters } = options;
  const style = styleOf(config.naming);
  const typeNames = nameTypes(wrapped, config, style);
  const rootFields = nameRootFields(options, style);
  const document = visit(wrapped, {
    SchemaDefinition: () => null,
    DirectiveDefinition: () => null,
    Directive: (node) => {
      if (!keptDirectives.has(node.name.value)) return null;
      // Mesh adds the name of the subgraph, which the `@oneOf` of the specification does not have.
      return node.name.value === 'oneOf' ? { ...node, arguments: [] } : undefined;
    },
    ScalarTypeDefinition: (node) => (node.name.value === 'ObjMap' ? null : undefined),
    NamedType: (node) => ({ ...node, name: named(node.name, typeNames.get(node.name.value)) }),
    ObjectTypeDefinition: {
      enter: (node) => {
        const isRoot = rootTypes.has(node.name.value);
        const fields = isRoot
          ? (node.fields ?? []).map((field) => ({
              ...field,
              name: named(field.name, rootFields.get(field.name.value)),
            }))
          : withNames(node.fields ?? [], style.field);
        return {
          ...node,
          fields: fields.map((field, index) => {
            const own = parameters.get(node.fields?.[index]?.name.value ?? '') ?? [];
            return { ...field, arguments: withArgumentNames(field.arguments ?? [], own, style) };
          }),
        };
      },
      leave: rename(typeNames),
    },
    InterfaceTypeDefinition: {
      enter: (node) => ({ ...node, fields: withNames(node.fields ?? [], style.field) }),
      leave: rename(typeNames),
    },
    InputObjectTypeDefinition: {
      enter: (node) => ({ ...node, fields: withNames(node.fields ?? [], style.field) }),
      leave: rename(typeNames),
    },
    EnumTypeDefinition: {
      enter: (node): EnumTypeDefinitionNode | null =>
        node.name.value === 'HTTPMethod'
          ? null
          : { ...node, values: withNames(node.values ?? [], style.enumValue) },
      leave: rename(typeNames),
    },
    UnionTypeDefinition: { leave: rename(typeNames) },
  });
  return { document, rootFields };
}

function nameTypes(
  wrapped: DocumentNode,
  config: NamingOptions['config'],
  style: NamingStyle,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const own = typeDefinitions(wrapped);
  for (const node of wrapped.definitions) {
    if (!('name' in node) || !node.name || node.kind === Kind.DIRECTIVE_DEFINITION) continue;
    const name = node.name.value;
    if (rootTypes.has(name) || builtIn.has(name)) continue;
    const wanted = node.kind === Kind.SCALAR_TYPE_DEFINITION ? name : style.type(name);
    // An entity is the type of that very name when there is one: `Event` rather than `event`.
    const isEntity = Object.hasOwn(config.entities, wanted) && (name === wanted || !own.has(wanted));
    const isShared = node.kind === Kind.SCALAR_TYPE_DEFINITION || isEntity;
    names.set(name, isShared ? wanted : `${config.prefix}${wanted}`);
  }
  return distinctNames(
    new Map([...names].map(([name, wanted]) => [name, [wanted, `${config.prefix}${name}`]])),
    [...rootTypes, ...builtIn],
  );
}

/** Names the fields of both root types: one name is one operation, so that a query never makes another call. */
function nameRootFields(
  { wrapped, config: { naming, prefix }, operationIds, renames }: NamingOptions,
  style: NamingStyle,
): ReadonlyMap<string, string> {
  const candidates = new Map<string, readonly string[]>();
  for (const node of wrapped.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || !rootTypes.has(node.name.value)) continue;
    for (const field of node.fields ?? []) {
      const safe = field.name.value;
      const wanted = renames.get(safe);
      const plain =
        naming === 'graphql' && operationIds.has(safe) ? plainName(field, operationIds.get(safe)) : '';
      const styled = [plain, style.field(operationIds.get(safe) ?? safe), style.field(safe)]
        .filter(isName)
        .map((name) => prefixedField(prefix, name));
      const unstyled = prefix === '' ? safe : `${camel(wordsOf(prefix))}_${safe}`;
      candidates.set(safe, wanted === undefined ? [...styled, unstyled] : [wanted]);
    }
  }
  return distinctNames(candidates);
}

function plainName(field: FieldDefinitionNode, operationId: string | undefined): string {
  const operation = httpOperation(field);
  if (!operation) return '';
  const { path, method } = operation;
  return rootFieldName({ operationId, method, path, isList: isListType(field.type) });
}

type NamedNode = FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode;

/** Arguments are named after their parameters; the wire knows them by what Mesh calls them. */
function withArgumentNames(
  nodes: readonly InputValueDefinitionNode[],
  parameters: readonly Parameter[],
  style: NamingStyle,
): InputValueDefinitionNode[] {
  const parameterOf = (name: string) => parameters.find(({ argument }) => argument === name)?.name ?? name;
  return withNames(
    nodes,
    (name) => style.field(parameterOf(name)),
    (node) => node.name.value,
  );
}

/** Renames the members of one type; a `@wire` directive is added where the wire says it otherwise. */
function withNames<T extends NamedNode>(
  nodes: readonly T[],
  nameOf: (name: string) => string,
  wireOf: (node: T) => string = nameOnTheWire,
): T[] {
  const names = distinctNames(
    new Map(nodes.map((node) => [node.name.value, [nameOf(wireOf(node)), node.name.value].filter(isName)])),
  );
  return nodes.map((node) => {
    const name = names.get(node.name.value) ?? node.name.value;
    const wire = wireOf(node);
    const directives = (node.directives ?? []).filter((directive) =>
      keptDirectives.has(directive.name.value),
    );
    return {
      ...node,
      name: named(node.name, name),
      directives: wire === name ? directives : [...directives, wireDirective(wire)],
    };
  });
}

function isName(name: string): boolean {
  return /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== '_';
}

function named(node: NameNode, name: string | undefined): NameNode {
  return name === undefined ? node : { ...node, value: name };
}

function rename(names: ReadonlyMap<string, string>) {
  return <T extends TypeDefinitionNode>(node: T): T => ({
    ...node,
    name: named(node.name, names.get(node.name.value)),
  });
}

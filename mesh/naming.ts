import { camelCase } from 'change-case';
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
import { argumentsOf, wireDirective } from './annotations.ts';
import { prefixedField, styleOf, type NamingStyle } from './naming-style.ts';
import { namedTypeOf } from './schema-document.ts';
import type { SubgraphConfig } from './subgraph-config.ts';

/** A wrapped document with the names that clients see. */
export interface NamedDocument {
  document: DocumentNode;
  /** Mesh's root field (a safe operationId) to the root field it became. */
  rootFields: ReadonlyMap<string, string>;
}

export interface NamingOptions {
  wrapped: DocumentNode;
  config: Pick<SubgraphConfig, 'naming' | 'prefix' | 'entities'>;
  /** Safe operationId to the root field that the platform team wants. */
  renames: ReadonlyMap<string, string>;
}

const rootTypes = new Set(['Query', 'Mutation', 'Subscription']);
const keptDirectives = new Set(['httpOperation', 'wire', 'deprecated', 'specifiedBy', 'oneOf']);
const builtIn = new Set(specifiedScalarTypes.map((type) => type.name));

/**
 * Gives types, fields, arguments and enum values their GraphQL names and keeps what they are called on the wire
 * in `@wire(name:)`. Two names that would become one keep what Mesh called them.
 */
export function nameForGraphQL({ wrapped, config, renames }: NamingOptions): NamedDocument {
  const style = styleOf(config.naming);
  const typeNames = nameTypes(wrapped, config, style);
  const rootFields = nameRootFields(wrapped, config.prefix, style, renames);
  const enumValues = enumValueNames(wrapped, style);
  const document = visit(wrapped, {
    SchemaDefinition: () => null,
    DirectiveDefinition: () => null,
    Directive: (node) => {
      if (!keptDirectives.has(node.name.value)) return null;
      // Mesh adds the name of the subgraph, which the `@oneOf` of the specification does not have.
      return node.name.value === 'oneOf' ? { ...node, arguments: [] } : undefined;
    },
    InputValueDefinition: (node) => withDefaultValue(node, enumValues.get(namedTypeOf(node.type))),
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
          fields: fields.map((field) => ({
            ...field,
            arguments: withNames(field.arguments ?? [], style.field, (argument) => argument.name.value),
          })),
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
  for (const node of wrapped.definitions) {
    if (!('name' in node) || !node.name || node.kind === Kind.DIRECTIVE_DEFINITION) continue;
    const name = node.name.value;
    if (rootTypes.has(name) || builtIn.has(name)) continue;
    const wanted = node.kind === Kind.SCALAR_TYPE_DEFINITION ? name : style.type(name);
    const isShared = node.kind === Kind.SCALAR_TYPE_DEFINITION || Object.hasOwn(config.entities, wanted);
    names.set(name, isShared ? wanted : `${config.prefix}${wanted}`);
  }
  return distinct(names, [...rootTypes, ...builtIn], (name) => `${config.prefix}${name}`);
}

/** Names the fields of both root types: one name is one operation, so that a query never makes another call. */
function nameRootFields(
  wrapped: DocumentNode,
  prefix: string,
  style: NamingStyle,
  renames: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const node of wrapped.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || !rootTypes.has(node.name.value)) continue;
    for (const { name } of node.fields ?? []) {
      names.set(name.value, renames.get(name.value) ?? prefixedField(prefix, style.field(name.value)));
    }
  }
  const unstyled = (name: string) => (prefix === '' ? name : `${camelCase(prefix)}_${name}`);
  return distinct(names, [], (name) => renames.get(name) ?? unstyled(name));
}

/**
 * Keeps every name that only one wants. Of several that want the same, the one that is called so already gets it, and
 * the others keep what Mesh called them.
 */
function distinct(
  wanted: ReadonlyMap<string, string>,
  reserved: readonly string[],
  fallback: (name: string) => string,
): ReadonlyMap<string, string> {
  const owners = new Map<string, string>(reserved.map((name) => [name, '']));
  for (const [name, want] of wanted) if (fallback(name) === want && !owners.has(want)) owners.set(want, name);
  for (const [name, want] of wanted) if (!owners.has(want)) owners.set(want, name);
  return new Map(
    [...wanted].map(([name, want]) => [name, owners.get(want) === name ? want : fallback(name)]),
  );
}

type NamedNode = FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode;

/** Renames the members of one type; a `@wire` directive is added where the wire says it otherwise. */
function withNames<T extends NamedNode>(
  nodes: readonly T[],
  nameOf: (name: string) => string,
  wireOf: (node: T) => string = wireNameByMesh,
): T[] {
  const counts = new Map<string, number>();
  const wanted = nodes.map((node) => {
    const name = nameOf(wireOf(node));
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return name;
  });
  return nodes.map((node, index) => {
    const want = wanted[index] ?? node.name.value;
    const isUsable = counts.get(want) === 1 && /^[A-Za-z_][A-Za-z0-9_]*$/.test(want);
    const name = isUsable ? want : node.name.value;
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

/** Mesh keeps the real name of a property in `@resolveRootField`, that of an enum value as JSON in `@enum`. */
function wireNameByMesh(node: NamedNode): string {
  if (node.kind === Kind.ENUM_VALUE_DEFINITION) {
    const json = argumentsOf(node, 'enum')?.['value'];
    return typeof json === 'string' ? String(JSON.parse(json)) : node.name.value;
  }
  const field = argumentsOf(node, 'resolveRootField')?.['field'];
  return typeof field === 'string' ? field : node.name.value;
}

/** By type, the names that the values of enums become. */
function enumValueNames(
  wrapped: DocumentNode,
  style: NamingStyle,
): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const names = new Map<string, ReadonlyMap<string, string>>();
  for (const node of wrapped.definitions) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION) continue;
    const values = node.values ?? [];
    const renamed = withNames(values, style.enumValue);
    const pairs = values.map(({ name }, index): [string, string] => [
      name.value,
      renamed[index]?.name.value ?? name.value,
    ]);
    names.set(node.name.value, new Map(pairs));
  }
  return names;
}

/** A default that is a value of an enum is called as that value is. */
function withDefaultValue(
  node: InputValueDefinitionNode,
  names: ReadonlyMap<string, string> | undefined,
): InputValueDefinitionNode | undefined {
  if (!names || !node.defaultValue) return undefined;
  const defaultValue = visit(node.defaultValue, {
    EnumValue: (value) => ({ ...value, value: names.get(value.value) ?? value.value }),
  });
  return { ...node, defaultValue };
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

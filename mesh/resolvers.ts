import {
  Kind,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type GraphQLFieldResolver,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
} from 'graphql';
import { constantValues, isOtherProperties, wireName } from './annotations.ts';
import { isLess } from './losses/union-members.ts';
import type { SubgraphContext } from './subgraph-context.ts';
import type { ReferenceLink } from './config/subgraph-config.ts';
import { propertyReader, type WireReader } from './wire-fields.ts';

type Resolver = GraphQLFieldResolver<Record<string, unknown> | null | undefined, SubgraphContext>;

/** Resolvers by type and field, as `@apollo/subgraph` takes them. */
export interface ResolverMap {
  [type: string]: Record<string, unknown>;
}

/**
 * Resolvers that read the wire: a field reads the property that `@wire` names, an enum value stands for its wire
 * value, and a union or interface is told by the properties its types must have.
 */
export function wireResolvers(document: DocumentNode): ResolverMap {
  const resolvers: ResolverMap = {};
  for (const node of document.definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) {
      for (const field of node.fields ?? []) {
        const wire = wireName(field);
        if (isOtherProperties(field)) {
          addResolver(resolvers, node.name.value, field.name.value, readOtherProperties(node));
        } else if (wire !== field.name.value || wire in Object.prototype)
          addResolver(resolvers, node.name.value, field.name.value, propertyReader(wire));
      }
    } else if (node.kind === Kind.ENUM_TYPE_DEFINITION) {
      resolvers[node.name.value] = enumValues(node);
    } else if (node.kind === Kind.UNION_TYPE_DEFINITION) {
      const members = (node.types ?? []).map((type) => type.name.value);
      resolvers[node.name.value] = { __resolveType: typeByShape(document, members) };
    } else if (node.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      const members = implementers(document, node.name.value);
      resolvers[node.name.value] = { __resolveType: typeByShape(document, members) };
    }
  }
  return resolvers;
}

export function addResolver(resolvers: ResolverMap, type: string, field: string, resolver: unknown): void {
  if (!Object.hasOwn(resolvers, type)) resolvers[type] = {};
  const fields = resolvers[type];
  if (fields) fields[field] = resolver;
}

/** The property that a field has on the wire; the field's own name when the document says nothing else. */
export function wirePropertyOf(document: DocumentNode, type: string, field: string): string {
  for (const node of objectNodes(document, type)) {
    const found = node.fields?.find((candidate) => candidate.name.value === field);
    if (found) return wireName(found);
  }
  return field;
}

type ReferenceReader = ((object: unknown) => Record<string, unknown> | null) & WireReader;

/** Reads the key fields of another entity from an object; null when one of them is missing. */
export function referenceResolver(
  document: DocumentNode,
  parent: string,
  link: ReferenceLink,
): ReferenceReader {
  const keys = Object.entries(link.key).map(
    ([key, source]) => [key, wirePropertyOf(document, parent, source)] as const,
  );
  const read = (object: unknown) => {
    const reference: Record<string, unknown> = { __typename: link.entity };
    for (const [key, property] of keys) {
      const value = (object as Readonly<Record<string, unknown>> | null | undefined)?.[property];
      if (value === null || value === undefined) return null;
      reference[key] = value;
    }
    return reference;
  };
  return Object.assign(read, { readFor: () => ({ read }) });
}

/** The properties that the type does not name, as one object; null when there are none. */
function readOtherProperties({ fields = [] }: ObjectTypeDefinitionNode): Resolver {
  const named = new Set(fields.filter((field) => !isOtherProperties(field)).map(wireName));
  return (object) => {
    const others = Object.entries(object ?? {}).filter(([property]) => !named.has(property));
    return others.length === 0 ? null : Object.fromEntries(others);
  };
}

function enumValues(node: EnumTypeDefinitionNode): Record<string, string> {
  return Object.fromEntries((node.values ?? []).map((value) => [value.name.value, wireName(value)]));
}

function objectNodes(
  document: DocumentNode,
  type: string,
): (ObjectTypeDefinitionNode | ObjectTypeExtensionNode)[] {
  return document.definitions.filter(
    (node): node is ObjectTypeDefinitionNode | ObjectTypeExtensionNode =>
      (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) &&
      node.name.value === type,
  );
}

function implementers(document: DocumentNode, name: string): string[] {
  return document.definitions
    .filter((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION)
    .filter((node) => node.interfaces?.some((candidate) => candidate.name.value === name))
    .map((node) => node.name.value);
}

/**
 * Tells which of several types an object is: by the values that the document gives some of their properties, such as
 * those of a discriminator, then by the properties that each must have, then by how many of the object's it knows. An
 * object with a value that no document names is told by its properties alone.
 */
function typeByShape(document: DocumentNode, members: readonly string[]) {
  const shapes = members.map((member) => {
    const fields = objectNodes(document, member).flatMap((node) => node.fields ?? []);
    const required = fields.filter((field) => field.type.kind === Kind.NON_NULL_TYPE).map(wireName);
    const constants = fields.flatMap((field) => {
      const values = constantValues(field);
      return values ? [[wireName(field), new Set<unknown>(values)] as const] : [];
    });
    return { member, required, constants, all: new Set(fields.map(wireName)) };
  });
  return (value: Record<string, unknown> | null): string | undefined => {
    if (typeof value !== 'object' || value === null) return undefined;
    const properties = Object.keys(value);
    let best: { member: string; rank: readonly number[] } | undefined;
    for (const { member, required, constants, all } of shapes) {
      const told = constants.filter(([property]) => Object.hasOwn(value, property));
      const isOther = told.some(([property, values]) => !values.has(value[property]));
      const isWhole = required.every((property) => Object.hasOwn(value, property));
      const known = properties.filter((property) => all.has(property)).length;
      const rank = [isOther ? -1 : told.length, isWhole ? 1 : 0, known];
      if (!best || isLess(best.rank, rank)) best = { member, rank };
    }
    // One that has nothing of any is none of them.
    return best?.rank.some((number) => number > 0) ? best.member : undefined;
  };
}

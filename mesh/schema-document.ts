import {
  Kind,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { wireName } from './annotations.ts';

/** The definition of an object type; extensions are not looked at. */
export function objectType(document: DocumentNode, name: string): ObjectTypeDefinitionNode | undefined {
  return document.definitions.find(
    (node): node is ObjectTypeDefinitionNode =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === name,
  );
}

export function fieldOf(
  type: ObjectTypeDefinitionNode | ObjectTypeExtensionNode,
  name: string,
): FieldDefinitionNode | undefined {
  return type.fields?.find((field) => field.name.value === name);
}

/** A field of Query or Mutation. */
export function rootField(document: DocumentNode, name: string): FieldDefinitionNode | undefined {
  for (const root of ['Query', 'Mutation']) {
    const type = objectType(document, root);
    const field = type && fieldOf(type, name);
    if (field) return field;
  }
  return undefined;
}

export function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type);
}

export function isListType(type: TypeNode): boolean {
  if (type.kind === Kind.NON_NULL_TYPE) return isListType(type.type);
  return type.kind === Kind.LIST_TYPE;
}

/** Leaves out the root fields for which `drop` says so, and a root type that has none left. */
export function withoutRootFields(
  document: DocumentNode,
  drop: (field: FieldDefinitionNode) => boolean,
): DocumentNode {
  return visit(document, {
    ObjectTypeDefinition: (node) => {
      if (node.name.value !== 'Query' && node.name.value !== 'Mutation') return false;
      const fields = (node.fields ?? []).filter((field) => !drop(field));
      return fields.length === 0 ? null : { ...node, fields };
    },
  });
}

/** @param dropped by root field, arguments by what Mesh called them */
export function withoutArguments(
  document: DocumentNode,
  dropped: ReadonlyMap<string, ReadonlySet<string>>,
): DocumentNode {
  if (dropped.size === 0) return document;
  return visit(document, {
    ObjectTypeDefinition: (node) => {
      if (node.name.value !== 'Query' && node.name.value !== 'Mutation') return false;
      const fields = (node.fields ?? []).map((field) => {
        const names = dropped.get(field.name.value);
        if (!names) return field;
        return {
          ...field,
          arguments: field.arguments?.filter((argument) => !names.has(wireName(argument))) ?? [],
        };
      });
      return { ...node, fields };
    },
  });
}

/**
 * Leaves out types that nothing reaches from the root types and the types in `roots`.
 * @param roots names of types to keep whatever reaches them, such as entities
 */
export function pruneUnreachable(document: DocumentNode, roots: Iterable<string>): DocumentNode {
  const byName = new Map<string, DefinitionNode[]>();
  for (const node of document.definitions) {
    if (!('name' in node) || !node.name) continue;
    byName.set(node.name.value, [...(byName.get(node.name.value) ?? []), node]);
  }
  const implementers = (name: string) =>
    document.definitions.flatMap((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION && node.interfaces?.some((one) => one.name.value === name)
        ? [node.name.value]
        : [],
    );
  const reached = new Set<string>();
  const waiting = ['Query', 'Mutation', 'Subscription', ...roots];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const node of byName.get(name) ?? []) {
      waiting.push(...referencesOf(node));
      if (node.kind === Kind.INTERFACE_TYPE_DEFINITION) waiting.push(...implementers(name));
    }
  }
  return {
    kind: Kind.DOCUMENT,
    definitions: document.definitions.filter(
      (node) => !('name' in node) || !node.name || reached.has(node.name.value),
    ),
  };
}

function referencesOf(definition: DefinitionNode): string[] {
  const names: string[] = [];
  visit(definition, {
    NamedType: (node) => {
      names.push(node.name.value);
    },
  });
  return names;
}

/** All type definitions of a document by name. */
export function typeDefinitions(document: DocumentNode): Map<string, TypeDefinitionNode> {
  const types = new Map<string, TypeDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind.endsWith('TypeDefinition') && 'name' in node && node.name) {
      types.set(node.name.value, node as TypeDefinitionNode);
    }
  }
  return types;
}

import { Kind, parse, visit, type DocumentNode } from 'graphql';

const json = parse('scalar JSON', { noLocation: true }).definitions;

/**
 * Makes JSON of object and input types without fields and unions without members, which GraphQL can't have. Mesh leaves some in
 * place of schemas that it can't merge, and properties that only one side may send leave some behind.
 */
export function emptyTypesAsJson(document: DocumentNode): DocumentNode {
  const empty = emptyTypes(document);
  if (empty.size === 0) return document;
  const changed = visit(document, {
    ObjectTypeDefinition: (node) => (empty.has(node.name.value) ? null : undefined),
    InputObjectTypeDefinition: (node) => (empty.has(node.name.value) ? null : undefined),
    UnionTypeDefinition: (node) => {
      if (empty.has(node.name.value)) return null;
      return { ...node, types: (node.types ?? []).filter((type) => !empty.has(type.name.value)) };
    },
    NamedType: (node) =>
      empty.has(node.name.value) ? { ...node, name: { ...node.name, value: 'JSON' } } : undefined,
  });
  return withJson(changed);
}

/** The document with the scalar JSON. */
export function withJson(document: DocumentNode): DocumentNode {
  const hasJson = document.definitions.some(
    (node) => node.kind === Kind.SCALAR_TYPE_DEFINITION && node.name.value === 'JSON',
  );
  return hasJson ? document : { ...document, definitions: [...document.definitions, ...json] };
}

function emptyTypes(document: DocumentNode): ReadonlySet<string> {
  const empty = new Set<string>();
  for (const node of document.definitions) {
    const hasFields =
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION;
    if (hasFields && (node.fields ?? []).length === 0) empty.add(node.name.value);
  }
  for (const node of document.definitions) {
    if (node.kind !== Kind.UNION_TYPE_DEFINITION) continue;
    if ((node.types ?? []).every((type) => empty.has(type.name.value))) empty.add(node.name.value);
  }
  return empty;
}

import { Kind, visit, type DocumentNode, type TypeNode } from 'graphql';
import { argumentsOf } from '../annotations.ts';
import { withJson } from './empty-types.ts';
import { namedTypeOf } from '../schema-document.ts';

/**
 * Makes JSON of what may be answered as a scalar or as an object. Mesh has an object with a field for the scalar, which
 * needs resolvers of Mesh's own, and no answer has such an object. Inputs keep the choice.
 */
export function withScalarAnswers(wrapped: DocumentNode): DocumentNode {
  const mixed = mixedTypes(wrapped);
  if (mixed.size === 0) return wrapped;
  const asJson = (type: TypeNode): TypeNode => {
    if (!mixed.has(namedTypeOf(type))) return type;
    return visit(type, {
      NamedType: () => ({ kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'JSON' } }),
    });
  };
  const changed = visit(wrapped, {
    ObjectTypeDefinition: (node) => (mixed.has(node.name.value) ? null : undefined),
    UnionTypeDefinition: (node) => (mixed.has(node.name.value) ? null : undefined),
    FieldDefinition: (node) => ({ ...node, type: asJson(node.type) }),
  });
  return withJson(changed);
}

/** Objects in which a field stands for the whole value, and unions of which one is a member. */
function mixedTypes({ definitions }: DocumentNode): ReadonlySet<string> {
  const mixed = new Set<string>();
  for (const node of definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    if (node.fields?.some((field) => argumentsOf(field, 'resolveRoot'))) mixed.add(node.name.value);
  }
  for (const node of definitions) {
    if (node.kind !== Kind.UNION_TYPE_DEFINITION) continue;
    if (node.types?.some((type) => mixed.has(type.name.value))) mixed.add(node.name.value);
  }
  return mixed;
}

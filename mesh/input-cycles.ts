import {
  Kind,
  visit,
  type DocumentNode,
  type InputObjectTypeDefinitionNode,
  type TypeDefinitionNode,
} from 'graphql';
import { typeDefinitions } from './schema-document.ts';

/**
 * Makes optional what keeps an input from ever being finished: a required field that leads back to its own type over
 * required fields alone, which GraphQL refuses. The service says what is missing.
 */
export function breakInputCycles(document: DocumentNode): DocumentNode {
  const types = typeDefinitions(document);
  const leads = (from: string, to: string, seen = new Set<string>()): boolean => {
    if (from === to) return true;
    if (seen.has(from)) return false;
    seen.add(from);
    return requiredTypes(types.get(from)).some((next) => leads(next, to, seen));
  };
  return visit(document, {
    InputObjectTypeDefinition: (node): InputObjectTypeDefinitionNode => ({
      ...node,
      fields: (node.fields ?? []).map((field) => {
        const { type } = field;
        if (type.kind !== Kind.NON_NULL_TYPE || type.type.kind !== Kind.NAMED_TYPE) return field;
        return leads(type.type.name.value, node.name.value) ? { ...field, type: type.type } : field;
      }),
    }),
  });
}

function requiredTypes(node: TypeDefinitionNode | undefined): readonly string[] {
  if (node?.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION) return [];
  return (node.fields ?? []).flatMap(({ type }) =>
    type.kind === Kind.NON_NULL_TYPE && type.type.kind === Kind.NAMED_TYPE ? [type.type.name.value] : [],
  );
}

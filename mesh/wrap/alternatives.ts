import { sanitizeNameForGraphQL } from '@graphql-mesh/utils';
import {
  Kind,
  visit,
  type DocumentNode,
  type InputObjectTypeDefinitionNode,
  type InputValueDefinitionNode,
} from 'graphql';
import { annotation, argumentsOf } from '../annotations.ts';
import type { Alternatives, Constants } from '../normalise/alternatives.ts';
import { namedTypeOf } from '../schema-document.ts';
import { outputName, type SchemaTypes } from './schema-types.ts';

/**
 * Notes at each alternative of an input what its value always has, so that a client need not say in the value what the
 * choice says already: wire-input.ts fills it in, and the fields become nullable.
 */
export function withConstants(
  types: SchemaTypes,
  alternatives: Alternatives,
): (wrapped: DocumentNode) => DocumentNode {
  const constantsAt = (choice: string, option: string): Constants => {
    const [owner, ...others] = types.schemasOf(choice);
    const found = owner && others.length === 0 ? alternatives.get(owner) : undefined;
    for (const schema of types.schemasOf(option)) {
      const constants = found?.get(schema);
      if (constants) return constants;
    }
    return {};
  };
  return (wrapped) => {
    const filledIn = new Map<string, Set<string>>();
    const noted = visit(wrapped, {
      InputObjectTypeDefinition: (node) => {
        if (!argumentsOf(node, 'oneOf')) return undefined;
        const fields = (node.fields ?? []).map(withoutSuffix).map((field) => {
          const option = namedTypeOf(field.type);
          const constants = constantsAt(node.name.value, option);
          const names = Object.keys(constants);
          if (names.length === 0) return field;
          const filled = filledIn.get(option) ?? new Set<string>();
          for (const name of names) filled.add(sanitizeNameForGraphQL(name));
          filledIn.set(option, filled);
          const json = JSON.stringify(constants);
          return { ...field, directives: [...(field.directives ?? []), annotation('constants', { json })] };
        });
        return { ...node, fields };
      },
    });
    return visit(noted, {
      InputObjectTypeDefinition: (node) => withNullable(node, filledIn.get(node.name.value)),
    });
  };
}

/** Mesh calls the choice like the input type behind it. */
function withoutSuffix(field: InputValueDefinitionNode): InputValueDefinitionNode {
  return { ...field, name: { ...field.name, value: outputName(field.name.value) } };
}

function withNullable(
  node: InputObjectTypeDefinitionNode,
  names: ReadonlySet<string> | undefined,
): InputObjectTypeDefinitionNode | undefined {
  if (!names) return undefined;
  const fields = (node.fields ?? []).map((field) =>
    names.has(field.name.value) && field.type.kind === Kind.NON_NULL_TYPE
      ? { ...field, type: field.type.type }
      : field,
  );
  return { ...node, fields };
}

import {
  Kind,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type NameNode,
  type TypeNode,
} from 'graphql';
import { annotation } from '../annotations.ts';
import { withJson } from './empty-types.ts';
import { inputName } from './schema-types.ts';

/** What Mesh calls the field for `additionalProperties` of an object that has properties too. */
const fieldName = 'additionalProperties';

/**
 * Makes one JSON field of the properties that a schema allows besides those it names, in answers and in inputs. Mesh has
 * it only in answers, where it needs resolvers of Mesh's own.
 */
export function withOtherProperties(wrapped: DocumentNode): DocumentNode {
  const open = new Set<string>();
  const changed = visit(wrapped, {
    ObjectTypeDefinition: (node) => {
      if (!node.fields?.some(isMeshField)) return undefined;
      open.add(inputName(node.name.value));
      return { ...node, fields: node.fields.map((field) => (isMeshField(field) ? outputField : field)) };
    },
  });
  if (open.size === 0) return wrapped;
  return visit(withJson(changed), {
    InputObjectTypeDefinition: (node) =>
      open.has(node.name.value) ? { ...node, fields: [...(node.fields ?? []), inputField] } : undefined,
  });
}

function isMeshField({ name, directives = [] }: FieldDefinitionNode): boolean {
  return (
    name.value === fieldName &&
    directives.some((directive) => ['resolveRoot', 'dictionary'].includes(directive.name.value))
  );
}

const name: NameNode = { kind: Kind.NAME, value: fieldName };
const type: TypeNode = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'JSON' } };
const directives: readonly ConstDirectiveNode[] = [annotation('otherProperties')];
const outputField: FieldDefinitionNode = { kind: Kind.FIELD_DEFINITION, name, type, directives };
const inputField: InputValueDefinitionNode = { kind: Kind.INPUT_VALUE_DEFINITION, name, type, directives };

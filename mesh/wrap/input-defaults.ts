import {
  isInputType,
  Kind,
  typeFromAST,
  valueFromAST,
  visit,
  type ConstValueNode,
  type DocumentNode,
  type GraphQLSchema,
  type InputValueDefinitionNode,
} from 'graphql';

/**
 * Leaves out default values that are none of their type, which Mesh takes from the document as they are, and those that
 * hold names (objects, values of enums), which are called otherwise later. The service has the default all the same;
 * composition would refuse the whole subgraph.
 * @param schema of the document
 * @param warnings each of them is told here, by type and field
 */
export function withoutImpossibleDefaults(
  document: DocumentNode,
  schema: GraphQLSchema,
  warnings: string[],
): DocumentNode {
  const settle = (node: InputValueDefinitionNode, owner: string): InputValueDefinitionNode => {
    if (!node.defaultValue || isPossible(node, schema)) return node;
    warnings.push(`${owner}.${node.name.value}: its default can not be expressed; left out`);
    const { defaultValue: _impossible, ...rest } = node;
    return rest;
  };
  return visit(document, {
    InputObjectTypeDefinition: (node) => ({
      ...node,
      fields: (node.fields ?? []).map((field) => settle(field, `input ${node.name.value}`)),
    }),
    FieldDefinition: (node) => ({
      ...node,
      arguments: (node.arguments ?? []).map((argument) => settle(argument, `argument ${node.name.value}`)),
    }),
  });
}

function isPossible({ type, defaultValue }: InputValueDefinitionNode, schema: GraphQLSchema): boolean {
  const known = typeFromAST(schema, type as never);
  if (!defaultValue || !isInputType(known)) return true;
  return !holdsName(defaultValue) && valueFromAST(defaultValue, known) !== undefined;
}

function holdsName(value: ConstValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(holdsName);
  return value.kind === Kind.OBJECT || value.kind === Kind.ENUM;
}

import {
  Kind,
  parse,
  valueFromASTUntyped,
  type DirectiveNode,
  type ObjectTypeDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

/** Type to the fields that plans fetch under their own names: those of keys and of `@requires`. */
export type RequiredFields = ReadonlyMap<string, ReadonlySet<string>>;

type Definition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** Reads a supergraph (join specification: `@join__type(key:)`, `@join__field(requires:)`). */
export function requiredFields(supergraphSdl: string): RequiredFields {
  const definitions = new Map<string, Definition>();
  for (const node of parse(supergraphSdl, { noLocation: true }).definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      definitions.set(node.name.value, node);
    }
  }
  const required = new Map<string, Set<string>>();
  const add = (typeName: string, selections: SelectionSetNode): void => {
    const fields = required.get(typeName) ?? new Set<string>();
    required.set(typeName, fields);
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        add(selection.typeCondition?.name.value ?? typeName, selection.selectionSet);
        continue;
      }
      fields.add(selection.name.value);
      const field = definitions
        .get(typeName)
        ?.fields?.find(({ name }) => name.value === selection.name.value);
      if (selection.selectionSet && field) add(nameOf(field.type), selection.selectionSet);
    }
  };
  for (const [name, definition] of definitions) {
    const sets = [
      ...argumentsOf(definition.directives, 'join__type', 'key'),
      ...(definition.fields ?? []).flatMap(({ directives }) =>
        argumentsOf(directives, 'join__field', 'requires'),
      ),
    ];
    for (const set of sets) add(name, selectionSetOf(set));
  }
  return required;
}

function argumentsOf(
  directives: readonly DirectiveNode[] | undefined,
  directive: string,
  argument: string,
): string[] {
  return (directives ?? [])
    .filter(({ name }) => name.value === directive)
    .flatMap(({ arguments: args }) => args ?? [])
    .filter(({ name }) => name.value === argument)
    .map(({ value }) => String(valueFromASTUntyped(value)));
}

function selectionSetOf(fields: string): SelectionSetNode {
  const [operation] = parse(`{ ${fields} }`, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a field set is a selection set');
  return operation.selectionSet;
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

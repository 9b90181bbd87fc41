import { Kind, visit, type DocumentNode, type InputObjectTypeDefinitionNode, type TypeNode } from 'graphql';

/**
 * Lets input fields be absent that lead, through required ones only, back to their own type: GraphQL has no such types,
 * because no value of them would end. The service says what it really needs.
 * @param warnings each of them is told here, by type and field
 */
export function openInputCycles(document: DocumentNode, warnings: string[]): DocumentNode {
  const inputs = new Map<string, InputObjectTypeDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) inputs.set(node.name.value, node);
  }
  const opened = cyclesOf(inputs);
  if (opened.size === 0) return document;
  for (const place of opened) {
    warnings.push(`input ${place}: is required of itself without end; it may be absent`);
  }
  return visit(document, {
    InputObjectTypeDefinition: (node) => ({
      ...node,
      fields: (node.fields ?? []).map((field) =>
        opened.has(`${node.name.value}.${field.name.value}`) && field.type.kind === Kind.NON_NULL_TYPE
          ? { ...field, type: field.type.type }
          : field,
      ),
    }),
  });
}

/** `Type.field` of the fields that close a cycle, found depth first. */
function cyclesOf(inputs: ReadonlyMap<string, InputObjectTypeDefinitionNode>): ReadonlySet<string> {
  const opened = new Set<string>();
  const settled = new Set<string>();
  const search = (name: string, above: ReadonlySet<string>): void => {
    const below = new Set([...above, name]);
    for (const field of inputs.get(name)?.fields ?? []) {
      const target = requiredTarget(field.type);
      if (target === undefined || settled.has(target)) continue;
      if (below.has(target)) opened.add(`${name}.${field.name.value}`);
      else search(target, below);
    }
    settled.add(name);
  };
  for (const name of inputs.keys()) if (!settled.has(name)) search(name, new Set());
  return opened;
}

/** A list may be empty, so it ends a cycle. */
function requiredTarget(type: TypeNode): string | undefined {
  if (type.kind !== Kind.NON_NULL_TYPE || type.type.kind !== Kind.NAMED_TYPE) return undefined;
  return type.type.name.value;
}

import { Kind, print, type DocumentNode, type NamedTypeNode, type ObjectTypeDefinitionNode } from 'graphql';

/**
 * Makes interfaces of the unions that stand for bases (see normalise/bases.ts): of the fields that all of their members
 * have, so that these can be asked for without a fragment. One without such a field stays a union.
 * @param names of the bases, as the document has them, without what GraphQL names can not have
 */
export function basesAsInterfaces(document: DocumentNode, names: ReadonlySet<string>): DocumentNode {
  const objects = new Map<string, ObjectTypeDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) objects.set(node.name.value, node);
  }
  const implemented = new Map<string, NamedTypeNode[]>();
  const definitions = document.definitions.map((node) => {
    if (node.kind !== Kind.UNION_TYPE_DEFINITION || !names.has(node.name.value)) return node;
    const members = (node.types ?? []).flatMap((type) => objects.get(type.name.value) ?? []);
    const fields = sharedFields(members);
    if (fields.length === 0) return node;
    for (const member of members) {
      const interfaces = implemented.get(member.name.value) ?? [];
      interfaces.push({ kind: Kind.NAMED_TYPE, name: node.name });
      implemented.set(member.name.value, interfaces);
    }
    const { types: _, ...rest } = node;
    return { ...rest, kind: Kind.INTERFACE_TYPE_DEFINITION, fields } as const;
  });
  return {
    ...document,
    definitions: definitions.map((node) => {
      const interfaces =
        node.kind === Kind.OBJECT_TYPE_DEFINITION ? implemented.get(node.name.value) : undefined;
      return interfaces && node.kind === Kind.OBJECT_TYPE_DEFINITION ? { ...node, interfaces } : node;
    }),
  };
}

/** Fields of one type in all; one that only some require is nullable, as an interface may be where its types are not. */
function sharedFields(members: readonly ObjectTypeDefinitionNode[]) {
  const [first, ...others] = members;
  return (first?.fields ?? []).flatMap((field) => {
    const same = others.map((member) => member.fields?.find((one) => one.name.value === field.name.value));
    const bare = (one: typeof field) => (one.type.kind === Kind.NON_NULL_TYPE ? one.type.type : one.type);
    if (!same.every((one) => one && print(bare(one)) === print(bare(field)))) return [];
    const isRequired = [field, ...same].every((one) => one?.type.kind === Kind.NON_NULL_TYPE);
    return [{ ...field, type: isRequired ? field.type : bare(field) }];
  });
}

import {
  Kind,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';

type Fielded = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/**
 * Makes types keep what their interfaces promise, which Mesh does not always see to. A field that a type lacks is added
 * (it is inherited by `allOf`: TMF622), one that a type may lack may be null in the interface, and one that a type has as
 * something else leaves the interface, so that it is asked for on each type.
 * @param warnings what leaves is told here
 */
export function settleInterfaceFields(document: DocumentNode, warnings: string[]): DocumentNode {
  const types = new Map<string, Fielded>();
  for (const node of document.definitions) {
    if (isFielded(node)) types.set(node.name.value, node);
  }
  const unions = unionMembers(document);
  const isSubtype = (name: string, of: string): boolean =>
    name === of ||
    (unions.get(of)?.has(name) ?? false) ||
    (types.get(name)?.interfaces ?? []).some((one) => one.name.value === of);
  const added = new Map<string, FieldDefinitionNode[]>();
  const differing = new Set<string>();
  const optional = new Set<string>();
  for (const type of types.values()) {
    for (const promise of promisesOf(type, types)) {
      const { owner, field } = promise;
      const place = `${owner}.${field.name.value}`;
      const own = type.fields?.find((one) => one.name.value === field.name.value);
      if (!own) added.set(type.name.value, [...(added.get(type.name.value) ?? []), field]);
      else if (!isCovariant(own.type, nullable(field.type), isSubtype)) differing.add(place);
      else if (!isCovariant(own.type, field.type, isSubtype)) optional.add(place);
    }
  }
  if (added.size + differing.size + optional.size === 0) return document;
  for (const place of differing) {
    warnings.push(`interface ${place}: is something else in its types; left out of the interface`);
  }
  const settle = (node: Fielded): Fielded => {
    const missing = new Map((added.get(node.name.value) ?? []).map((field) => [field.name.value, field]));
    const place = (field: FieldDefinitionNode) => `${node.name.value}.${field.name.value}`;
    const fields = [...(node.fields ?? []), ...missing.values()]
      .filter((field) => !differing.has(place(field)))
      .map((field) => (optional.has(place(field)) ? { ...field, type: nullable(field.type) } : field));
    return { ...node, fields };
  };
  return visit(document, { ObjectTypeDefinition: settle, InterfaceTypeDefinition: settle });
}

function isFielded(node: DefinitionNode): node is Fielded {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

function unionMembers(document: DocumentNode): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.UNION_TYPE_DEFINITION
        ? [[node.name.value, new Set((node.types ?? []).map((type) => type.name.value))] as const]
        : [],
    ),
  );
}

interface InterfaceField {
  owner: string;
  field: FieldDefinitionNode;
}

function promisesOf(type: Fielded, types: ReadonlyMap<string, Fielded>): InterfaceField[] {
  return (type.interfaces ?? []).flatMap(({ name: { value: owner } }) =>
    (types.get(owner)?.fields ?? []).map((field) => ({ owner, field })),
  );
}

function nullable(type: TypeNode): TypeNode {
  return type.kind === Kind.NON_NULL_TYPE ? type.type : type;
}

/** GraphQL specification of October 2021, section 3.6, IsValidImplementationFieldType. */
function isCovariant(
  type: TypeNode,
  promised: TypeNode,
  isSubtype: (name: string, of: string) => boolean,
): boolean {
  if (type.kind === Kind.NON_NULL_TYPE) {
    return isCovariant(type.type, nullable(promised), isSubtype);
  }
  if (type.kind === Kind.LIST_TYPE) {
    return promised.kind === Kind.LIST_TYPE && isCovariant(type.type, promised.type, isSubtype);
  }
  return promised.kind === Kind.NAMED_TYPE && isSubtype(type.name.value, promised.name.value);
}

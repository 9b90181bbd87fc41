import { Kind, type DocumentNode, type InputValueDefinitionNode } from 'graphql';
import { wireName } from '../annotations.ts';
import type { Parameter } from './parameters.ts';
import { namedTypeOf, objectType } from '../schema-document.ts';

export interface ArgumentNamesOptions {
  document: DocumentNode;
  /** By root field. */
  parameters: ReadonlyMap<string, readonly Parameter[]>;
}

type Names = ReadonlyMap<string, string>;

/**
 * GraphQL names of an operation's arguments and of all properties of its input, by the names that the service has for
 * them. A name that stands for several is not in it. Made when an operation's are asked for, and kept.
 */
export function createArgumentNames(options: ArgumentNamesOptions): (rootField: string) => Names {
  const known = new Map<string, Names>();
  return (rootField) => {
    const found = known.get(rootField);
    if (found) return found;
    const names = namesOf(rootField, options);
    known.set(rootField, names);
    return names;
  };
}

function namesOf(rootField: string, { document, parameters }: ArgumentNamesOptions): Names {
  const rootFields = ['Query', 'Mutation'].flatMap((type) => objectType(document, type)?.fields ?? []);
  const values = rootFields.find((field) => field.name.value === rootField)?.arguments ?? [];
  const names = new Map<string, string | undefined>();
  const add = (wire: string, name: string) => {
    names.set(wire, names.has(wire) && names.get(wire) !== name ? undefined : name);
  };
  for (const value of inputsBelow(document, values)) add(wireName(value), value.name.value);
  for (const { name, argument } of parameters.get(rootField) ?? []) {
    const taken = values.find((value) => wireName(value) === argument);
    if (taken) add(name, taken.name.value);
  }
  return new Map([...names].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Arguments, and the fields of all input types that they lead to. */
function inputsBelow(
  document: DocumentNode,
  values: readonly InputValueDefinitionNode[],
): InputValueDefinitionNode[] {
  const fieldsOf = new Map<string, readonly InputValueDefinitionNode[]>();
  for (const node of document.definitions) {
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) fieldsOf.set(node.name.value, node.fields ?? []);
  }
  const all = [...values];
  // Grows while it is walked.
  for (const value of all) {
    const type = namedTypeOf(value.type);
    all.push(...(fieldsOf.get(type) ?? []));
    fieldsOf.delete(type);
  }
  return all;
}

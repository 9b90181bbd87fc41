import {
  GraphQLError,
  Kind,
  type DocumentNode,
  type InputObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { wireName } from './annotations.ts';
import { bigIntName, bigIntToWire } from './exact-integers.ts';

/** Turns an input value with GraphQL names into the value that goes on the wire. */
export type ToWire = (value: unknown) => unknown;

const asItIs: ToWire = (value) => value;

function notOne({ name, fields = [] }: InputObjectTypeDefinitionNode): GraphQLError {
  const names = fields.map((field) => field.name.value).join(', ');
  return new GraphQLError(`${name.value} takes exactly one of ${names}`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

/**
 * Compiles, for each input type, the renaming of its fields, nested and in lists. Enum values need none: graphql-js
 * hands over their internal value, which is the wire's. Of a `BigInt`, all digits are sent. A `@oneOf` type stands for the one value that is given.
 */
export function compileWireInputs(document: DocumentNode): (type: TypeNode) => ToWire {
  const definitions = new Map<string, InputObjectTypeDefinitionNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) definitions.set(node.name.value, node);
  }
  const compiled = new Map<string, ToWire>();
  const compileObject = (node: InputObjectTypeDefinitionNode): ToWire => {
    const found = compiled.get(node.name.value);
    if (found) return found;
    const fields: { name: string; wire: string; toWire: ToWire }[] = [];
    const isChoice = node.directives?.some((directive) => directive.name.value === 'oneOf') ?? false;
    const toWire: ToWire = (value) => {
      if (value === null || value === undefined) return value;
      const source = value as Record<string, unknown>;
      // Without a prototype: a property may be called `__proto__`, and `constructor` is there only when it is given.
      const result = Object.create(null) as Record<string, unknown>;
      for (const field of fields) {
        const given = Object.hasOwn(source, field.name) ? source[field.name] : undefined;
        if (given === undefined) continue;
        result[field.wire] = field.toWire(given);
      }
      if (!isChoice) return result;
      const [choice, ...others] = Object.values(result);
      if (choice === undefined || others.length > 0) throw notOne(node);
      return choice;
    };
    compiled.set(node.name.value, toWire);
    for (const field of node.fields ?? []) {
      fields.push({ name: field.name.value, wire: wireName(field), toWire: compileType(field.type) });
    }
    return toWire;
  };
  const compileType = (type: TypeNode): ToWire => {
    if (type.kind === Kind.NON_NULL_TYPE) return compileType(type.type);
    if (type.kind === Kind.LIST_TYPE) {
      const item = compileType(type.type);
      return item === asItIs ? asItIs : (value) => (Array.isArray(value) ? value.map(item) : value);
    }
    const definition = definitions.get(type.name.value);
    if (definition) return compileObject(definition);
    return type.name.value === bigIntName ? bigIntToWire : asItIs;
  };
  return compileType;
}

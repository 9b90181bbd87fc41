import {
  GraphQLError,
  Kind,
  type DocumentNode,
  type InputObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { constantsOf, isOtherProperties, wireName } from '../annotations.ts';
import { bigIntName, bigIntToWire } from '../exact-integers.ts';

/** Turns an input value with GraphQL names into the value that goes on the wire. */
export type ToWire = (value: unknown) => unknown;

const asItIs: ToWire = (value) => value;

function notOne({ name, fields = [] }: InputObjectTypeDefinitionNode): GraphQLError {
  const names = fields.map((field) => field.name.value).join(', ');
  return badInput(`${name.value} takes exactly one of ${names}`);
}

function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

interface InputField {
  name: string;
  wire: string;
  toWire: ToWire;
  /** Whether its value is an object of properties that have no field. */
  isOthers: boolean;
  /** What its value always has, where it is one of several. */
  constants: Readonly<Record<string, unknown>>;
}

/** The one value that stands in an input type of alternatives. */
function chosen(
  node: InputObjectTypeDefinitionNode,
  fields: readonly InputField[],
  source: Readonly<Record<string, unknown>>,
): unknown {
  const given = fields.filter(({ name }) => Object.hasOwn(source, name) && source[name] !== undefined);
  const [field, ...others] = given;
  if (!field || others.length > 0) throw notOne(node);
  const choice = field.toWire(source[field.name]);
  if (choice === null || choice === undefined) throw notOne(node);
  if (typeof choice !== 'object' || Array.isArray(choice)) return choice;
  return { ...field.constants, ...choice };
}

function withWireNames(
  node: InputObjectTypeDefinitionNode,
  fields: readonly InputField[],
  source: Readonly<Record<string, unknown>>,
): unknown {
  // Without a prototype: a property may be called `__proto__`, and `constructor` is there only when it is given.
  const result = Object.create(null) as Record<string, unknown>;
  for (const field of fields) {
    const given = Object.hasOwn(source, field.name) ? source[field.name] : undefined;
    if (given === undefined) continue;
    if (field.isOthers) addOthers(node, fields, given, result);
    else result[field.wire] = field.toWire(given);
  }
  return result;
}

function addOthers(
  { name }: InputObjectTypeDefinitionNode,
  fields: readonly InputField[],
  given: unknown,
  result: Record<string, unknown>,
): void {
  if (given === null) return;
  if (typeof given !== 'object' || Array.isArray(given)) {
    throw badInput(`${name.value}: other properties are given as an object`);
  }
  for (const [property, value] of Object.entries(given)) {
    const field = fields.find(({ wire, isOthers }) => wire === property && !isOthers);
    if (field) throw badInput(`${name.value}: "${property}" is the field ${field.name}`);
    result[property] = value;
  }
}

/**
 * Compiles, for each input type, the renaming of its fields, nested and in lists. Enum values need none: graphql-js
 * hands over their internal value, which is the wire's. Of a `BigInt`, all digits are sent. A `@oneOf` type stands for
 * the one value that is given, with what tells it from the others.
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
    const fields: InputField[] = [];
    const isChoice = node.directives?.some((directive) => directive.name.value === 'oneOf') ?? false;
    const toWire: ToWire = (value) => {
      if (value === null || value === undefined) return value;
      const source = value as Record<string, unknown>;
      return isChoice ? chosen(node, fields, source) : withWireNames(node, fields, source);
    };
    compiled.set(node.name.value, toWire);
    for (const field of node.fields ?? []) {
      fields.push({
        name: field.name.value,
        wire: wireName(field),
        toWire: compileType(field.type),
        isOthers: isOtherProperties(field),
        constants: constantsOf(field),
      });
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

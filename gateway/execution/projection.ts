import type { GraphQLSchema } from 'graphql';
import { generateFunction, type ShowMade } from './generated-code.ts';
import { compileLeaf, writtenAsItIs } from './leaf-value.ts';
import type { AbstractShape, LeafShape, ListShape, ObjectShape, SelectedField, Shape } from './selection.ts';

/**
 * Takes from parsed JSON what a selection asks for.
 * @returns undefined when anything is not as the schema says: the slow way then finds out what, and where
 */
export type Projection = (value: unknown) => unknown;

/** Most fields of one projection, those of all possible types counted; a larger one is not compiled. */
const fieldsMax = 2_000;

/** Whether all that is asked for is read from JSON, without a resolver of another kind anywhere below. */
export function isPlain(schema: GraphQLSchema, shape: Shape): boolean {
  return countFields(schema, shape) <= fieldsMax;
}

function countFields(schema: GraphQLSchema, shape: Shape): number {
  if (shape.kind === 'leaf') return 0;
  if (shape.kind === 'list') return countFields(schema, shape.item);
  if (shape.kind === 'abstract') {
    if (!shape.typeNameOf) return Infinity;
    return sum(schema.getPossibleTypes(shape.type), (type) => countFields(schema, shape.of(type)));
  }
  if (shape.type.isTypeOf) return Infinity;
  return sum(shape.fields(), (field) => {
    if (!field.shape) return 1;
    return field.read === undefined ? Infinity : 1 + countFields(schema, field.shape);
  });
}

function sum<T>(items: readonly T[], countOf: (item: T) => number): number {
  let count = 0;
  for (const item of items) {
    count += countOf(item);
    if (count > fieldsMax) return Infinity;
  }
  return count;
}

/**
 * Compiles a projection to JavaScript.
 * @param shape one that `isPlain`
 * @param what it projects, for people
 */
export function compileProjection(
  schema: GraphQLSchema,
  shape: Shape,
  what: string,
  show?: ShowMade,
): Projection {
  const code = createProjectionCode(schema);
  const entry = code.define([...code.statements(shape, 'value'), 'return value;']);
  const body = `${code.functions.join('\n')}\nreturn ${entry};`;
  const make = generateFunction({ what, parameters: ['values'], body }, show);
  return (make as (values: readonly unknown[]) => Projection)(code.values);
}

interface ProjectionCode {
  functions: readonly string[];
  /** What the functions find in `values`. */
  values: readonly unknown[];
  /** @returns the name of a function of `value` with these statements */
  define: (statements: readonly string[]) => string;
  /** Statements that replace a variable by what is answered for it, or return undefined. */
  statements: (shape: Shape, variable: string) => readonly string[];
}

function createProjectionCode(schema: GraphQLSchema): ProjectionCode {
  const functions: string[] = [];
  const values: unknown[] = [];
  const passIn = (value: unknown): string => `values[${values.push(value) - 1}]`;
  const define = (statements: readonly string[]): string => {
    const name = `project${functions.length}`;
    functions.push(`function ${name}(value) {\n${statements.join('\n')}\n}`);
    return name;
  };
  const converter = (shape: Shape): string => {
    if (shape.kind === 'leaf') return passIn(compileLeaf(shape.type));
    if (shape.kind === 'list') return define(listStatements(shape));
    if (shape.kind === 'object') return define(objectStatements(shape));
    return define(abstractStatements(shape));
  };
  const statements = (shape: Shape, variable: string): readonly string[] => {
    if (shape.kind === 'leaf' && shape.isWritten) return writtenStatements(shape, variable);
    const isNull = `${variable} === null || ${variable} === undefined`;
    const fails = `(${variable} = ${converter(shape)}(${variable})) === undefined`;
    const asItIs = shape.kind === 'leaf' ? writtenAsItIs(shape.type, variable) : undefined;
    const unless = asItIs === undefined ? '' : `!(${asItIs}) && `;
    if (shape.isNonNull) return [`if (${unless}(${isNull} || ${fails})) return undefined;`];
    return [`if (${isNull}) ${variable} = null;`, `else if (${unless}${fails}) return undefined;`];
  };
  const listStatements = ({ item }: ListShape) => [
    'if (!Array.isArray(value)) return undefined;',
    'const result = [];',
    'for (let index = 0; index < value.length; index++) {',
    'let item = value[index];',
    ...statements(item, 'item'),
    'result.push(item);',
    '}',
    'return result;',
  ];
  const objectStatements = ({ type, fields }: ObjectShape) => {
    const selected = fields();
    return [
      "if (typeof value !== 'object') return undefined;",
      ...selected.flatMap(({ read, shape }, index) => {
        if (!shape || !read) return [];
        const value = 'read' in read ? `${passIn(read.read)}(value)` : propertyOf(read.property);
        return [`let field${index} = ${value};`, ...statements(shape, `field${index}`)];
      }),
      `return { ${selected.map((field, index) => memberOf(field, index, type.name)).join(', ')} };`,
    ];
  };
  const abstractStatements = ({ type, typeNameOf, of }: AbstractShape) => {
    const cases = schema.getPossibleTypes(type).map((possible) => {
      return `case ${JSON.stringify(possible.name)}: return ${converter(of(possible))}(value);`;
    });
    return [`switch (${passIn(typeNameOf)}(value)) {`, ...cases, 'default: return undefined;', '}'];
  };
  return { functions, values, define, statements };
}

function writtenStatements({ isNonNull }: LeafShape, variable: string): readonly string[] {
  if (!isNonNull) return [`${variable} ??= null;`];
  return [`if (${variable} === null || ${variable} === undefined) return undefined;`];
}

function propertyOf(property: string): string {
  const quoted = JSON.stringify(property);
  const read = `value[${quoted}]`;
  return property in Object.prototype ? `Object.hasOwn(value, ${quoted}) ? ${read} : undefined` : read;
}

/** A computed name, because `__proto__` as a plain one would set the prototype. */
function memberOf({ responseName, shape }: SelectedField, index: number, typeName: string): string {
  const value = shape ? `field${index}` : JSON.stringify(typeName);
  return responseName === '__proto__'
    ? `["__proto__"]: ${value}`
    : `${JSON.stringify(responseName)}: ${value}`;
}

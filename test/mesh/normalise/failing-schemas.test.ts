import { print } from 'graphql';
import { objectType } from '../../../mesh/schema-document.ts';
import { compileRest } from '../compiled-rest.ts';

/** Schemas that Mesh gave up the whole document for. */
interface FailingCase {
  readonly id: string;
  readonly sentence: string;
  /** `components.schemas`, of which `Thing` is what is answered. */
  readonly given: string;
  /** Fields of `Thing`. */
  readonly fields: readonly string[];
  /** @default none */
  readonly warnings?: readonly string[];
  /** SDL of another type. */
  readonly also?: string;
}

const text = '{ type: string }';
const ref = (name: string) => `{ $ref: '#/components/schemas/${name}' }`;
const thing = (properties: string, more = '') =>
  `Thing: { type: object, properties: { ${properties} } ${more}}`;
const mapping = "mapping: { dog: '#/components/schemas/Thing' }";

const cases: readonly FailingCase[] = [
  {
    id: 'D1',
    sentence: 'a base whose discriminator leads back to what extends it',
    given: `Base: { type: object, required: [kind], properties: { kind: ${text} }, discriminator: { propertyName: kind, ${mapping} } }
    Thing: { type: object, required: [kind], allOf: [${ref('Base')}, { type: object, properties: { bark: ${text} } }] }`,
    fields: ['kind: String!', 'bark: String'],
  },
  {
    id: 'D2',
    sentence: 'stays an interface of the types that extend it, whether or not an operation names them',
    given: `Base: { type: object, required: [kind], properties: { kind: ${text} }, discriminator: { propertyName: kind, ${mapping.replace(' }', ", cat: '#/components/schemas/Cat' }")} } }
    Cat: { type: object, allOf: [${ref('Base')}, { type: object, properties: { meow: ${text} } }] }
    Thing: { type: object, required: [kind], allOf: [${ref('Base')}, { type: object, properties: { friend: ${ref('Base')} } }] }`,
    fields: ['kind: String!', 'friend: Base'],
    also: 'type Cat implements Base {',
  },
  {
    id: 'D3',
    sentence: 'a discriminator of a list, of a property that is not there and of what nobody extends',
    given: `${thing(`a: { type: array, items: ${text}, discriminator: { propertyName: kind } }, b: ${ref('Other')}`, ', discriminator: { propertyName: nowhere }')}
    Other: { type: object, properties: { kind: ${text} }, discriminator: { propertyName: kind } }`,
    fields: ['a: [String!]', 'b: Other'],
    also: 'type Other {\n  kind: String\n}',
  },
  {
    id: 'D4',
    sentence: 'a discriminator of alternatives that lead back to it',
    given: `${thing(`a: { type: array, items: { oneOf: [${ref('Thing')}, ${ref('Other')}], discriminator: { propertyName: kind, ${mapping} } } }`)}
    Other: { type: object, properties: { kind: ${text} } }`,
    fields: ['a: [ThingAItem]'],
  },
  {
    id: 'R1',
    sentence: 'a required name that nothing describes is taken out and told',
    given: thing(`a: ${text}`, ', required: [a, b]'),
    fields: ['a: String!'],
    warnings: ['/components/schemas/Thing/required: "b" is required but not described; lost'],
  },
  {
    id: 'R2',
    sentence: 'a part that requires what its sibling describes hands the name on',
    given: `Thing: { type: object, allOf: [${ref('Named')}, { type: object, required: [name, b], properties: { b: ${text}, other: ${ref('Named')} } }] }
    Named: { type: object, properties: { name: ${text} } }`,
    fields: ['name: String!', 'b: String!', 'other: Named'],
    also: 'type Named {\n  name: String\n}',
  },
  {
    id: 'R3',
    sentence: 'so does one that stands elsewhere, and one in a part of a part',
    given: `Thing: { type: object, allOf: [${ref('Strict')}, { allOf: [{ type: object, properties: { name: ${text} } }] }] }
    Strict: { type: object, required: [name], properties: { a: ${text} } }`,
    fields: ['a: String', 'name: String!'],
  },
  {
    id: 'R4',
    sentence: 'what may be null is not required, wherever it is described',
    given: `Thing: { type: object, required: [name], allOf: [${ref('Named')}] }
    Named: { type: object, required: [name], properties: { name: { type: [string, 'null'] } } }`,
    fields: ['name: String'],
  },
  {
    id: 'R6',
    sentence: 'so are those that require what stands beside them',
    given: thing(
      `a: { type: object, properties: { x: ${text} }, oneOf: [{ type: object, properties: { y: ${text} }, required: [x, y] }] }`,
    ),
    fields: ['a: ThingA'],
  },
  {
    id: 'R7',
    sentence: 'a part that only requires does not keep the whole from being an object',
    given: `Thing: { type: object, allOf: [${ref('Named')}, { required: [name] }] }
    Named: { type: object, properties: { name: ${text} } }`,
    fields: ['name: String!'],
  },
  {
    id: 'R5',
    sentence: 'alternatives that only require are no loss',
    given: thing(
      `a: { type: object, properties: { x: ${text} }, anyOf: [{ required: [x] }, { required: [y] }] }`,
    ),
    fields: ['a: ThingA'],
  },
  {
    id: 'U1',
    sentence: 'alternatives of strings and their constants are a string',
    given: `${thing(`a: { anyOf: [${ref('Voice')}, ${text}] }`)}
    Voice: { anyOf: [${text}, { type: string, enum: [alloy, echo] }] }`,
    fields: ['a: String'],
  },
  {
    id: 'U2',
    sentence: 'alternatives of enums are one, and null is none',
    given: thing("a: { oneOf: [{ type: string, enum: [x, y] }, { const: z }, { type: 'null' }] }"),
    fields: ['a: ThingA'],
    also: 'enum ThingA {\n  X\n  Y\n  Z\n}',
  },
  {
    id: 'U3',
    sentence: 'numbers are one type, and scalars that have nothing in common any JSON',
    given: thing(
      `a: { anyOf: [{ type: integer }, { type: number }] }, b: { anyOf: [${text}, { type: integer }] }, c: { anyOf: [{ type: string, format: date }, { type: string, format: date-time }] }`,
    ),
    fields: ['a: Float', 'b: JSON', 'c: String'],
    warnings: ['/components/schemas/Thing/properties/b: is integer or string, but any JSON in answers'],
  },
  {
    id: 'A1',
    sentence: 'alternatives beside properties are properties, required where all require them',
    given: thing(
      `a: ${text}`,
      `, oneOf: [{ type: object, required: [b, c], properties: { b: ${text}, c: ${text} } }, { type: object, required: [b], properties: { b: ${text}, d: ${text} } }]`,
    ),
    fields: ['a: String', 'b: String!', 'c: String', 'd: String'],
  },
  {
    id: 'A2',
    sentence: 'so are those in a part of an allOf',
    given: `Thing: { allOf: [{ oneOf: [{ type: object, required: [b], properties: { b: ${text} } }, { type: object, properties: { c: ${text} } }] }, { type: object, properties: { a: ${text} } }] }`,
    fields: ['a: String', 'b: String', 'c: String'],
  },
  {
    id: 'A3',
    sentence: 'objects of an anyOf are one object of which nothing is required that only one requires',
    given: `Thing: { anyOf: [{ type: object, required: [a, b], properties: { a: ${text}, b: ${text} } }, { type: object, required: [a], properties: { a: ${text} } }] }`,
    fields: ['a: String!', 'b: String'],
  },
  {
    id: 'A4',
    sentence: 'lists of one kind or another are one list, also where null may stand',
    given: thing(
      `a: { oneOf: [{ type: array, items: ${text} }, { type: array, items: { enum: [x] } }] }, b: { anyOf: [{ type: array, items: ${ref('Other')} }, { type: 'null' }] }`,
      `, required: [a, b]}
    Other: { type: object, properties: { kind: ${text} } `,
    ),
    fields: ['a: [String!]!', 'b: [Other!]'],
  },
  {
    id: 'A5',
    sentence: 'a list that two parts describe is a list of what both describe',
    given: `Thing: { allOf: [{ type: object, properties: { a: { type: array, items: { type: object } } } }, { type: object, properties: { a: { type: array, items: ${ref('Other')} } } }] }
    Other: { type: object, properties: { kind: ${text} } }`,
    fields: ['a: [ThingAItem!]'],
    also: 'type ThingAItem {\n  kind: String\n}',
  },
  {
    id: 'A6',
    sentence: 'allOf of one reference is the reference, whether a scalar, an enum or an object',
    given: `${thing(`a: { allOf: [${ref('Word')}], description: One }, b: { allOf: [${ref('Other')}], nullable: true }, c: { allOf: [${ref('Choice')}] }`, ', required: [a, b, c]')}
    Word: ${text}
    Choice: { type: string, enum: [x, y] }
    Other: { type: object, properties: { kind: ${text} } }`,
    fields: ['a: String!', 'b: Other', 'c: Choice!'],
  },
  {
    id: 'A7',
    sentence: 'an allOf without a type is an object that requires what it says',
    given: `Thing: { required: [a], allOf: [{ properties: { a: ${text} } }, { properties: { b: ${text} } }] }`,
    fields: ['a: String!', 'b: String'],
  },
  {
    id: 'A8',
    sentence: 'a part that names values says more than one that names a type',
    given: `Thing: { allOf: [{ type: object, properties: { a: ${text}, b: { enum: [x] } } }, { type: object, properties: { a: { enum: [x, y] }, b: { enum: [y] } } }] }`,
    fields: ['a: ThingA', 'b: ThingB'],
    also: 'enum ThingB {\n  X\n  Y\n}',
  },
  {
    id: 'A9',
    sentence: 'alternatives that call different things the same are a union of wholes',
    given: `${thing(`a: ${ref('Part')}`)}
    Part: { type: object, properties: { id: ${text} }, oneOf: [{ type: object, properties: { x: { type: integer } } }, { type: object, properties: { x: ${ref('Other')} } }] }
    Other: { type: object, properties: { kind: ${text} } }`,
    fields: ['a: Part'],
    also: 'type PartOption2 {\n  id: String\n  x: Other\n}',
  },
  {
    id: 'A10',
    sentence: 'what a subtype requires of its base is required',
    given: `Base: { type: object, properties: { kind: ${text}, name: ${text} }, discriminator: { propertyName: kind, mapping: { thing: Thing } } }
    Thing: { type: object, required: [name], allOf: [${ref('Base')}] }`,
    fields: ['kind: String', 'name: String!'],
  },
  {
    id: 'A11',
    sentence: 'a property that is false is never there',
    given: thing(`a: ${text}, b: false, c: { oneOf: [${text}, false] }`, ', required: [a, b]'),
    fields: ['a: String!', 'c: String'],
  },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', async (_id, _sentence, row) => {
  const rest = await compileRest({
    document: `
paths:
  /thing: { get: { operationId: thing, responses: { '200': { content: { application/json: { schema: ${ref('Thing')} } } } } } }
components:
  schemas:
    ${row.given}`,
  });
  const { typeDefs, warnings } = rest.subgraph;
  await rest.close();
  const fields = objectType(typeDefs, 'Thing')?.fields ?? [];
  expect(fields.map((field) => `${field.name.value}: ${print(field.type)}`)).toEqual(row.fields);
  expect(warnings).toEqual(row.warnings ?? []);
  expect(print(typeDefs)).toContain(row.also ?? '');
});

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
    fields: ['a: [String]', 'b: Other'],
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

import { buildSchema, isEnumType, isInputObjectType, isObjectType, type GraphQLSchema } from 'graphql';
import { composeSupergraph } from '../../../mesh/federation/compose.ts';
import { compileRest, plain, type CompiledRest } from '../compiled-rest.ts';
import { json } from '../recording-service.ts';

const text = '{ type: string }';
const document = `
paths:
  /things:
    get:
      operationId: listThings
      deprecated: true
      description: Lists them. Deprecated since 2024, use searchThings instead.
      parameters:
        - { name: tags, in: query, schema: { type: array, items: ${text} } }
        - { name: old_tag, in: query, deprecated: true, schema: ${text} }
        - { name: shop, in: query, required: true, deprecated: true, schema: ${text} }
      responses: { '200': { content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Thing' } } } } } }
    post:
      operationId: createThing
      requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } }
      responses: { '201': { content: { application/json: { schema: { $ref: '#/components/schemas/Thing' } } } } }
  /groups:
    get:
      operationId: listGroups
      responses: { '200': { content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Group' } } } } } }
components:
  schemas:
    Group: { type: object, nullable: true, properties: { id: ${text} } }
    Old: { type: object, deprecated: true, properties: { id: ${text} } }
    Size: { type: string, enum: [small, extra-large], x-enum-descriptions: [Fits a letter., Needs a van.] }
    Base: { type: object, properties: { inherited: { type: array, items: ${text} } } }
    Thing:
      allOf: [{ $ref: '#/components/schemas/Base' }]
      type: object
      required: [names, key]
      properties:
        key: { type: string, deprecated: true }
        names: { type: array, items: ${text} }
        notes: { type: array, items: { type: [string, 'null'] } }
        hints: { type: array, items: { type: string, nullable: true } }
        lines: { type: array, items: { anyOf: [${text}, { type: 'null' }] } }
        grid: { type: array, items: { type: array, items: { type: integer } } }
        parts: { type: array, items: { $ref: '#/components/schemas/Thing' } }
        groups: { type: array, items: { $ref: '#/components/schemas/Group' } }
        sizes: { type: array, items: { $ref: '#/components/schemas/Size' } }
        dates: { type: array, items: { type: string, format: date } }
        any: { type: array, items: {} }
        old_name: { type: string, deprecated: true, description: 'Its name. Use names instead.' }
        old: { $ref: '#/components/schemas/Old' }`;

let rest: CompiledRest;
let composed: GraphQLSchema;
beforeAll(async () => {
  rest = await compileRest({ document });
  composed = buildSchema(composeSupergraph([rest.subgraph]).sdl, { assumeValidSDL: true });
});
afterAll(() => rest.close());

/** A field or argument of the composed schema, its type, and why it is deprecated. */
const cases: readonly (readonly [string, string, string | undefined])[] = [
  ['Query.things', '[Thing!]', 'Deprecated since 2024, use searchThings instead.'],
  ['Query.things.tags', '[String!]', undefined],
  ['Query.things.oldTag', 'String', 'Deprecated by the service.'],
  ['Query.things.shop', 'String!', undefined],
  ['Query.groups', '[Group]', undefined],
  ['Thing.inherited', '[String!]', undefined],
  ['Thing.names', '[String!]!', undefined],
  ['Thing.notes', '[String]', undefined],
  ['Thing.hints', '[String]', undefined],
  ['Thing.lines', '[String]', undefined],
  ['Thing.grid', '[[Int!]!]', undefined],
  ['Thing.parts', '[Thing!]', undefined],
  ['Thing.groups', '[Group]', undefined],
  // A value or a date that the document does not know is an error at its item alone.
  ['Thing.sizes', '[Size]', undefined],
  ['Thing.dates', '[Date]', undefined],
  ['Thing.any', '[JSON]', undefined],
  ['Thing.key', 'String!', 'Deprecated by the service.'],
  ['Thing.oldName', 'String', 'Use names instead.'],
  ['Thing.old', 'Old', 'Deprecated by the service.'],
  ['ThingInput.names', '[String!]!', undefined],
  ['ThingInput.notes', '[String]', undefined],
  ['ThingInput.parts', '[ThingInput!]', undefined],
  ['ThingInput.sizes', '[Size!]', undefined],
  ['ThingInput.dates', '[Date!]', undefined],
  // What is required can't be deprecated.
  ['ThingInput.key', 'String!', undefined],
  ['ThingInput.oldName', 'String', 'Use names instead.'],
];

function at(place: string) {
  const [type = '', name = '', argument] = place.split('.');
  const found = composed.getType(type);
  const field = isObjectType(found) || isInputObjectType(found) ? found.getFields()[name] : undefined;
  if (argument === undefined) return field;
  return field && 'args' in field ? field.args.find((candidate) => candidate.name === argument) : undefined;
}

test.each(cases)('%s is %s in the supergraph, deprecated: %s', (place, type, deprecation) => {
  expect(String(at(place)?.type)).toBe(type);
  expect(at(place)?.deprecationReason ?? undefined).toBe(deprecation);
});

test('values of an enum have their descriptions', () => {
  const size = composed.getType('Size');
  const values = isEnumType(size) ? size.getValues() : [];
  expect(values.map(({ name, description }) => [name, description])).toEqual([
    ['SMALL', 'Fits a letter.'],
    ['EXTRA_LARGE', 'Needs a van.'],
  ]);
});

test('an item that the service should not have answered takes only its own list', async () => {
  rest.service.answer = json([{ key: 'a', names: ['b'], grid: [[1, null]], sizes: ['small', 'huge'] }]);
  const result = plain(await rest.run('{ things(shop: "s") { names grid sizes } }'));
  expect(result.data).toEqual({ things: [{ names: ['b'], grid: null, sizes: ['SMALL', null] }] });
  expect(result.errors).toHaveLength(2);
});

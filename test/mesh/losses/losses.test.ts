import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Kind, print, visit, type DocumentNode } from 'graphql';
import { tellLosses } from '../../../mesh/losses/losses.ts';
import { nameForGraphQL } from '../../../mesh/naming/naming.ts';
import { normalise } from '../../../mesh/normalise/normalise.ts';
import { parseOpenApiDocument } from '../../../mesh/document/parse-document.ts';
import { parametersByOperation } from '../../../mesh/rest/parameters.ts';
import { wrapWithMesh } from '../../../mesh/wrap/wrap.ts';
import { compileRest } from '../compiled-rest.ts';

/** What GraphQL can't have, and what is told of it. */
interface LossCase {
  readonly id: string;
  readonly sentence: string;
  /** Schema of what `GET /thing` answers. */
  readonly answer: string;
  /** Components besides. */
  readonly given?: string;
  /** Below the schema of the answer unless they begin with `/`. */
  readonly warnings: readonly string[];
}

const text = '{ type: string }';
const ref = (name: string) => `{ $ref: '#/components/schemas/${name}' }`;
const object = (properties: string, more = '') => `{ type: object, properties: { ${properties} } ${more}}`;
const components = '/components/schemas';

const cases: readonly LossCase[] = [
  {
    id: 'L1',
    sentence: 'scalars that have no type in common',
    answer: object(`a: { anyOf: [${text}, { type: integer }] }`),
    warnings: ['/properties/a: is integer or string, but any JSON in answers'],
  },
  {
    id: 'L2',
    sentence: 'so are several types in one list of types',
    answer: object('a: { type: [string, boolean] }'),
    warnings: ['/properties/a: is boolean or string, but any JSON in answers'],
  },
  {
    id: 'L3',
    sentence: 'an object or a text',
    answer: object(`a: { oneOf: [${object(`b: ${text}`)}, ${text}] }`),
    warnings: ['/properties/a/oneOf: a scalar is among the alternatives; answers are any JSON'],
  },
  {
    id: 'L4',
    sentence: 'a list or one of its items',
    answer: object(`a: { oneOf: [{ type: array, items: ${text} }, ${text}] }`),
    warnings: ['/properties/a/oneOf: a list is among the alternatives; any JSON'],
  },
  {
    id: 'L5',
    sentence: 'a map of objects',
    answer: object(`a: { type: object, additionalProperties: ${object(`b: ${text}`)} }`),
    warnings: ['/properties/a: is a map of what is an object with properties, but any JSON in answers'],
  },
  {
    id: 'L6',
    sentence: 'a map of texts is what it is, and so are a free object and a schema that says nothing',
    answer: object(
      `a: { type: object, additionalProperties: ${text} }, b: { type: object }, c: {}, d: { description: Any }`,
    ),
    warnings: [],
  },
  {
    id: 'L7',
    sentence: 'a component is told once, whatever refers to it',
    answer: object(`a: ${ref('Other')}, b: { type: array, items: ${ref('Other')} }`),
    given: `Other: ${object(`c: { type: [string, integer] }`)}`,
    warnings: [`${components}/Other/properties/c: is integer or string, but any JSON in answers`],
  },
  {
    id: 'L8',
    sentence:
      'null is no alternative, one enum of several is one, and objects of one kind or another are a union',
    answer: object(
      `a: { anyOf: [${text}, { type: 'null' }] }, b: { oneOf: [{ enum: [x] }, { enum: [y, z] }] }, c: { oneOf: [${object(`d: ${text}`)}, ${object(`e: ${text}`)}] }`,
    ),
    warnings: [],
  },
  {
    id: 'L9',
    sentence: 'a schema that leads back to itself ends',
    answer: ref('Node'),
    given: `Node: ${object(`next: ${ref('Node')}, all: { type: array, items: ${ref('Node')} }, a: { type: [string, integer] }`)}`,
    warnings: [`${components}/Node/properties/a: is integer or string, but any JSON in answers`],
  },
  {
    id: 'L10',
    sentence: 'what another warning has told is not told again',
    answer: object(`a-b: ${text}, a_b: ${text}`),
    warnings: ['/properties/a-b: lost, because GraphQL can not tell it from "a_b"'],
  },
];

const schemaPlace = '/paths/~1thing/get/responses/200/content/application~1json/schema';

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', async (_id, _sentence, row) => {
  const rest = await compileRest({
    document: `
paths:
  /thing: { get: { operationId: thing, responses: { '200': { content: { application/json: { schema: ${row.answer} } } } } } }
components: { schemas: { Unused: ${text}, ${row.given ?? ''} } }`,
  });
  await rest.close();
  const expected = row.warnings.map((warning) =>
    warning.startsWith('/components') ? warning : `${schemaPlace}${warning}`,
  );
  expect(rest.subgraph.warnings).toEqual(expected);
});

test('of what goes both ways, both are told in one warning', async () => {
  const body = `content: { application/json: { schema: ${ref('Thing')} } }`;
  const rest = await compileRest({
    document: `
paths:
  /thing: { post: { operationId: make, requestBody: { ${body} }, responses: { '200': { ${body} } } } }
components: { schemas: { Thing: ${object('a: { type: [string, integer] }')} } }`,
  });
  await rest.close();
  expect(rest.subgraph.warnings).toEqual([
    `${components}/Thing/properties/a: is integer or string, but any JSON in answers and requests`,
  ]);
});

test('payloads of events are looked at like answers', async () => {
  const rest = await compileRest({
    document: `
paths: { /a: { get: { operationId: a, responses: { '200': { content: { application/json: { schema: ${text} } } } } } } }
webhooks: { paid: { post: { requestBody: { content: { application/json: { schema: ${object('a: { type: [string, integer] }')} } } } } } }`,
  });
  await rest.close();
  expect(rest.subgraph.warnings).toEqual([
    '/webhooks/paid/post/requestBody/content/application~1json/schema/properties/a: is integer or string, but any JSON in answers',
  ]);
});

/** Everything that a schema of a whole document has: what one of these takes away must be told. */
test('whatever is taken out of the schema of a document is told', async () => {
  const file = new URL('../../fixtures/museum/openapi.yaml', import.meta.url);
  const document = parseOpenApiDocument(readFileSync(file, 'utf8'), 'museum');
  const normalised = normalise(document, 'museum');
  const parameters = parametersByOperation(normalised.document);
  const named = nameForGraphQL({
    wrapped: await wrapWithMesh('museum', normalised),
    config: { naming: 'graphql', prefix: '', entities: {} },
    operationIds: new Map(),
    parameters,
    renames: new Map(),
  });
  const told = (changed: DocumentNode) =>
    tellLosses({ document, normalised, named: { ...named, document: changed } }).warnings;
  expect(told(named.document)).toEqual([]);
  const changes = oneTakenOut(named.document);
  expect(changes.length).toBeGreaterThan(40);
  expect(changes.filter(([, changed]) => told(changed).length === 0).map(([what]) => what)).toEqual([]);
});

/** The document without one field, argument, input field or enum value, for each of them. */
function oneTakenOut(document: DocumentNode): readonly (readonly [string, DocumentNode])[] {
  const nodes: object[] = [];
  visit(document, {
    FieldDefinition: (node) => void nodes.push(node),
    InputValueDefinition: (node) => void nodes.push(node),
    EnumValueDefinition: (node) => void nodes.push(node),
  });
  return nodes.map((taken) => {
    const drop = (node: object) => (node === taken ? null : undefined);
    const changed = visit(document, {
      [Kind.FIELD_DEFINITION]: drop,
      [Kind.INPUT_VALUE_DEFINITION]: drop,
      [Kind.ENUM_VALUE_DEFINITION]: drop,
    });
    return [print(taken as never), changed];
  });
}

/** What is said of two folders that use one name for two things. */
import { nameCollisions } from '../../../mesh/federation/name-collisions.ts';
import { loadSubgraphs } from '../../../mesh/load-subgraphs.ts';
import { rest } from '../config/subgraph-problems.ts';
import { smallConfig, writeSubgraphFolders } from '../subgraph-folders.ts';

interface CollisionCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: Readonly<Record<string, string>>;
  /** The messages, without the path of the folder of subgraphs. */
  readonly expected: readonly string[];
}

/** What a document has besides. */
interface More {
  readonly paths?: object;
  readonly webhooks?: object;
  readonly schemas?: object;
}

type Schemas = Readonly<Record<string, object>>;

const text = { type: 'string' };
const number = { type: 'number' };
const object = (properties: object) => ({ type: 'object', properties });
const reference = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ content: { 'application/json': { schema } } });

/** A service with one operation, which answers an object of its own that holds all of `schemas`. */
function service(name: string, schemas: Schemas, more: More = {}): string {
  const holder = object(
    Object.fromEntries(Object.keys(schemas).map((key) => [key.toLowerCase(), reference(key)])),
  );
  return JSON.stringify({
    openapi: '3.1.0',
    info: { title: name, version: '1' },
    paths: {
      [`/${name}`]: {
        get: {
          operationId: `get-${name}`,
          responses: { 200: { description: '', ...json(reference(`${name}-holder`)) } },
        },
      },
      ...more.paths,
    },
    ...(more.webhooks && { webhooks: more.webhooks }),
    components: { schemas: { [`${name}-holder`]: holder, ...schemas, ...more.schemas } },
  });
}

const folder = (name: string, schemas: Schemas, more: More = {}, ...config: string[]) =>
  rest(name, [smallConfig.trim(), ...config].join('\n'), service(name, schemas, more));
const code = (name: string, schema: string) => ({
  [`${name}/schema.graphql`]: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n${schema}`,
  [`${name}/resolvers.ts`]: 'export default {};',
});

const get = (operationId: string, schema: object, parameters: object[] = []) => ({
  get: { operationId, parameters, responses: { 200: { description: '', ...json(schema) } } },
});
const takes = (operationId: string, schema: object) => ({
  post: { operationId, requestBody: json(schema), responses: { 200: { description: '', ...json(text) } } },
});
const byId = [{ name: 'id', in: 'path', required: true, schema: text }];
const status = { paths: { '/status': get('status', text) } };
const orders = { paths: { '/orders/{id}': get('getOrderById', reference('Order'), byId) } };
const entity = 'entities: { Order: { key: id, resolve: { operation: getOrderById, argument: id } } }';
const tenTypes = (properties: object) =>
  Object.fromEntries('ABCDEFGHIJ'.split('').map((name) => [`Type${name}`, object(properties)]));
const drafts = (Draft: object) => ({
  paths: { '/drafts': takes('newDraft', reference('Draft')) },
  schemas: { Draft },
});
const payload = (schemas: Schemas) => ({
  webhooks: { [Object.keys(schemas).join('-')]: { post: { requestBody: json(reference('Moved')) } } },
});
const inlinePayload = (event: string) => ({
  webhooks: { [event]: { post: { requestBody: json(object({ [event]: text })) } } },
});
const add = (name: string, prefix: string) => `add "prefix: ${prefix}" to /${name}/subgraph.yaml`;
const both = '/a/openapi.yaml and /b/openapi.yaml both have';

const cases: readonly CollisionCase[] = [
  {
    id: 'C1',
    sentence: 'two addresses with different fields',
    given: {
      ...folder('a', { Address: object({ city: text }) }),
      ...folder('b', { Address: object({ street: text }) }),
    },
    expected: [`${both} a type Address with different fields: ${add('b', 'B')}`],
  },
  {
    id: 'C2',
    sentence: 'two addresses with the same fields: one service may change its own',
    given: {
      ...folder('a', { Address: object({ city: text }) }),
      ...folder('b', { Address: object({ city: text }) }),
    },
    expected: [`${both} a type Address with the same fields: ${add('b', 'B')}`],
  },
  {
    id: 'C3',
    sentence: 'two enums with different values, which composition would merge',
    given: {
      ...folder('a', { Status: { ...text, enum: ['open', 'closed'] } }),
      ...folder('b', { Status: { ...text, enum: ['paid', 'due'] } }),
    },
    expected: [`${both} a type Status with different values: ${add('b', 'B')}`],
  },
  {
    id: 'C4',
    sentence: 'two enums with the same values are one',
    given: {
      ...folder('a', { Currency: { ...text, enum: ['EUR', 'USD'] } }),
      ...folder('b', { Currency: { ...text, enum: ['USD', 'EUR'] } }),
    },
    expected: [],
  },
  {
    id: 'C5',
    sentence: 'two inputs with different fields, of which composition would keep the common ones',
    given: {
      ...folder('a', {}, drafts(object({ a: text }))),
      ...folder('b', {}, drafts(object({ b: text }))),
    },
    expected: [
      `${both} a type DraftInput with different fields and the root field Mutation.newDraft: ${add('b', 'B')}`,
    ],
  },
  {
    id: 'C6',
    sentence: 'an enum and an object',
    given: {
      ...folder('a', { State: { ...text, enum: ['x', 'y'] } }),
      ...folder('b', { State: object({ x: text }) }),
    },
    expected: [`${both} a type State, enum and object: ${add('b', 'B')}`],
  },
  {
    id: 'C7',
    sentence: 'a root field that both have',
    given: { ...folder('a', {}, status), ...folder('b', {}, status) },
    expected: [`${both} the root field Query.status: ${add('b', 'B')}`],
  },
  {
    id: 'C8',
    sentence: 'a root field that one of them was given by name, where a prefix does not help',
    given: {
      ...folder('a', {}, status),
      ...folder('b', {}, {}, 'operations: { rename: { get-b: status } }'),
    },
    expected: [
      `${both} the root field Query.status: call status otherwise in operations.rename of /b/subgraph.yaml`,
    ],
  },
  {
    id: 'C9',
    sentence: 'many types and a root field are one message',
    given: {
      ...folder('a', tenTypes({ x: text }), status),
      ...folder('b', tenTypes({ y: text }), status),
    },
    expected: [
      `${both} the types TypeA, TypeB, TypeC, TypeD, TypeE, TypeF, TypeG, TypeH and 2 more and the root field Query.status: ${add('b', 'B')}`,
    ],
  },
  {
    id: 'C10',
    sentence: 'an entity of one and a plain type of the other: a prefix goes to the one where it is none',
    given: {
      ...folder('a', { Order: object({ id: text, total: number }) }),
      ...folder('b', { Order: object({ id: text, total: number }) }, orders, entity),
    },
    expected: [`${both} a type Order: ${add('a', 'A')}`],
  },
  {
    id: 'C11',
    sentence: 'an entity of which both answer the same field',
    given: {
      ...folder('a', { Order: object({ id: text, total: number }) }, orders, entity, 'prefix: Old'),
      ...folder('b', { Order: object({ id: text, total: number }) }, orders, entity),
    },
    expected: [
      `${both} a type Order: take Order out of the entities of /b/subgraph.yaml (one service answers a field of an entity) and ${add('b', 'B')}`,
    ],
  },
  {
    id: 'C12',
    sentence: 'an entity that others link to and add fields to is no collision',
    given: {
      ...folder('a', { Order: object({ id: text, total: number }) }, orders, entity),
      ...folder(
        'b',
        { Bill: object({ orderId: text }) },
        {},
        'links: { Bill.order: { entity: Order, key: { id: orderId } } }',
      ),
      ...code('c', 'type Order @key(fields: "id") { id: ID! points: Int }'),
    },
    expected: [],
  },
  {
    id: 'C13',
    sentence: 'a prefix that is there already and does not tell them apart',
    given: {
      ...folder('a', { BAddress: object({ city: text }) }),
      ...folder('b', { Address: object({ city: text }) }, {}, 'prefix: B'),
    },
    expected: [`${both} a type BAddress with the same fields: ${add('b', 'BApi')}`],
  },
  {
    id: 'C14',
    sentence: 'a code folder has no prefix: the other one gets it',
    given: {
      ...folder('a', { Address: object({ city: text }) }),
      ...code('b', 'type Query { home: Address } type Address { street: String }'),
    },
    expected: [
      '/a/openapi.yaml and /b/schema.graphql both have a type Address with different fields: ' +
        add('a', 'A'),
    ],
  },
  {
    id: 'C15',
    sentence: 'what two code folders share is theirs to say',
    given: {
      ...code('a', 'type Query { a: Money } type Money @shareable { amount: Int }'),
      ...code('b', 'type Query { b: Money } type Money @shareable { amount: Int }'),
    },
    expected: [],
  },
  {
    id: 'C16',
    sentence: 'types that only payloads have',
    given: {
      ...folder(
        'a',
        { Moved: object({ to: text }) },
        payload({ A: {} }),
        'webhooks: { A: { verify: { scheme: none } } }',
        'operations: { exclude: [get-a] }',
      ),
      ...folder(
        'b',
        { Moved: object({ from: text }) },
        payload({ B: {} }),
        'webhooks: { B: { verify: { scheme: none } } }',
        'operations: { exclude: [get-b] }',
      ),
      ...code('c', 'type Query { c: Int }'),
    },
    expected: [`${both} a type Moved with different fields: ${add('b', 'B')}`],
  },
  {
    id: 'C17',
    sentence: 'each pair is told',
    given: {
      ...folder('a', { Address: object({ city: text }) }),
      ...folder('b', { Address: object({ street: text }) }),
      ...folder('c', { Address: object({ zip: text }) }),
    },
    expected: [
      `${both} a type Address with different fields: ${add('b', 'B')}`,
      `/a/openapi.yaml and /c/openapi.yaml both have a type Address with different fields: ${add('c', 'C')}`,
      `/b/openapi.yaml and /c/openapi.yaml both have a type Address with different fields: ${add('c', 'C')}`,
    ],
  },
  {
    id: 'C18',
    sentence: 'an entity, and a type of its name without any of its fields',
    given: {
      ...folder('a', { Order: object({ id: text, total: number }) }, orders, entity),
      ...folder('b', { Order: object({ direction: text }) }),
    },
    expected: [`${both} a type Order: ${add('b', 'B')}`],
  },
  {
    id: 'C19',
    sentence: 'payloads without a name are called after their events, so those of two services differ',
    given: {
      ...folder('a', {}, inlinePayload('moved'), 'webhooks: { moved: { verify: { scheme: none } } }'),
      ...folder('b', {}, inlinePayload('sent.off'), 'webhooks: { sent.off: { verify: { scheme: none } } }'),
    },
    expected: [],
  },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))(
  '%s: %s',
  async (_id, _sentence, { given, expected }) => {
    const folders = await writeSubgraphFolders(given);
    try {
      const { subgraphs, problems } = await loadSubgraphs({ dir: folders.dir, env: {} });
      await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
      expect(problems).toEqual([]);
      const told = (list: typeof subgraphs) =>
        nameCollisions(list).map(({ message }) => message.replaceAll(folders.place, ''));
      expect(told(subgraphs)).toEqual(expected);
      expect(told(subgraphs.toReversed()).toSorted()).toEqual(expected.toSorted());
    } finally {
      await folders.remove();
    }
  },
);

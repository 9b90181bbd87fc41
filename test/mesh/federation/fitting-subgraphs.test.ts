import { composeSupergraph, CompositionError } from '../../../mesh/federation/compose.ts';
import { loadSubgraphs } from '../../../mesh/load-subgraphs.ts';
import { rest } from '../config/subgraph-problems.ts';
import { smallConfig, smallDocument, writeSubgraphFolders } from '../subgraph-folders.ts';

/** Folders together: which are served, and why the others are not. */
interface FitCase {
  readonly id: string;
  readonly sentence: string;
  readonly given: Readonly<Record<string, string>>;
  readonly served: readonly string[];
  /** Folder to its reason, without the path of the folder of subgraphs. */
  readonly problems: Readonly<Record<string, unknown>>;
}

const unsigned = 'verify: { scheme: none }';
const orderCreated = `webhooks: { orderCreated: { ${unsigned} } }`;
const entity = 'entities: { Order: { key: id, resolve: { operation: getOrder } } }';
const link = (place: string, key: string) =>
  `links: { ${place}: { entity: Order, key: { ${key}: customerId } } }`;

/** The small document with types and operations of another name, and the same event. */
const documentOf = (name: string) =>
  smallDocument.replaceAll('Order', name).replaceAll('Address', `${name}Address`);
const folder = (name: string, document: string, ...config: string[]) =>
  rest(name, [smallConfig.trim(), ...config].join('\n'), document);
const code = (name: string, schema: string) => ({
  [`${name}/schema.graphql`]: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])\n${schema}`,
  [`${name}/resolvers.ts`]: 'export default {};',
});
const onlyWebhooks = (paths: string) =>
  documentOf('Parcel').replace(/^paths:[^]*(?=^webhooks:)/m, paths === '' ? '' : `${paths}\n`);

const cases: readonly FitCase[] = [
  {
    id: 'T0',
    sentence: 'a folder with webhooks only is served alone',
    given: folder('a', onlyWebhooks('paths: {}'), orderCreated),
    served: ['a', 'events'],
    problems: {},
  },
  {
    id: 'T1',
    sentence: 'folders that fit are all served',
    given: { ...folder('a', documentOf('Ticket')), ...folder('b', documentOf('Order'), orderCreated) },
    served: ['a', 'b', 'events'],
    problems: {},
  },
  {
    id: 'T2',
    sentence: 'of two folders with the same subscription field the first by name is served',
    given: {
      ...folder('a', documentOf('Ticket'), orderCreated),
      ...folder('b', documentOf('Order'), 'naming: graphql', orderCreated),
      ...folder('c', documentOf('Parcel')),
    },
    served: ['a', 'c', 'events'],
    problems: {
      b: '/a/openapi.yaml and /b/openapi.yaml both have the root field Subscription.orderCreated: add "prefix: B" to /b/subgraph.yaml',
    },
  },
  {
    id: 'T3',
    sentence: 'of two folders with the same types the first by name is served, and what to do is told',
    given: { ...folder('a', documentOf('Order')), ...folder('b', documentOf('Order')) },
    served: ['a'],
    problems: {
      b: '/a/openapi.yaml and /b/openapi.yaml both have the types Order, OrderAddress and the root fields Query.order, Query.orders: add "prefix: B" to /b/subgraph.yaml',
    },
  },
  {
    id: 'T4',
    sentence:
      'a link by what is no key leaves out the folder that links, not the owner or those that link right',
    given: {
      ...folder('billing', documentOf('Bill'), link('Bill.order', 'number')),
      ...folder('orders', documentOf('Order'), entity),
      ...folder('payments', documentOf('Payment'), link('Payment.order', 'id')),
    },
    served: ['orders', 'payments'],
    problems: { billing: '/billing/subgraph.yaml:2: links.Bill.order.key: the key of Order is "id"' },
  },
  {
    id: 'T5',
    sentence: 'a webhook that can not be typed leaves out its folder alone',
    given: {
      ...folder('a', documentOf('Ticket'), `webhooks: { orderCreated: { entity: Nothing, ${unsigned} } }`),
      ...folder('b', documentOf('Order'), orderCreated),
    },
    served: ['b', 'events'],
    problems: {
      a: '/a/subgraph.yaml:2: webhooks.orderCreated.entity: Nothing is not one of the entities of this subgraph',
    },
  },
  {
    id: 'T6',
    sentence: 'a code folder that needs what nobody has is left out, wherever its name stands',
    given: {
      ...code(
        'a',
        'extend type Order @key(fields: "id") { id: ID! @external weight: Int @external cost: Int @requires(fields: "weight") }',
      ),
      ...folder('orders', documentOf('Order'), entity),
    },
    served: ['orders'],
    problems: {
      a: expect.stringMatching(
        /^does not fit the other subgraphs:\n {2}- Field "Order.weight" is marked @external/,
      ),
    },
  },
  {
    id: 'T7',
    sentence:
      'one that fits neither of two that fit each other is left out, although it is the first by name',
    given: {
      ...folder('a', documentOf('Order').replaceAll('total', 'sum').replaceAll('customerId', 'payerId')),
      ...folder('b', documentOf('Order'), entity),
      ...code(
        'c',
        'extend type Order @key(fields: "id") { id: ID! @external customerId: String @external shop: String @requires(fields: "customerId") }',
      ),
    },
    served: ['b', 'c'],
    problems: { a: expect.stringContaining('Order') },
  },
  {
    id: 'T8',
    sentence: 'folders with different mistakes are each left out with their own',
    given: {
      ...folder('a', documentOf('Ticket'), `webhooks: { orderCreated: { entity: Nothing, ${unsigned} } }`),
      ...folder('b', documentOf('Order')),
      ...folder('c', documentOf('Order')),
      ...folder('d', documentOf('Parcel')),
    },
    served: ['b', 'd'],
    problems: {
      a: expect.stringContaining('/a/subgraph.yaml:2: webhooks.orderCreated.entity'),
      c: expect.stringContaining('/b/openapi.yaml and /c/openapi.yaml both have the types Order'),
    },
  },
  ...['', 'paths: {}'].map((paths, index) => ({
    id: `T${9 + index}`,
    sentence: `a folder with webhooks only (${paths || 'no paths'}) is served with others`,
    given: {
      ...folder('a', onlyWebhooks(paths), orderCreated),
      ...folder('b', documentOf('Order')),
    },
    served: ['a', 'b', 'events'],
    problems: {},
  })),
  {
    id: 'T11',
    sentence: 'a document that describes nothing does no harm',
    given: {
      ...folder('a', "openapi: 3.0.0\ninfo: { title: '', version: '' }\npaths: {}"),
      ...folder('b', documentOf('Order')),
    },
    served: ['a', 'b'],
    problems: {},
  },
];

async function compose(files: Readonly<Record<string, string>>, change = <T>(list: readonly T[]) => list) {
  const folders = await writeSubgraphFolders(files);
  try {
    const { subgraphs, problems } = await loadSubgraphs({ dir: folders.dir, env: {} });
    expect(problems).toEqual([]);
    await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
    const composition = composeSupergraph(change(subgraphs));
    const reasons = composition.problems.map(({ name, message }) => [
      name,
      message.replaceAll(folders.place, ''),
    ]);
    return { ...composition, reasons: Object.fromEntries(reasons) as Record<string, string> };
  } finally {
    await folders.remove();
  }
}

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', async (_id, _sentence, row) => {
  const { services, reasons, sdl } = await compose(row.given);
  expect([...services.keys()].toSorted()).toEqual(row.served.toSorted());
  expect(reasons).toEqual(row.problems);
  expect(sdl).not.toContain('dummy');
  const reversed = await compose(row.given, (list) => list.toReversed());
  expect([reversed.sdl, Object.keys(reversed.reasons)]).toEqual([sdl, Object.keys(reasons)]);
});

test('what was taken out because of another that is out too is served in the end', async () => {
  const { services, reasons } = await compose({
    ...folder('a', documentOf('Order')),
    ...folder('b', documentOf('Order').replaceAll('OrderAddress', 'Place')),
    ...folder('c', documentOf('Parcel').replaceAll('ParcelAddress', 'Place')),
  });
  expect([...services.keys()]).toEqual(['a', 'c']);
  expect(Object.keys(reasons)).toEqual(['b']);
});

test.each([
  ['folders of which nothing is wanted', folder('a', onlyWebhooks('paths: {}'), '')],
  ['no folders', {}],
])('%s are no supergraph, and the reason is told', async (_sentence, files) => {
  const error = await compose({ 'README.md': '', ...files }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CompositionError);
  expect((error as Error).message).toBe(
    'The subgraphs do not compose:\n  - there is nothing to query: of all subgraphs, one must have a GET operation, a field of Query or an event',
  );
});

test('when nothing composes, all that is wrong is told', async () => {
  const wrong = `webhooks: { orderCreated: { entity: Nothing, ${unsigned} } }`;
  const error = await compose({
    ...folder('a', documentOf('Ticket'), wrong),
    ...folder('b', documentOf('Order'), wrong),
  }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CompositionError);
  expect((error as CompositionError).reasons).toEqual([
    expect.stringContaining('/a/subgraph.yaml:2: webhooks.orderCreated.entity'),
    expect.stringContaining('/b/subgraph.yaml:2: webhooks.orderCreated.entity'),
  ]);
});

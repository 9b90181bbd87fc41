/** What becomes of a service that has a name of the history of events. */
import { describe, expect, test } from '@jest/globals';
import { composeSupergraph } from '../../../mesh/federation/compose.ts';
import { loadSubgraphs } from '../../../mesh/load-subgraphs.ts';
import { rest } from '../config/subgraph-problems.ts';
import { smallConfig, smallDocument, writeSubgraphFolders } from '../subgraph-folders.ts';

interface HistoryCase {
  readonly sentence: string;
  readonly given: Readonly<Record<string, string>>;
  /** Names of the folders that are left out, and why, without the path of the folder of subgraphs. */
  readonly expected: readonly (readonly [name: string, message: string])[];
}

/** A service with one type and one operation that answers it. */
const service = (type: string, operationId: string, properties: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    openapi: '3.1.0',
    info: { title: type, version: '1' },
    paths: {
      '/all': {
        get: {
          operationId,
          responses: {
            200: {
              description: '',
              content: { 'application/json': { schema: { $ref: `#/components/schemas/${type}` } } },
            },
          },
        },
      },
    },
    components: {
      schemas: { [type]: { type: 'object', properties: { id: { type: 'string' }, ...properties } } },
    },
  });

const calendar = (type: string, operationId: string, ...config: string[]) =>
  rest('calendar', [smallConfig.trim(), ...config].join('\n'), service(type, operationId));
const shop = rest(
  'shop',
  `${smallConfig}webhooks: { orderCreated: { verify: { scheme: none } } }\n`,
  smallDocument,
);
const code = (schema: string) => ({
  'pages/schema.graphql': `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable"])\n${schema}`,
  'pages/resolvers.ts': 'export default {};',
});

const both = '/calendar/openapi.yaml and the history of events both have';
const prefix = 'add "prefix: Calendar" to /calendar/subgraph.yaml';

const cases: readonly HistoryCase[] = [
  {
    sentence: 'a type Event is left out with its service, as long as it has no prefix',
    given: { ...shop, ...calendar('Event', 'getDay') },
    expected: [['calendar', `${both} a type Event with different fields: ${prefix}`]],
  },
  {
    sentence: 'a root field events, too',
    given: { ...shop, ...calendar('Day', 'events') },
    expected: [['calendar', `${both} the root field Query.events: ${prefix}`]],
  },
  {
    sentence: 'with a prefix both are served',
    given: { ...shop, ...calendar('Event', 'events', 'prefix: Calendar') },
    expected: [],
  },
  {
    sentence: 'where no service has webhooks there is no history, and the names are free',
    given: { ...rest('shop'), ...calendar('Event', 'events') },
    expected: [],
  },
  {
    sentence: 'a PageInfo of the Relay specification is shared with a code subgraph',
    given: {
      ...shop,
      ...code(`type Query { page: PageInfo }
type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }`),
    },
    expected: [],
  },
  {
    sentence: 'a code subgraph has to call its own otherwise',
    given: { ...shop, ...code('type Query { event: String }') },
    expected: [
      [
        'pages',
        '/pages/schema.graphql and the history of events both have the root field Query.event: rename them in the former',
      ],
    ],
  },
];

describe('names of history', () => {
  test.each(cases)('$sentence', async ({ given, expected }) => {
    const folders = await writeSubgraphFolders(given);
    try {
      const { subgraphs, problems } = await loadSubgraphs({ dir: folders.dir, env: {} });
      expect(problems).toEqual([]);
      const composed = composeSupergraph(subgraphs);
      await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
      const told = composed.problems.map(({ name, message }) => [
        name,
        message.replaceAll(folders.place, ''),
      ]);
      expect(told).toEqual(expected);
    } finally {
      await folders.remove();
    }
  });
});

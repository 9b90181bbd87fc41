import { buildSchema, GraphQLError, OperationTypeNode } from 'graphql';
import { createSharing } from '../../../gateway/execution/asked-entities.ts';
import { compileFetch } from '../../../gateway/execution/compiled-fetch.ts';
import type { FetchNode } from '../../../gateway/execution/plan.ts';
import { createPlanPlaces } from '../../../gateway/execution/plan-places.ts';
import type { PlanExecution } from '../../../gateway/execution/plan-execution.ts';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';

const supergraphSchema = buildSchema('type Query { things: [Thing] } type Thing { id: ID! }');

/** Things with these ids, which one fetch asks a subgraph about. The response counts how often it is looked through. */
function execute(ids: readonly string[], node: Partial<FetchNode>, errorPaths: (string | number)[][]) {
  const things = ids.map((id) => ({ __typename: 'Thing', id }));
  const errors: GraphQLError[] = [];
  let walks = 0;
  const data = {
    get things() {
      walks++;
      return things;
    },
  };
  const answer = { data: {}, errors: errorPaths.map((path) => new GraphQLError('down', { path })) };
  const run = compileFetch(
    {
      kind: 'Fetch',
      serviceName: 'things',
      operation: 'query ($representations: [_Any!]!) { _entities(representations: $representations) { a } }',
      operationName: undefined,
      operationKind: OperationTypeNode.QUERY,
      ...node,
    },
    {
      supergraphSchema,
      compilerOf: () => () => () => Promise.resolve(answer),
      placeAt: createPlanPlaces(),
      shareAsking: createSharing(),
    },
    ['things', '@'],
  );
  const context = createSubgraphContext({});
  const execution: PlanExecution = { variables: {}, context, data, found: [], asked: new Map(), errors };
  return run(execution).then(() => ({ walks, paths: errors.map(({ path }) => path) }));
}

const entityFetch: Partial<FetchNode> = {
  requires: [
    {
      kind: 'InlineFragment',
      typeCondition: 'Thing',
      selections: [
        { kind: 'Field', name: '__typename' },
        { kind: 'Field', name: 'id' },
      ],
    },
  ],
};

describe('errors of a fetch', () => {
  it.each([
    {
      id: 'an entity of an entity fetch',
      node: entityFetch,
      at: (index: number) => ['_entities', index, 'a'],
    },
    { id: 'an entity fetch as a whole', node: entityFetch, at: () => [] },
    { id: 'a root fetch', node: {}, at: (index: number) => ['a', index] },
  ])('$id: the response is not looked through again for each', async ({ node, at }) => {
    const ids = Array.from({ length: 100 }, (_, index) => String(index));
    const one = await execute(ids, node, [at(0)]);
    const all = await execute(
      ids,
      node,
      ids.map((_, index) => at(index)),
    );
    expect(all.paths).toHaveLength(100);
    expect(all.walks).toBe(one.walks);
  });

  it.each([
    { id: 'every place of its entity', at: ['_entities', 1, 'a'], paths: [[1], [3]] },
    { id: 'the first place, for one of no entity', at: ['other', 'a'], paths: [[0]] },
    { id: 'no place, for an entity that nobody asked for', at: ['_entities', 9, 'a'], paths: [] },
  ])('stand at $id', async ({ at, paths }) => {
    const found = await execute(['1', '2', '1', '2'], entityFetch, [at]);
    const rest = at.slice(2);
    expect(found.paths).toEqual(paths.map(([index]) => ['things', index, ...rest]));
  });
});

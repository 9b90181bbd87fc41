import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { startHostileShop } from './hostile/hostile-shop.ts';

const query = 'query ($id: String!) { things { text owner { name } } thing(id: $id) { id } }';

test('the plan of an operation is shown once, and the code of its parts when it is generated', async () => {
  const shown: { what: string; text: string }[] = [];
  const shop = await startHostileShop((what, text) => void shown.push({ what, text }));
  try {
    const prepared = await shop.operations.prepare(query, undefined);
    if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error('refused');
    expect(shown.map(({ what }) => what)).toEqual(['Plan']);
    // All things have one owner; representations are written out after fifty.
    for (let count = 0; count < 60; count++) {
      const variables = { id: 'a secret' };
      await prepared.operation.execute({ variables, context: createSubgraphContext({}) });
    }
  } finally {
    await shop.close();
  }
  expect(shown.map(({ what }) => what).toSorted()).toEqual([
    'Answer of Query._entities (owners)',
    'Answer of Query.thing (things)',
    'Answer of Query.things (things)',
    'Key id',
    'Merge of entities',
    'Objects at things.@.owner',
    'Plan',
    'Representation of Owner',
    'Response',
  ]);
  const [plan] = shown;
  expect(plan?.text).toMatch(/One after the other:\n {2}Fetch from things\n.*\n {2}For things\.@\.owner:\n/);
  expect(plan?.text).toContain('by { ... on Owner { __typename id } }');
  expect(shown.map(({ text }) => text).join()).not.toContain('a secret');
});

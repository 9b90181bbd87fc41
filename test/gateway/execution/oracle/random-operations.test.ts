import { parse } from 'graphql';
import { apolloDifferences } from './apollo-differences.ts';
import { inventedSupergraph } from './invented-supergraph.ts';
import { compareMadeUp, createOracle, runs, type Oracle } from './oracle.ts';

let oracle: Oracle;

beforeAll(async () => {
  oracle = await createOracle(inventedSupergraph());
});

afterAll(() => oracle.close());

test(
  `${runs} made-up operations are answered as @apollo/gateway and graphql-js do, failures and all`,
  async () => {
    const percentOf = await compareMadeUp(oracle, { runs, failuresPerThousand: [0, 0, 10, 60, 200] });
    // Most of them must say something.
    expect(percentOf('refused')).toBeLessThan(15);
    expect(percentOf('not planned')).toBeLessThan(15);
    expect(percentOf('alike') + percentOf('alike, with errors')).toBeGreaterThan(60);
    expect(percentOf('alike, with errors')).toBeGreaterThan(4);
    const tooMany = apolloDifferences.filter(({ id, percentMax = 1 }) => percentOf(id) > percentMax);
    expect(tooMany.map(({ id }) => [id, percentOf(id)])).toEqual([]);
  },
  // Five thousand take some minutes on a slow machine.
  1_800_000,
);

describe('where @apollo/gateway is wrong', () => {
  const examples = apolloDifferences.flatMap(({ id, example }) => (example ? [{ id, ...example }] : []));
  test.each(examples)('$id', async ({ query, ours, theirs }) => {
    const document = parse(query);
    const asked = { document, variables: {}, circumstances: { seed: 0, failuresPerThousand: 0 } };
    const theirAnswer = await oracle.executeTheirs(asked);
    expect(JSON.stringify(theirAnswer.data)).toBe(JSON.stringify(theirs));
    expect(oracle.isValid(document)).toBe(ours !== undefined);
    if (ours === undefined) return;
    const executeOurs = await oracle.planOurs(asked);
    expect(JSON.stringify((await executeOurs(true)).data)).toBe(JSON.stringify(ours));
  });
});

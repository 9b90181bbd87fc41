import pino from 'pino';
import { createSubgraphExecutor } from '../gateway/execution/subgraph-executor.ts';
import { createSubgraphContext } from '../mesh/subgraph-context.ts';
import { measureCpu, type Contender } from './cpu.ts';
import type { Report, Result } from './report.ts';
import { getJson, mustAnswerAlike, startShop } from './shop.ts';

const fields = 'id status total currency customerId createdAt note isGift';

const scenarios = [
  {
    scenario: 'one object of 8 fields',
    path: '/orders/ord_1',
    operation: `query ($id: String!) { order(id: $id) { ${fields} } }`,
    variables: { id: 'ord_1' },
    root: 'order',
    operationsPerRound: 20_000,
  },
  {
    scenario: 'list of 100 objects of 8 fields',
    path: '/orders',
    operation: `{ orders { ${fields} } }`,
    variables: {},
    root: 'orders',
    operationsPerRound: 4_000,
  },
] as const;

const method = `CPU of one field that a REST call answers, from operation and variables to the bytes of the answer, in the
process that makes the call. The reference does the same by hand: \`undici\` (\`Pool.request\`), \`JSON.parse\`,
\`JSON.stringify\`. Both write the same bytes, which is checked. The service runs in a process of its own and answers from
memory; 16 operations are under way at a time.`;

/** What a field costs that a REST call answers, beside a call and a projection by hand. */
export async function restBenchmark({ rounds }: { rounds: number }): Promise<Report> {
  const shop = await startShop();
  const { pool, subgraphs } = shop;
  try {
    const subgraph = subgraphs.find(({ name }) => name === 'shop');
    if (!subgraph) throw new Error('there is no subgraph shop');
    const execute = createSubgraphExecutor({ ...subgraph, logger: pino({ level: 'silent' }) });
    const results: Result[] = [];
    for (const { scenario, path, operation, variables, root, operationsPerRound } of scenarios) {
      const contenders: Contender[] = [
        {
          name: 'by hand',
          operate: async () => JSON.stringify({ data: { [root]: await getJson(pool, path) } }),
        },
        {
          name: 'Sluice',
          operate: async () =>
            JSON.stringify(await execute({ operation, variables, context: createSubgraphContext({}) })),
        },
      ];
      await mustAnswerAlike(contenders);
      const measured = await measureCpu({ contenders, rounds, operationsPerRound, concurrency: 16 });
      results.push(...measured.map((result) => ({ scenario, ...result })));
    }
    return { title: 'A field that REST answers', method, rounds, results };
  } finally {
    await shop.close();
  }
}

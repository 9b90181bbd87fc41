import pino from 'pino';
import type { Pool } from 'undici';
import { createSupergraph, type Supergraph } from '../gateway/supergraph/supergraph.ts';
import { composeSupergraph } from '../mesh/federation/compose.ts';
import { createSubgraphContext } from '../mesh/subgraph-context.ts';
import { measureCpu, type Contender } from './cpu.ts';
import { plannedRequest } from './planned-request.ts';
import type { Report, Result } from './report.ts';
import { getJson, mustAnswerAlike, startShop } from './shop.ts';

interface Order {
  id: string;
  total: number;
  customerId: string;
}

interface Customer {
  id: string;
  name: string;
}

const scenarios = [
  {
    scenario: 'small: one order and its customer, 2 calls',
    query: 'query ($id: String!) { order(id: $id) { id total customer { name } } }',
    variables: { id: 'ord_1' },
    byHand: async (pool: Pool) => {
      const { id, total, customerId } = (await getJson(pool, '/orders/ord_1')) as Order;
      const [found] = (await getJson(pool, `/customers?ids=${customerId}`)) as Customer[];
      return { order: { id, total, customer: found ? { name: found.name } : null } };
    },
    operationsPerRound: 8_000,
  },
  {
    scenario: 'list: 100 orders and their 7 customers, 2 calls',
    query: '{ orders { id total customer { name } } }',
    variables: {},
    byHand: async (pool: Pool) => {
      const orders = (await getJson(pool, '/orders')) as Order[];
      const ids = [...new Set(orders.map(({ customerId }) => customerId))];
      const customers = (await getJson(pool, `/customers?ids=${ids.join(',')}`)) as Customer[];
      const names = new Map(customers.map(({ id, name }) => [id, name]));
      return {
        orders: orders.map(({ id, total, customerId }) => {
          const name = names.get(customerId);
          return { id, total, customer: name === undefined ? null : { name } };
        }),
      };
    },
    operationsPerRound: 2_000,
  },
];

const method = `CPU of a planned query over two REST services, from document and variables to the bytes of the answer, in the
process that executes it: without HTTP in front. By hand is a handler that somebody wrote for that one query, with
\`undici\` and \`JSON\`. \`@apollo/gateway\` and Sluice execute on the same subgraphs. All write the same bytes, which is
checked; 16 operations are under way at a time.`;

/** What executing a planned query costs, beside a handler written by hand and `@apollo/gateway`. */
export async function planBenchmark({ rounds }: { rounds: number }): Promise<Report> {
  const shop = await startShop();
  const { pool, subgraphs } = shop;
  const logger = pino({ level: 'silent' });
  const composed = composeSupergraph(subgraphs);
  const apollo = await createSupergraph({ composed, logger, executor: 'apollo' });
  const sluice = await createSupergraph({ composed, logger });
  try {
    const results: Result[] = [];
    for (const { scenario, query, variables, byHand, operationsPerRound } of scenarios) {
      const through = async (supergraph: Supergraph) => {
        const execute = await plannedRequest(supergraph, query);
        return async () => JSON.stringify(await execute({ variables, context: createSubgraphContext({}) }));
      };
      const contenders: Contender[] = [
        { name: 'by hand', operate: async () => JSON.stringify({ data: await byHand(pool) }) },
        { name: '@apollo/gateway', operate: await through(apollo) },
        { name: 'Sluice', operate: await through(sluice) },
      ];
      await mustAnswerAlike(contenders);
      const measured = await measureCpu({ contenders, rounds, operationsPerRound, concurrency: 16 });
      results.push(...measured.map((result) => ({ scenario, ...result })));
    }
    return { title: 'A planned query', method, rounds, results };
  } finally {
    await apollo.close();
    await sluice.close();
    await shop.close();
  }
}

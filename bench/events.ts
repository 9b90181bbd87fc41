import pino from 'pino';
import { createSupergraph, type Supergraph } from '../gateway/supergraph/supergraph.ts';
import { parseJsonExactly } from '../mesh/exact-integers.ts';
import { composeSupergraph } from '../mesh/federation/compose.ts';
import type { EventRoot } from '../mesh/federation/events-subgraph.ts';
import { createSubgraphContext } from '../mesh/subgraph-context.ts';
import { getJsonFrom, type GetJson } from './collections.ts';
import { measureCpu, type Contender } from './cpu.ts';
import { plannedSubscription } from './planned-request.ts';
import type { Report, Result } from './report.ts';
import { mustAnswerAlike } from './shop.ts';
import { order, startStore, type storeCollections } from './store.ts';

type Order = ReturnType<typeof order>;
type Customer = (typeof storeCollections.customers.rows)[number];
type Item = (typeof storeCollections.items.rows)[number];

interface Scenario {
  scenario: string;
  query: string;
  /** What somebody would write for this one subscription. */
  byHand: (event: Order, get: GetJson) => object | Promise<object>;
  operationsPerRound: number;
}

async function customerOf({ customerId }: Order, get: GetJson): Promise<Customer | undefined> {
  const customers = (await get('customers', `?ids=${customerId}`)) as Customer[];
  return customers.find(({ id }) => id === customerId);
}

const scenarios: readonly Scenario[] = [
  {
    scenario: 'payload: an order of 4 lines, no call',
    query: 'subscription { orderCreated { id status total currency lines { sku quantity unitPrice } } }',
    byHand: ({ id, status, total, currency, lines }) => ({
      id,
      status: status.toUpperCase(),
      total,
      currency,
      lines: lines.map(({ sku, quantity, unitPrice }) => ({ sku, quantity, unitPrice })),
    }),
    operationsPerRound: 40_000,
  },
  {
    scenario: 'payload and the customer, 1 call',
    query: 'subscription { orderCreated { id status total customer { name tier } } }',
    byHand: async (event, get) => {
      const { id, status, total } = event;
      const customer = await customerOf(event, get);
      return {
        id,
        status: status.toUpperCase(),
        total,
        customer: customer ? { name: customer.name, tier: customer.tier.toUpperCase() } : null,
      };
    },
    operationsPerRound: 8_000,
  },
  {
    scenario: 'payload, the customer and the items of 4 lines, 2 calls',
    query: `subscription { orderCreated {
      id status total customer { name tier } lines { quantity item { displayName inStock } }
    } }`,
    byHand: async (event, get) => {
      const { id, status, total, lines } = event;
      const skus = [...new Set(lines.map(({ sku }) => sku))];
      const [customer, items] = await Promise.all([
        customerOf(event, get),
        get('items', `?skus=${skus.join(',')}`) as Promise<Item[]>,
      ]);
      const bySku = new Map(items.map((item) => [item.sku, item]));
      return {
        id,
        status: status.toUpperCase(),
        total,
        customer: customer ? { name: customer.name, tier: customer.tier.toUpperCase() } : null,
        lines: lines.map(({ sku, quantity }) => {
          const item = bySku.get(sku);
          return {
            quantity,
            item: item ? { displayName: item.display_name, inStock: item.in_stock } : null,
          };
        }),
      };
    },
    operationsPerRound: 5_000,
  },
];

const method = `CPU of one event for one subscription, from the JSON that the log keeps to the bytes of \`data\`, in the
process that executes it. The subgraphs are those of the repository; one service answers for all of theirs, in a process
of its own and from memory. By hand is what somebody would write for that one subscription: \`JSON.parse\`, the same calls
with \`undici\`, \`JSON.stringify\`. Sluice executes the compiled plan of the subscription. Both write the same bytes, which
is checked; 16 events are under way at a time.`;

/** What it costs to enrich one event, beside the same REST calls made by hand. */
export async function eventsBenchmark({ rounds }: { rounds: number }): Promise<Report> {
  const store = await startStore();
  const composed = composeSupergraph(store.subgraphs);
  const supergraph = await createSupergraph({ composed, logger: pino({ level: 'silent' }) });
  const get = getJsonFrom(store);
  const dataJson = JSON.stringify(order(1));
  try {
    const results: Result[] = [];
    for (const { scenario, query, byHand, operationsPerRound } of scenarios) {
      const contenders: Contender[] = [
        {
          name: 'by hand',
          operate: async () => {
            const orderCreated = await byHand(JSON.parse(dataJson) as Order, get);
            return JSON.stringify({ data: { orderCreated } });
          },
        },
        { name: 'Sluice', operate: await enrichment(supergraph, query, dataJson) },
      ];
      await mustAnswerAlike(contenders);
      const measured = await measureCpu({ contenders, rounds, operationsPerRound, concurrency: 16 });
      results.push(...measured.map((result) => ({ scenario, ...result })));
    }
    return { title: 'An event, enriched', method, rounds, results };
  } finally {
    await supergraph.close();
    await store.close();
  }
}

/** One event for one subscription, as gateway/subscriptions/subscribe.ts has it. */
async function enrichment(
  supergraph: Supergraph,
  query: string,
  dataJson: string,
): Promise<Contender['operate']> {
  const execute = await plannedSubscription(supergraph, query);
  const { signal } = new AbortController();
  return async () => {
    const rootValue: EventRoot = { payload: parseJsonExactly(dataJson) };
    const context = createSubgraphContext({ signal });
    return JSON.stringify(await execute({ variables: {}, context, rootValue }));
  };
}

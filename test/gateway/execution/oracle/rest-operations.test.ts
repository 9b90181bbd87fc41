import { resolve } from 'node:path';
import { startExamples, type StartedExamples } from '../../../../examples/start.ts';
import { composeSupergraph } from '../../../../mesh/federation/compose.ts';
import { loadSubgraphs, type LoadedSubgraphs } from '../../../../mesh/load-subgraphs.ts';
import { freePort } from '../../../utils/free-port.ts';
import { compareMadeUp, createOracle, runs, type Oracle } from './oracle.ts';

/** Ids that the services know, and one that they do not. */
const ids = ['cus_1', 'cus_2', 'cus_3', 'ord_1001', 'ord_1002', 'ord_1005', 'KEYB-01', 'pay_5001', 'none'];

const secrets = { ORDERS_WEBHOOK_SECRET: 'x', PAYMENTS_WEBHOOK_SECRET: 'x', INVENTORY_WEBHOOK_SECRET: 'x' };

/** Mutations can't be repeated: each leaves something else behind, the time of the last change at least. */
const mutations = /^(?:create|update)[A-Z]/;

/** Calls take their time. */
const restRuns = Math.ceil(runs / 5);

let examples: StartedExamples;

beforeAll(async () => {
  examples = await startExamples({ ports: { orders: 0, payments: 0, inventory: 0, customers: 0 } });
});

afterAll(() => examples.close());

describe.each([
  { when: 'all services answer', isPaymentsThere: true, errorsPercentMin: 5 },
  { when: 'payments is not there', isPaymentsThere: false, errorsPercentMin: 20 },
])('$when', ({ isPaymentsThere, errorsPercentMin }) => {
  let loaded: LoadedSubgraphs;
  let oracle: Oracle;

  beforeAll(async () => {
    const { orders, payments, inventory, customers } = examples.urls;
    const env = {
      ...secrets,
      ORDERS_URL: orders,
      PAYMENTS_URL: isPaymentsThere ? payments : `http://127.0.0.1:${await freePort()}`,
      INVENTORY_URL: inventory,
      CUSTOMERS_URL: customers,
    };
    loaded = await loadSubgraphs({ dir: resolve('subgraphs'), env });
    expect(loaded.problems).toEqual([]);
    oracle = await createOracle(composeSupergraph(loaded.subgraphs));
  });

  afterAll(async () => {
    await oracle.close();
    await Promise.all(loaded.subgraphs.map((subgraph) => subgraph.close()));
  });

  test(`${restRuns} made-up operations on the example services are answered as @apollo/gateway and graphql-js do`, async () => {
    const percentOf = await compareMadeUp(oracle, {
      runs: restRuns,
      failuresPerThousand: [0],
      isAsked: (field) => !mutations.test(field),
      values: { ID: ids, String: ids },
    });
    expect(percentOf('alike') + percentOf('alike, with errors')).toBeGreaterThan(60);
    expect(percentOf('alike, with errors')).toBeGreaterThan(errorsPercentMin);
  }, 1_800_000);
});

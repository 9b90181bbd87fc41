import { join } from 'node:path';
import { loadSubgraphs } from '../mesh/load-subgraphs.ts';
import type { Subgraph } from '../mesh/subgraph.ts';
import { startCollections, type CollectionsService } from './collections.ts';
import type { Collections } from './services/collections.ts';

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

export const storeSizes = { customers: 20, items: 30, orders: 50 } as const;

/** Rows as the example services have them: subgraphs/ is over these. */
export const storeCollections = {
  customers: {
    key: 'id',
    rows: numbers(storeSizes.customers).map((number) => ({
      id: `cus_${number}`,
      name: `Customer ${number}`,
      email: `customer${number}@example.com`,
      tier: number % 3 === 0 ? 'gold' : 'standard',
      createdAt: '2024-03-01T08:00:00.000Z',
    })),
  },
  items: {
    key: 'sku',
    rows: numbers(storeSizes.items).map((number) => ({
      sku: `SKU-${number}`,
      display_name: `Mechanical keyboard ${number}`,
      warehouse_code: `HAM-${number % 4}`,
      in_stock: true,
      units_on_hand: 40 + number,
      reorder_level: 5,
      unit_price: 89.9,
      updated_at: '2026-01-12T09:30:00.000Z',
    })),
  },
  orders: { key: 'id', rows: numbers(storeSizes.orders).map(order) },
  // Where the gateway registers for events.
  subscriptions: { key: 'id', rows: [] },
  payments: {
    key: 'id',
    rows: numbers(storeSizes.orders).map((number) => ({
      id: `pay_${number}`,
      orderId: `ord_${number}`,
      amount: 179.8,
      currency: 'EUR',
      method: 'card',
      status: 'confirmed',
      failureReason: null,
      createdAt: '2026-01-12T09:30:01.000Z',
    })),
  },
} satisfies Collections;

/** An order as `GET /orders/{id}` answers it and `orderCreated` carries it. */
export function order(number: number) {
  return {
    id: `ord_${number}`,
    customerId: `cus_${number % storeSizes.customers}`,
    status: 'pending',
    total: 179.8 + number,
    currency: 'EUR',
    lines: numbers(4).map((line) => ({
      sku: `SKU-${(number + line * 7) % storeSizes.items}`,
      quantity: 1 + line,
      unitPrice: 89.9,
    })),
    note: 'Please ring twice',
    createdAt: '2026-01-12T09:30:00.000Z',
    updatedAt: '2026-01-12T09:30:00.000Z',
  };
}

/** The folders of the store, as they are served. */
export const storeFolder = join(import.meta.dirname, '../subgraphs');

/** What the folders of the store read from the environment. */
export function storeEnvironment(url: string): Readonly<Record<string, string>> {
  const secret = `whsec_${Buffer.from('a secret of the benchmark').toString('base64')}`;
  return {
    ORDERS_URL: url,
    CUSTOMERS_URL: url,
    INVENTORY_URL: url,
    PAYMENTS_URL: url,
    ORDERS_WEBHOOK_SECRET: secret,
    INVENTORY_WEBHOOK_SECRET: secret,
    PAYMENTS_WEBHOOK_SECRET: secret,
  };
}

/** The subgraphs of the repository, over one service that answers for all of theirs. */
export interface Store extends CollectionsService {
  subgraphs: readonly Subgraph[];
}

export async function startStore(): Promise<Store> {
  const service = await startCollections(storeCollections);
  const { subgraphs, problems } = await loadSubgraphs({
    dir: storeFolder,
    env: storeEnvironment(service.url),
  });
  const [problem] = problems;
  if (problem) throw new Error(problem.message);
  return {
    ...service,
    subgraphs,
    close: async () => {
      for (const subgraph of subgraphs) await subgraph.close();
      await service.close();
    },
  };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { startExamples } from '../../examples/start.ts';
import { startGateway } from '../../gateway/app.ts';
import { readConfig } from '../../gateway/config.ts';

/**
 * The example services and a gateway over them, all in this process, each on a free port.
 * @param env configuration of the gateway
 * @param serviceEnv values for subgraph.yaml, such as the URL of another service in the place of an example
 */
export async function startInProcessGateway(
  env: Readonly<Record<string, string>> = {},
  serviceEnv: Readonly<Record<string, string>> = {},
) {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-'));
  const examples = await startExamples({ ports: { orders: 0, payments: 0, inventory: 0, customers: 0 } });
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const gateway = await startGateway({
    config: readConfig({
      PORT: '0',
      SUBGRAPHS_DIR: resolve('subgraphs'),
      EVENTS_URL: `sqlite:${join(dir, 'events.db')}`,
      ...env,
    }),
    env: {
      ORDERS_URL: examples.urls.orders,
      PAYMENTS_URL: examples.urls.payments,
      INVENTORY_URL: examples.urls.inventory,
      CUSTOMERS_URL: examples.urls.customers,
      ORDERS_WEBHOOK_SECRET: secret,
      PAYMENTS_WEBHOOK_SECRET: secret,
      INVENTORY_WEBHOOK_SECRET: secret,
      ...serviceEnv,
    },
    logger: pino({ level: 'silent' }),
  });
  return {
    url: gateway.url,
    examples,
    async close() {
      await gateway.close();
      await examples.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

import { join } from 'node:path';
import { signWebhook } from '../../examples/shared/webhook-signature.ts';
import { startServerProcess, type ServerProcess } from '../server-process.ts';
import { orderData, orderEvent } from './order.ts';

/** The HTTP POST by which an event comes in. */
export interface Delivery {
  path: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface Contender {
  name: string;
  /** Packages whose versions the report names. */
  packages: readonly string[];
  /** @param folder for what it writes */
  start(folder: string): Promise<ServerProcess>;
  /** @param extensions JSON of what Sluice tells about an event beside its data */
  delivery(number: number, extensions: string): Delivery;
}

const here = import.meta.dirname;
const secret = `whsec_${Buffer.from('a secret of the benchmark').toString('base64')}`;
const json = { 'content-type': 'application/json' };
/** Memory is read once garbage is collected. */
const start = (file: string) => startServerProcess({ args: ['--expose-gc', join(here, file)] });

/** The first is what the others are compared with. */
export const contenders: readonly Contender[] = [
  {
    name: 'bare node:http + ws',
    packages: ['ws'],
    start: () => start('bare/server.ts'),
    delivery: (number, extensions) => ({
      path: '/events',
      headers: json,
      body: `{"data":${orderData(number)},"extensions":${extensions}}`,
    }),
  },
  { name: 'Sluice', packages: [], start: startSluice, delivery: signedDelivery },
  {
    name: 'graphql-yoga + graphql-ws',
    packages: ['graphql-yoga', 'graphql-ws', 'ws', 'graphql'],
    start: () => start('yoga/server.ts'),
    delivery: (number) => ({ path: '/events', headers: json, body: JSON.stringify(orderEvent(number)) }),
  },
];

/** `npx sluice serve`, on a log that is empty. */
function startSluice(folder: string): Promise<ServerProcess> {
  return startServerProcess({
    args: ['--expose-gc', 'bin/sluice.ts', 'serve'],
    env: {
      SUBGRAPHS_DIR: join(here, 'subgraphs'),
      ORDERS_WEBHOOK_SECRET: secret,
      EVENTS_URL: `sqlite:${join(folder, 'events.db')}`,
      COMPILED_DIR: join(folder, 'compiled'),
      PORT: '0',
    },
  });
}

/** A webhook as Standard Webhooks has it. */
function signedDelivery(number: number): Delivery {
  const id = `msg_${number}`;
  const timestamp = Math.floor(Date.now() / 1000);
  const body = JSON.stringify(orderEvent(number));
  return {
    path: '/webhooks/orders/orderCreated',
    headers: {
      ...json,
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signWebhook({ id, timestamp, body, secret }),
    },
    body,
  };
}

/**
 * `npm start`: the example services and the gateway on this machine, with secrets of the environment or else made for this
 * run, and a line to paste for each thing to try.
 */
import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { startExamples } from '../examples/start.ts';
import { startGateway } from '../gateway/app.ts';
import { localUrl, readConfig, subgraphEnvironment } from '../gateway/config.ts';
import { createMetrics } from '../gateway/metrics/metrics.ts';

const log = (line: string) => void process.stdout.write(`${line}\n`);
const madeSecret = () => `whsec_${randomBytes(24).toString('base64')}`;

async function start(): Promise<void> {
  const config = readConfig();
  const given = subgraphEnvironment();
  const secrets = {
    orders: given['ORDERS_WEBHOOK_SECRET'] || madeSecret(),
    payments: given['PAYMENTS_WEBHOOK_SECRET'] || madeSecret(),
    inventory: given['INVENTORY_WEBHOOK_SECRET'] || madeSecret(),
  };
  if (config.port === 0)
    throw new Error('npm start needs a PORT that is not 0: the example services are told it');
  const base = config.publicUrl || localUrl(config.host, config.port);
  const target = (source: keyof typeof secrets) => [
    { url: `${base}/webhooks/${source}`, secret: secrets[source] },
  ];
  const examples = await startExamples({
    webhookTargets: { payments: target('payments'), inventory: target('inventory') },
    log,
  });
  const env = {
    ...given,
    ORDERS_URL: examples.urls.orders,
    PAYMENTS_URL: examples.urls.payments,
    INVENTORY_URL: examples.urls.inventory,
    CUSTOMERS_URL: examples.urls.customers,
    ORDERS_WEBHOOK_SECRET: secrets.orders,
    PAYMENTS_WEBHOOK_SECRET: secrets.payments,
    INVENTORY_WEBHOOK_SECRET: secrets.inventory,
  };
  const logger = pino({ level: config.logLevel });
  const metrics = createMetrics({ ofProcess: true });
  const gateway = await startGateway({ config, env, logger, metrics }).catch(async (error: unknown) => {
    await examples.close();
    throw error;
  });
  logger.info({ url: gateway.url, subgraphs: gateway.subgraphs }, 'Sluice is ready');
  log(welcome(gateway.url, examples.urls));
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void gateway.close().finally(() => void examples.close());
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function welcome(url: string, services: Readonly<Record<string, string>>): string {
  const mutation =
    'mutation { createOrder(input: { customerId: "cus_1", lines: [{ sku: "KEYB-01", quantity: 1 }] }) { id status total } }';
  return `
Sluice       ${url}/graphql   (open it in a browser for GraphiQL)
${Object.entries(services)
  .map(([name, service]) => `${name.padEnd(13)}${service}`)
  .join('\n')}

Subscribe (paste into GraphiQL):

  subscription { orderCreated { id status total customer { name loyaltyPoints } lines { sku quantity item { inStock } } } }

or from another terminal:

  curl -N '${url}/graphql' -H 'accept: text/event-stream' -H 'content-type: application/json' \\
    -d '{"query":"subscription { orderCreated { id status total customer { name loyaltyPoints } } }"}'

Place an order, which sets off the webhooks of three services:

  curl '${url}/graphql' -H 'content-type: application/json' \\
    -d '${JSON.stringify({ query: mutation })}'
`;
}

try {
  await start();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

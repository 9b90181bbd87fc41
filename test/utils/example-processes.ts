import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { startProgram, textOf, type Environment, type RunningProgram } from './child-process.ts';
import { freePort } from './free-port.ts';

export const exampleNames = ['orders', 'payments', 'inventory', 'customers'] as const;
export type ExampleName = (typeof exampleNames)[number];

/** How often a service was asked for what: `{ "GET /orders/{orderId}": 2 }`. */
export type RequestCounts = Readonly<Record<string, number>>;

/** The four example services, each a process of its own. */
export interface ExampleProcesses {
  readonly urls: Readonly<Record<ExampleName, string>>;
  /** What a gateway needs to know to compile `subgraphs/`. */
  readonly gatewayEnv: Environment;
  readonly secrets: Readonly<Record<'orders' | 'payments' | 'inventory', string>>;
  readonly requestCounts: () => Promise<Record<ExampleName, RequestCounts>>;
  readonly forgetRequests: () => Promise<void>;
  /** Ends all of them. @throws Error when one did not end well */
  readonly stop: () => Promise<void>;
}

export interface ExampleProcessesOptions {
  /** Gateways that payments and inventory tell their events; orders is told by the gateways themselves. */
  readonly gatewayUrls?: readonly string[];
}

const secretOf = (name: string) =>
  `whsec_${Buffer.from(`the secret of ${name} in these tests`).toString('base64')}`;

export async function startExampleProcesses(
  options: ExampleProcessesOptions = {},
): Promise<ExampleProcesses> {
  const { gatewayUrls = [] } = options;
  const secrets = {
    orders: secretOf('orders'),
    payments: secretOf('payments'),
    inventory: secretOf('inventory'),
  };
  const webhooks = (name: 'payments' | 'inventory') => ({
    WEBHOOK_URLS: gatewayUrls.map((url) => `${url}/webhooks/${name}`).join(','),
    WEBHOOK_SECRET: secrets[name],
  });
  // Orders and payments call each other, so one of them has to be known before it runs.
  const ordersPort = await freePort();
  const ORDERS_URL = `http://127.0.0.1:${ordersPort}`;
  const started: RunningProgram[] = [];
  try {
    const start = (name: ExampleName, env: Environment) => startExample({ name, env, started });
    const [customers, inventory, payments] = await Promise.all([
      start('customers', {}),
      start('inventory', webhooks('inventory')),
      start('payments', { ORDERS_URL, ...webhooks('payments') }),
    ]);
    const peers = { CUSTOMERS_URL: customers, INVENTORY_URL: inventory, PAYMENTS_URL: payments };
    const orders = await start('orders', { ...peers, PORT: String(ordersPort) });
    const urls = { orders, payments, inventory, customers };
    const gatewayEnv = {
      ...peers,
      ORDERS_URL,
      ORDERS_WEBHOOK_SECRET: secrets.orders,
      PAYMENTS_WEBHOOK_SECRET: secrets.payments,
      INVENTORY_WEBHOOK_SECRET: secrets.inventory,
    };
    return { urls, gatewayEnv, secrets, ...requestsOf(urls), stop: () => stopAll(started) };
  } catch (error) {
    await Promise.all(started.map((program) => program.kill()));
    throw error;
  }
}

/** @returns the URL that the service prints when it listens */
async function startExample({
  name,
  env,
  started,
}: {
  name: ExampleName;
  env: Environment;
  started: RunningProgram[];
}): Promise<string> {
  const program = startProgram({ args: [`examples/${name}/main.ts`], env: { PORT: '0', ...env } });
  started.push(program);
  const lines = createInterface({ input: program.child.stdout as NodeJS.ReadableStream });
  const [line] = (await Promise.race([once(lines, 'line'), program.exited.then(() => [''])])) as [string];
  const url = / listens on (\S+)$/.exec(line)?.[1];
  if (url === undefined) throw new Error(`${name} does not listen:\n${textOf(program.output)}`);
  return url;
}

function requestsOf(
  urls: ExampleProcesses['urls'],
): Pick<ExampleProcesses, 'requestCounts' | 'forgetRequests'> {
  return {
    async requestCounts() {
      const counts = exampleNames.map(async (name) => {
        const response = await fetch(`${urls[name]}/__requests`);
        return [name, ((await response.json()) as { counts: RequestCounts }).counts] as const;
      });
      return Object.fromEntries(await Promise.all(counts)) as Record<ExampleName, RequestCounts>;
    },
    async forgetRequests() {
      await Promise.all(exampleNames.map((name) => fetch(`${urls[name]}/__requests`, { method: 'DELETE' })));
    },
  };
}

async function stopAll(programs: readonly RunningProgram[]): Promise<void> {
  const exits = await Promise.all(programs.map((program) => program.stop()));
  const bad = programs.filter((_, index) => exits[index]?.code !== 0);
  if (bad.length > 0) throw new Error(bad.map(({ output }) => textOf(output)).join('\n'));
}

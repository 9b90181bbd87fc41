import { createCustomersService } from './customers/service.ts';
import { createInventoryService } from './inventory/service.ts';
import { createOrdersService } from './orders/service.ts';
import { createPaymentsService } from './payments/service.ts';
import type { WebhookSenderOptions, WebhookTarget } from './shared/webhook-sender.ts';

/** The port of each service, unless told otherwise. */
export const EXAMPLE_PORTS = { orders: 4101, payments: 4102, inventory: 4103, customers: 4104 };

type ServiceName = keyof typeof EXAMPLE_PORTS;

export type StartedExamples = Awaited<ReturnType<typeof startExamples>>;

/**
 * Starts all four services in this process, each on its own port of 127.0.0.1, talking to each other over HTTP.
 * When one cannot listen, the others are closed and the returned promise rejects.
 *
 * @param options.ports 0 takes a free port @default EXAMPLE_PORTS
 * @param options.webhookTargets who payments and inventory tell their events; orders has subscriptions instead
 * @param options.webhooks how deliveries are tried and tried again
 * @param options.log takes a line about work that failed after its request was answered
 */
export async function startExamples({
  ports = {},
  webhookTargets = {},
  webhooks = {},
  log = () => {},
}: {
  ports?: Partial<Record<ServiceName, number>>;
  webhookTargets?: { payments?: readonly WebhookTarget[]; inventory?: readonly WebhookTarget[] };
  webhooks?: Omit<WebhookSenderOptions, 'targets' | 'onGone'>;
  log?: (line: string) => void;
} = {}) {
  const urls: Record<ServiceName, string> = { orders: '', payments: '', inventory: '', customers: '' };
  const { payments = [], inventory = [] } = webhookTargets;
  const services = {
    customers: createCustomersService(),
    inventory: createInventoryService({ webhookTargets: inventory, webhooks: { log, ...webhooks } }),
    payments: createPaymentsService({ peers: urls, webhookTargets: payments, webhooks, log }),
    orders: createOrdersService({ peers: urls, webhooks, log }),
  };

  /** Closes all four. A second call does nothing more. */
  async function close(): Promise<void> {
    await Promise.all(Object.values(services).map((service) => service.close()));
  }

  try {
    for (const name of ['customers', 'inventory', 'payments', 'orders'] as const) {
      urls[name] = await services[name].listen({ port: ports[name] ?? EXAMPLE_PORTS[name] });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { urls, services, close };
}

import type { ExampleEventName } from './example-events.ts';
import { exampleDelivery } from './example-events.ts';
import { startExampleProcesses, type ExampleProcesses } from './example-processes.ts';
import { openSqlite, type EventLogUrl } from './event-log-urls.ts';
import { freePort } from './free-port.ts';
import { startGatewayProcess, stopWell, type GatewayProcess } from './gateway-process.ts';
import { untilLive } from './live.ts';
import type { ResultStream } from './result-stream.ts';
import { until } from './until.ts';
import { send } from './webhook-delivery.ts';

/** Everything that runs in production, as processes of this machine: an event log, four services, gateways. */
export interface Platform {
  readonly services: ExampleProcesses;
  /** The first gateway, for the many tests that need one. */
  readonly gateway: GatewayProcess;
  readonly gateways: readonly GatewayProcess[];
  /** Tells a gateway of an order's event as its service does, though the service itself knows nothing of it. */
  deliver(event: ExampleEventName, orderId: string, options?: DeliverOptions): Promise<Response>;
  /** Waits until subscriptions to an event are live. What they get afterwards was not there before. */
  live(event: ExampleEventName, streams: readonly ResultStream[]): Promise<void>;
  /** Ends everything and releases the log. @throws Error when a process did not end well */
  close(): Promise<void>;
}

export interface DeliverOptions {
  /** Id of the delivery. @default a new one */
  readonly id?: string;
  /** @default the first one */
  readonly gateway?: GatewayProcess;
}

export interface PlatformOptions {
  /** @default an SQLite file of its own */
  readonly openLog?: () => Promise<EventLogUrl>;
  /** @default 1 */
  readonly gatewayCount?: number;
  /** More arguments of `sluice serve`. @default none */
  readonly gatewayArgs?: readonly string[];
}

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const { openLog = openSqlite, gatewayCount = 1, gatewayArgs: args = [] } = options;
  const opened: (() => Promise<unknown>)[] = [];
  try {
    const log = await openLog();
    opened.push(log.close);
    const ports = await Promise.all(Array.from({ length: gatewayCount }, freePort));
    const gatewayUrls = ports.map((port) => `http://127.0.0.1:${port}`);
    const services = await startExampleProcesses({ gatewayUrls });
    opened.push(services.stop);
    const gateways: GatewayProcess[] = [];
    for (const port of ports) {
      const gateway = await startGatewayProcess({ env: services.gatewayEnv, eventsUrl: log.url, port, args });
      opened.push(() => stopWell(gateway));
      gateways.push(gateway);
    }
    await untilRegistered(services, gatewayUrls);
    const [gateway] = gateways;
    if (!gateway) throw new RangeError('A platform has a gateway');
    return assemble({ services, gateway, gateways, opened });
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

function assemble({
  services,
  gateway,
  gateways,
  opened,
}: Pick<Platform, 'services' | 'gateway' | 'gateways'> & { opened: (() => Promise<unknown>)[] }): Platform {
  const deliver: Platform['deliver'] = (
    event,
    orderId,
    { id, gateway: { url: gatewayUrl } = gateway } = {},
  ) =>
    send(
      exampleDelivery({
        event,
        orderId,
        gatewayUrl,
        secrets: services.secrets,
        ...(id !== undefined && { id }),
      }),
    );

  const live: Platform['live'] = (event, streams) =>
    untilLive(streams, (id) => deliver(event, 'ord_opening', { id }));

  return { services, gateway, gateways, deliver, live, close: () => closeAll(opened) };
}

/** The orders service tells its events to whoever registered. Gateways on one event log are one: one of them does. */
async function untilRegistered({ urls }: ExampleProcesses, gatewayUrls: readonly string[]): Promise<void> {
  await until('a gateway registers with orders', async () => {
    const response = await fetch(`${urls.orders}/subscriptions`);
    const registered = ((await response.json()) as { callbackUrl: string }[]).map(
      ({ callbackUrl }) => callbackUrl,
    );
    return gatewayUrls.some((url) => registered.includes(`${url}/webhooks/orders`));
  });
}

async function closeAll(opened: (() => Promise<unknown>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of opened.splice(0).toReversed())
    await close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

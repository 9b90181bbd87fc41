/** An event that nobody waits for is kept all the same. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import { eventLogs, type EventLogUrl } from '../../utils/event-log-urls.ts';
import { exampleDelivery } from '../../utils/example-events.ts';
import { startExampleProcesses, type ExampleProcesses } from '../../utils/example-processes.ts';
import { startGatewayProcess, stopWell } from '../../utils/gateway-process.ts';
import { untilLive } from '../../utils/live.ts';
import { orderIdOf } from '../../utils/result-stream.ts';
import { send } from '../../utils/webhook-delivery.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';

describe.each(eventLogs)('with events in $kind', ({ open }) => {
  let log: EventLogUrl;
  let services: ExampleProcesses;

  beforeAll(async () => {
    log = await open();
    services = await startExampleProcesses();
  });

  afterAll(async () => {
    await services.stop();
    await log.close();
    expect(runningPrograms()).toEqual([]);
  });

  const startGateway = () => startGatewayProcess({ env: services.gatewayEnv, eventsUrl: log.url });

  function deliver(gatewayUrl: string, orderId: string, id: string): Promise<Response> {
    const { secrets } = services;
    return send(exampleDelivery({ event: 'orderCreated', gatewayUrl, secrets, orderId, id }));
  }

  /** A cursor of the stream, from a subscriber that has left when this resolves. */
  async function cursorNow(gatewayUrl: string): Promise<string> {
    const client = await connectWebSocket(gatewayUrl);
    const stream = client.subscribe('subscription { orderCreated { id } }');
    await untilLive([stream], (id) => deliver(gatewayUrl, 'ord_opening', id));
    await deliver(gatewayUrl, 'ord_seen', 'msg_seen');
    const { extensions } = await stream.next();
    await client.close();
    return extensions?.event?.cursor ?? '';
  }

  test('what was delivered to nobody is replayed, after the gateway was killed and started again', async () => {
    const first = await startGateway();
    const after = await cursorNow(first.url);
    for (const number of [1, 2, 3]) {
      expect((await deliver(first.url, `ord_kept_${number}`, `msg_${number}`)).status).toBe(202);
    }
    // A 2xx was the promise that they are kept: nothing is left to a farewell.
    await first.kill();

    const second = await startGateway();
    const again = await deliver(second.url, 'ord_kept_3', 'msg_3');
    expect([again.status, again.headers.get('sluice-duplicate')]).toEqual([202, 'true']);
    const client = await connectWebSocket(second.url);
    const stream = client.subscribe(`subscription { orderCreated(after: "${after}") { id status } }`);
    await deliver(second.url, 'ord_live', 'msg_live');
    const results = await stream.through((result) => orderIdOf(result) === 'ord_live');
    expect(results.map(orderIdOf)).toEqual(['ord_kept_1', 'ord_kept_2', 'ord_kept_3', 'ord_live']);
    expect(results[0]).toMatchObject({
      data: { orderCreated: { status: 'PENDING' } },
      extensions: { event: { id: 'msg_1', source: 'orders', type: 'orderCreated' } },
    });
    await client.close();
    await stopWell(second);
  });
});

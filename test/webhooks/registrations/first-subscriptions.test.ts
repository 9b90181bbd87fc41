/** What awaits its first subscriber, from one node to the next, on both event logs. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EventLog } from '../../../events/event-log.ts';
import { silentLogger } from '../../../events/logger.ts';
import { openEventLog } from '../../../events/open.ts';
import { createCallbackRegistrar } from '../../../webhooks/registrations/callback-registrar.ts';
import { eventLogs, type EventLogUrl } from '../../utils/event-log-urls.ts';
import { until } from '../../utils/until.ts';
import { isRegistered, startCallbackNode, type CallbackNodeOptions } from './callback-node.ts';
import { startSubscriptionService, type SubscriptionService } from './subscription-service.ts';

const awaiting = 'when: first-subscriber, id: /id, unregister: unsubscribe';

describe.each(eventLogs)('$kind', ({ open }) => {
  let store: EventLogUrl;
  let log: EventLog;
  let service: SubscriptionService;
  let opened: (() => Promise<unknown>)[];
  let alive: ReturnType<typeof setInterval>;

  beforeEach(async () => {
    store = await open();
    log = await openEventLog({ url: store.url });
    service = await startSubscriptionService();
    opened = [];
    // Timers of the registrar keep no process alive, so the test has to.
    alive = setInterval(() => {}, 1_000);
  });

  afterEach(async () => {
    for (const close of opened.toReversed()) await close();
    await log.close();
    await store.close();
    await service.close();
    clearInterval(alive);
  });

  async function startNode(options: CallbackNodeOptions = {}) {
    const node = await startCallbackNode({ service, records: log.records, now: Date.now, ...options });
    opened.push(() => node.close());
    return node;
  }

  test('what was subscribed to just before the end is registered by the next node', async () => {
    const first = await startNode({ register: awaiting });
    await until('it is idle', async () => first.registrar.status()[0]?.state === 'idle');
    first.registrar.subscribed('orders', 'orderCreated');
    await first.registrar.close();
    const second = await startNode({ register: awaiting });
    await isRegistered(second.registrar);
  });

  test('what is registered already stays so when it would await its first subscriber, under any PUBLIC_URL', async () => {
    const first = await startNode();
    await isRegistered(first.registrar);
    await first.registrar.close();
    await startNode({ register: awaiting, publicUrl: 'https://new.example' });
    await until('the former one is ended', async () =>
      service.asked().includes('DELETE /subscriptions/sub_1'),
    );
    expect([...service.subscriptions]).toEqual([['sub_2', 'https://new.example/webhooks/orders']]);
  });

  test('what is removed is unregistered although another callback awaits its first subscriber', async () => {
    const first = await startNode();
    await isRegistered(first.registrar);
    await first.registrar.close();
    const { promise: ended, resolve } = Promise.withResolvers<string | null>();
    const registrar = createCallbackRegistrar({
      registrations: [
        {
          source: 'orders',
          name: 'orderPaid',
          describe: 'subscribe',
          fingerprint: 'paid',
          firstSubscribedTo: ['orderPaid'],
          register: () => Promise.reject(new Error('nobody subscribed')),
        },
      ],
      endings: {
        isServed: () => true,
        async end(_source, { id }) {
          resolve(id);
          return true;
        },
      },
      records: log.records,
      lookMs: 5,
      logger: silentLogger,
      random: () => 0,
    });
    opened.push(registrar.close);
    registrar.start();
    expect(await ended).toBe('sub_1');
    await until('it is forgotten', async () => (await log.records.count('callbacks')) === 0);
    expect(registrar.status()).toMatchObject([{ state: 'idle', lastError: null }]);
  });
});

/** Sluice registers callbacks with a real service, on both event logs. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EventLog } from '../../../events/event-log.ts';
import { openEventLog } from '../../../events/open.ts';
import { callbackViews } from '../../../webhooks/registrations/callback-state.ts';
import { eventLogs, type EventLogUrl } from '../../utils/event-log-urls.ts';
import { until } from '../../utils/until.ts';
import {
  isRegistered,
  refreshMs,
  startCallbackNode,
  whole,
  type CallbackNodeOptions,
} from './callback-node.ts';
import { startSubscriptionService, type SubscriptionService } from './subscription-service.ts';

/** Every name leads to a private address. */
const privateAddress = () => Promise.resolve([{ address: '10.0.0.8', family: 4 }]);

describe.each(eventLogs)('$kind', ({ open }) => {
  let store: EventLogUrl;
  let log: EventLog;
  let service: SubscriptionService;
  let nowMs: number;
  let opened: (() => Promise<unknown>)[];
  let alive: ReturnType<typeof setInterval>;

  beforeEach(async () => {
    store = await open();
    log = await openEventLog({ url: store.url });
    service = await startSubscriptionService();
    nowMs = Date.parse('2026-11-23T00:00:00Z');
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
    const node = await startCallbackNode({ service, records: log.records, now: () => nowMs, ...options });
    opened.push(() => node.close());
    return node;
  }

  const isAsked = (...expected: string[]) =>
    until(
      `the service is asked ${expected.join(', ')}`,
      async () => JSON.stringify(service.asked()) === JSON.stringify(expected),
    );
  /** What is under way is written down. */
  const isSettled = () =>
    until('nothing is claimed', async () => {
      const records = await log.records.list('callbacks', null, 10);
      return records.every(
        ({ json }) => (JSON.parse(json) as { claimedUntil: unknown }).claimedUntil === null,
      );
    });
  const views = () => callbackViews(log.records);

  test('what came back is stored', async () => {
    service.behaviour.lifeSeconds = 3_600;
    const { registrar } = await startNode({ register: `${whole}, expires: /expiresIn` });
    await isRegistered(registrar);
    expect(await views()).toEqual([
      {
        source: 'orders',
        describe: 'subscribe',
        id: 'sub_1',
        url: 'http://sluice.example/webhooks/orders',
        expiresAt: '2026-11-23T01:00:00.000Z',
        confirmedAt: '2026-11-23T00:00:00.000Z',
        dueAt: '2026-11-23T00:05:00.000Z',
        failures: 0,
        lastError: null,
      },
    ]);
    expect(service.requests[0]?.body).toBe('{"callbackUrl":"http://sluice.example/webhooks/orders"}');
  });

  test.each([
    ['at its end', (id: string) => `/subscriptions/${id}`, 'sub_1'],
    ['of another origin', (id: string) => `https://other.example/hub/${id}?x=1`, 'sub_1'],
    ['with a slash at its end', (id: string) => `/subscriptions/${id}/`, 'sub_1'],
    ['that is encoded', () => '/subscriptions/a%20b', 'a b'],
    ['that can not be decoded', () => '/subscriptions/%FF', null],
    ['that is no URL', () => 'http://', null],
  ])('without a pointer the id is that of the Location %s', async (_what, location, id) => {
    service.behaviour.location = location;
    const { registrar } = await startNode({ register: 'when: start' });
    await isRegistered(registrar);
    expect(await views()).toMatchObject([{ id }]);
  });

  test('an answer without the id that is configured is told, and registered all the same', async () => {
    const { registrar, logger } = await startNode({ register: 'when: start, id: /data/id' });
    await isRegistered(registrar);
    expect(registrar.status()).toMatchObject([{ lastError: 'it has no id at /data/id' }]);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'callback answer is incomplete' }),
    );
    expect(service.asked()).toEqual(['POST /subscriptions']);
  });

  test('a restart does not register again what is fresh', async () => {
    const first = await startNode();
    await isRegistered(first.registrar);
    await first.registrar.close();
    nowMs += refreshMs - 1;
    const second = await startNode();
    await isRegistered(second.registrar);
    await isSettled();
    expect(service.asked()).toEqual(['POST /subscriptions']);
    nowMs += 1;
    await isAsked('POST /subscriptions', 'POST /subscriptions');
    expect([...service.subscriptions]).toHaveLength(1);
  });

  test('with a check, a start and a refresh ask first, and register again only what is gone', async () => {
    const register = `${whole}, check: getSubscription`;
    const first = await startNode({ register });
    await isRegistered(first.registrar);
    await isSettled();
    nowMs += refreshMs;
    await isAsked('POST /subscriptions', 'GET /subscriptions/sub_1');
    await first.registrar.close();
    service.subscriptions.clear();
    service.requests.length = 0;
    const second = await startNode({ register });
    await isAsked('GET /subscriptions/sub_1', 'POST /subscriptions');
    await isRegistered(second.registrar);
    expect(await views()).toMatchObject([{ id: 'sub_2' }]);
  });

  test('one that expires is renewed before it does', async () => {
    service.behaviour.lifeSeconds = 100;
    const { registrar } = await startNode({ register: `${whole}, expires: /expiresIn` });
    await isRegistered(registrar);
    await isSettled();
    nowMs += 74_999;
    await isSettled();
    expect(service.asked()).toEqual(['POST /subscriptions']);
    nowMs += 1;
    await isAsked('POST /subscriptions', 'POST /subscriptions');
    await until(
      'the new end is stored',
      async () => (await views())[0]?.expiresAt === '2026-11-23T00:02:55.000Z',
    );
  });

  test.each([
    ['a service that keeps the id for a URL', true],
    ['a service that makes another for each call', false],
  ])(
    'under another PUBLIC_URL it is registered again with %s, and the former one is ended',
    async (_, same) => {
      service.behaviour.isIdempotent = same;
      const first = await startNode();
      await isRegistered(first.registrar);
      await first.registrar.close();
      const second = await startNode({ publicUrl: 'https://new.example' });
      await isAsked('POST /subscriptions', 'POST /subscriptions', 'DELETE /subscriptions/sub_1');
      await isRegistered(second.registrar);
      expect([...service.subscriptions]).toEqual([['sub_2', 'https://new.example/webhooks/orders']]);
    },
  );

  test('a service that makes another registration for each call has one after each refresh', async () => {
    service.behaviour.isIdempotent = false;
    const { registrar } = await startNode();
    await isRegistered(registrar);
    await isSettled();
    nowMs += refreshMs;
    await isAsked('POST /subscriptions', 'POST /subscriptions', 'DELETE /subscriptions/sub_1');
    expect([...service.subscriptions.keys()]).toEqual(['sub_2']);
  });

  test('what is removed from the folder is unregistered', async () => {
    const first = await startNode();
    await isRegistered(first.registrar);
    await first.registrar.close();
    const { logger } = await startNode({ register: null });
    await until('it is forgotten', async () => (await views()).length === 0);
    expect(service.asked()).toEqual(['POST /subscriptions', 'DELETE /subscriptions/sub_1']);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ level: 'info', message: 'callback unregistered', id: 'sub_1' }),
    );
  });

  test('while the service is down, what is removed is tried again', async () => {
    const first = await startNode();
    await isRegistered(first.registrar);
    await first.registrar.close();
    service.behaviour.isDown = true;
    const { registrar } = await startNode({ register: null });
    await until('it failed', async () => (await views())[0]?.failures === 1);
    expect(registrar.status()).toMatchObject([
      { state: 'removing', lastError: 'orders.unsubscribe: the service answered 503' },
    ]);
    service.behaviour.isDown = false;
    nowMs += 1_000;
    await until('it is forgotten', async () => (await views()).length === 0);
    expect([...service.subscriptions]).toEqual([]);
  });

  test('a folder that is not served keeps its registrations', async () => {
    const first = await startNode();
    await isRegistered(first.registrar);
    await first.registrar.close();
    const { registrar, logger } = await startNode({ name: 'shop', register: null });
    await until('it is told', async () => logger.lines.length > 0);
    expect(logger.lines).toMatchObject([
      {
        level: 'warn',
        source: 'orders',
        message: 'callback of a source that is not served stays registered',
      },
    ]);
    expect(registrar.status()).toEqual([]);
    expect([...service.subscriptions.keys()]).toEqual(['sub_1']);
  });

  test.each([
    ['ended at its Location', (id: string) => `/subscriptions/${id}`, 'DELETE /subscriptions/sub_1', 0],
    ['left to a service that has no Location', undefined, null, 0],
    ['not ended at a private address', () => 'http://private.example/subscriptions/sub_1', null, 1],
  ])('what can not be unregistered by an operation is %s', async (_what, location, asked, kept) => {
    service.behaviour.location = location;
    const first = await startNode({ register: 'when: start' });
    await isRegistered(first.registrar);
    await first.registrar.close();
    const { logger } = await startNode({ register: null, resolve: privateAddress });
    await until('it is done or failed', async () => (await views()).every(({ failures }) => failures > 0));
    expect(service.asked()).toEqual(['POST /subscriptions', ...(asked === null ? [] : [asked])]);
    expect(await views()).toHaveLength(kept);
    if (kept === 1) {
      const reason = 'the host is not public: OUTBOUND_HOSTS_ALLOWED can allow it';
      expect(logger.lines).toContainEqual(expect.objectContaining({ level: 'warn', reason }));
    }
  });

  test('a service that is down at the start is tried again, with growing pauses', async () => {
    service.behaviour.isDown = true;
    const { registrar, logger } = await startNode();
    for (const [failures, pauseMs] of [
      [1, 1_000],
      [2, 2_000],
      [3, 4_000],
    ] as const) {
      await until(`${failures} failures`, async () => registrar.status()[0]?.failures === failures);
      await isSettled();
      expect(registrar.status()).toMatchObject([
        { state: 'retrying', lastError: 'orders.subscribe: the service answered 503' },
      ]);
      nowMs += pauseMs;
    }
    service.behaviour.isDown = false;
    nowMs += 8_000;
    await isRegistered(registrar);
    expect(logger.lines.filter((line) => (line as { level: string }).level === 'warn')).toMatchObject([
      { failures: 1, retryInMs: 1_000, message: 'callback registration failed' },
      { failures: 2, retryInMs: 2_000 },
      { failures: 3, retryInMs: 4_000 },
      ...service
        .asked()
        .slice(4)
        .map(() => ({ failures: 4 })),
    ]);
  });

  test('a service that is down later keeps what it said, and is tried again', async () => {
    const { registrar } = await startNode();
    await isRegistered(registrar);
    await isSettled();
    service.behaviour.isDown = true;
    nowMs += refreshMs;
    await until('it failed', async () => registrar.status()[0]?.state === 'retrying');
    expect(await views()).toMatchObject([{ id: 'sub_1', failures: 1 }]);
    service.behaviour.isDown = false;
    nowMs += 1_000;
    await isRegistered(registrar);
    expect([...service.subscriptions.keys()]).toEqual(['sub_1']);
  });

  test('of three nodes that start together one registers', async () => {
    const nodes = await Promise.all([startNode(), startNode(), startNode()]);
    await Promise.all(nodes.map(({ registrar }) => isRegistered(registrar)));
    await isSettled();
    expect(service.asked()).toEqual(['POST /subscriptions']);
    nowMs += refreshMs;
    await until('it is refreshed', async () => service.asked().length >= 2);
    await isSettled();
    expect(service.asked()).toHaveLength(2);
  });

  test('closing stops an attempt at once, and the next node need not wait for it', async () => {
    const answer = service.answer;
    const isCalled = new Promise<void>((resolve) => {
      service.answer = () => resolve();
    });
    const first = await startNode();
    await isCalled;
    await first.registrar.close();
    service.answer = answer;
    expect(first.logger.lines).toEqual([]);
    const second = await startNode();
    await isRegistered(second.registrar);
  });
});

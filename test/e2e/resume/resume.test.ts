/** A subscriber that was away gets what it missed, in order, and then what happens. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { altered } from '../../utils/altered-cursor.ts';
import { runningPrograms } from '../../utils/child-process.ts';
import { eventLogs } from '../../utils/event-log-urls.ts';
import { startPlatform, type Platform } from '../../utils/platform.ts';
import { orderIdOf, type ResultStream, type SubscriptionResult } from '../../utils/result-stream.ts';
import { createSseClient } from '../../utils/sse-client.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';

const live = 'subscription { orderCreated { id status customer { name } } }';
const resumed =
  'subscription ($after: EventCursor) { orderCreated(after: $after) { id status customer { name } } }';

/** A connection that may be cut, by transport. */
interface Connection {
  readonly subscribe: (query: string, variables?: Record<string, unknown>) => ResultStream;
  /** Ends it the way that connections end: without a word. */
  readonly cut: (stream: ResultStream) => Promise<unknown>;
}

const transports: readonly { name: string; connect: (url: string) => Promise<Connection> }[] = [
  {
    name: 'WebSocket',
    connect: async (url) => {
      const client = await connectWebSocket(url);
      const cut = () => {
        client.terminate();
        return client.closed;
      };
      return { subscribe: (...of) => client.subscribe(...of), cut };
    },
  },
  {
    name: 'SSE',
    connect: async (url) => {
      const client = createSseClient(url);
      return { subscribe: (...of) => client.subscribe(...of), cut: (stream) => stream.stop() };
    },
  },
];

/** As version 1 was written. */
const unsigned = Buffer.from('[1,"orders","yl950jpbnnhJ",1]').toString('base64url');

const cursorOf = ({ extensions }: SubscriptionResult) => extensions?.event?.cursor;

async function take(stream: ResultStream, count: number): Promise<SubscriptionResult[]> {
  const results: SubscriptionResult[] = [];
  while (results.length < count) results.push(await stream.next());
  return results;
}

describe.each(eventLogs)('with events in $kind', ({ open }) => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await startPlatform({ openLog: open });
  });

  afterAll(async () => {
    await platform.close();
    expect(runningPrograms()).toEqual([]);
  });

  async function deliver(...orderIds: string[]): Promise<void> {
    for (const id of orderIds) expect((await platform.deliver('orderCreated', id)).status).toBe(202);
  }

  describe.each(transports)('over $name', ({ name, connect }) => {
    const order = (number: number) => `ord_${name}_${number}`;

    test('who missed three events gets exactly those three, then the live ones', async () => {
      const before = await connect(platform.gateway.url);
      const first = before.subscribe(live);
      await platform.live('orderCreated', [first]);
      await deliver(order(1), order(2));
      const seen = await take(first, 2);
      await before.cut(first);

      // Events of another type lie between: they belong to the same stream and are none of its business.
      await deliver(order(3));
      await platform.deliver('orderStatusChanged', order(3));
      await deliver(order(4), order(5));

      const after = await connect(platform.gateway.url);
      const second = after.subscribe(resumed, { after: cursorOf(seen[1] as SubscriptionResult) });
      const missed = await take(second, 3);
      await deliver(order(6), order(7));
      const results = [...missed, ...(await take(second, 2))];
      expect(results.map(orderIdOf)).toEqual([3, 4, 5, 6, 7].map(order));
      expect(results.map(({ errors }) => errors)).toEqual(Array(5).fill(undefined));
      expect(results[0]?.data).toEqual({
        orderCreated: { id: order(3), status: 'PENDING', customer: { name: 'Miriam Okafor' } },
      });
      expect(new Set([...seen, ...results].map(cursorOf)).size).toBe(7);
      await after.cut(second);
    });

    test('every cursor leads to the event after its own, the one read in between included', async () => {
      const connection = await connect(platform.gateway.url);
      const all = connection.subscribe(live);
      await platform.live('orderCreated', [all]);
      await deliver(order(11), order(12), order(13));
      const seen = await take(all, 3);
      // Read while events go on arriving: the seam between the log and what is live.
      const deliveries = deliver(...[14, 15, 16, 17, 18].map(order));
      const streams = seen.map((result) => connection.subscribe(resumed, { after: cursorOf(result) }));
      const replays = await Promise.all(streams.map((stream, index) => take(stream, 7 - index)));
      await deliveries;
      const expected = [12, 13, 14, 15, 16, 17, 18].map(order);
      expect(replays.map((results) => results.map(orderIdOf))).toEqual([
        expected,
        expected.slice(1),
        expected.slice(2),
      ]);
      await connection.cut(all);
      for (const stream of streams) await stream.stop();
    });
  });

  /** What is passed as a cursor, and is none for this stream. */
  const refused: readonly { title: string; cursor: () => Promise<string> | string }[] = [
    { title: 'no cursor at all', cursor: () => 'yesterday' },
    { title: 'an empty one', cursor: () => '' },
    { title: 'one that was cut short', cursor: async () => (await paymentCursor()).slice(0, -4) },
    { title: 'one that was counted down', cursor: async () => altered(cursorOf(await orderResult()) ?? '') },
    { title: 'one without a signature', cursor: () => unsigned },
    { title: 'one of another stream', cursor: () => paymentCursor() },
  ];

  async function orderResult(): Promise<SubscriptionResult> {
    const client = await connectWebSocket(platform.gateway.url);
    const orders = client.subscribe(live);
    await platform.live('orderCreated', [orders]);
    await deliver('ord_first', 'ord_second');
    const [, second] = await take(orders, 2);
    await client.close();
    return second as SubscriptionResult;
  }

  async function paymentCursor(): Promise<string> {
    const client = await connectWebSocket(platform.gateway.url);
    const payments = client.subscribe('subscription { paymentConfirmed { id } }');
    await platform.live('paymentConfirmed', [payments]);
    await platform.deliver('paymentConfirmed', 'ord_paid');
    const cursor = cursorOf(await payments.next());
    await client.close();
    return cursor ?? '';
  }

  test.each(refused)('$title is CURSOR_INVALID, and the socket stays open', async ({ cursor }) => {
    const after = await cursor();
    const client = await connectWebSocket(platform.gateway.url);
    const other = client.subscribe(live);
    await platform.live('orderCreated', [other]);

    const { data, errors } = await client.subscribe(resumed, { after }).next();
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);

    expect(await client.query('{ order(orderId: "ord_1001") { id } }')).toEqual({
      data: { order: { id: 'ord_1001' } },
    });
    await deliver('ord_still_there');
    expect(orderIdOf(await other.next())).toBe('ord_still_there');
    await client.close();
  });

  test.each(refused)('$title is CURSOR_INVALID over SSE too, and the only result', async ({ cursor }) => {
    const stream = createSseClient(platform.gateway.url).subscribe(resumed, { after: await cursor() });
    expect((await stream.next()).errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
    await stream.ended();
  });
});

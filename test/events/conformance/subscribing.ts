import { createCollector, deliveries, delivery, idsOf, offsetsOf, range } from '../deliveries.ts';
import type { Guarantee } from './guarantee.ts';

export const subscribing: readonly Guarantee[] = [
  {
    id: 'subscribe-from',
    sentence: 'a subscriber gets everything above `from`, in order, and nothing below',
    run: async (store) => {
      const log = await store.open();
      await log.append(deliveries(3));
      const { events, collect, reached } = createCollector();
      const { from } = await log.subscribe('orders', collect);
      expect(from).toEqual(await log.head('orders'));
      await Promise.all(deliveries(100).map((one) => log.append([one])));
      await reached(100);
      expect(offsetsOf(events)).toEqual(range(4, 103));
    },
  },
  {
    id: 'subscribe-same-event',
    sentence: 'a live event is the very event that read gives',
    run: async (store) => {
      const log = await store.open();
      const { events, collect, reached } = createCollector();
      const { from } = await log.subscribe('orders', collect);
      await log.append([delivery({ dataJson: '{ "n": 1.0 }', subject: 's' }), delivery()]);
      await reached(2);
      expect(events).toEqual(await log.read('orders', from, 10));
    },
  },
  {
    id: 'subscribe-during-appends',
    sentence: 'what is read up to `from` and what is delivered above it are the whole, while appends go on',
    run: async (store) => {
      const log = await store.open();
      const given = deliveries(300);
      const appending = Promise.all(given.map((one) => log.append([one])));
      const { events, collect, reached } = createCollector();
      const { from } = await log.subscribe('orders', collect);
      await appending;
      await reached(300 - from.offset);
      const before = (await log.read('orders', null, 1000)).filter(({ offset }) => offset <= from.offset);
      expect(offsetsOf([...before, ...events])).toEqual(range(1, 300));
    },
  },
  {
    id: 'subscribe-only-new',
    sentence: 'duplicates and conflicts are not delivered',
    run: async (store) => {
      const log = await store.open();
      const { events, collect, reached } = createCollector();
      await log.subscribe('orders', collect);
      const first = delivery({ id: 'first' });
      await log.append([first]);
      await log.append([first, delivery({ id: 'first', dataJson: '0' }), delivery({ id: 'second' })]);
      await reached(2);
      expect(idsOf(events)).toEqual(['first', 'second']);
    },
  },
  {
    id: 'subscribe-own-source',
    sentence: 'a subscriber of one source hears nothing of another',
    run: async (store) => {
      const log = await store.open();
      const orders = createCollector();
      const payments = createCollector();
      await log.subscribe('orders', orders.collect);
      await log.subscribe('payments', payments.collect);
      await log.append([delivery({ source: 'payments', id: 'p' }), delivery({ id: 'o' })]);
      await Promise.all([orders.reached(1), payments.reached(1)]);
      expect([idsOf(orders.events), idsOf(payments.events)]).toEqual([['o'], ['p']]);
    },
  },
  {
    id: 'subscribe-later',
    sentence: 'a subscriber that joins another gets only what is appended after it joined',
    run: async (store) => {
      const log = await store.open();
      const early = createCollector();
      const late = createCollector();
      const first = await log.subscribe('orders', early.collect);
      await log.append(deliveries(5));
      const second = await log.subscribe('orders', late.collect);
      expect(first.from.offset).toBe(0);
      expect(second.from.offset).toBe(5);
      await log.append(deliveries(2));
      await Promise.all([early.reached(7), late.reached(2)]);
      expect(offsetsOf(early.events)).toEqual(range(1, 7));
      expect(offsetsOf(late.events)).toEqual([6, 7]);
    },
  },
  {
    id: 'one-leaves',
    sentence: 'when one of two subscribers leaves, also twice, the other goes on',
    run: async (store) => {
      const log = await store.open();
      const stays = createCollector();
      const leaves = createCollector();
      await log.subscribe('orders', stays.collect);
      const { unsubscribe } = await log.subscribe('orders', leaves.collect);
      await log.append([delivery()]);
      await Promise.all([stays.reached(1), leaves.reached(1)]);
      unsubscribe();
      unsubscribe();
      await log.append([delivery()]);
      await stays.reached(2);
      expect([stays.events.length, leaves.events.length]).toEqual([2, 1]);
    },
  },
  {
    id: 'same-callback-twice',
    sentence: 'one callback subscribed twice is two subscriptions',
    run: async (store) => {
      const log = await store.open();
      const { events, collect, reached } = createCollector();
      const { unsubscribe } = await log.subscribe('orders', collect);
      await log.subscribe('orders', collect);
      await log.append([delivery()]);
      await reached(2);
      unsubscribe();
      await log.append([delivery()]);
      await reached(3);
      expect(offsetsOf(events)).toEqual([1, 1, 2]);
    },
  },
  {
    id: 'all-leave-and-return',
    sentence: 'after the last subscriber has left, a new one is served like the first',
    run: async (store) => {
      const log = await store.open();
      for (const round of range(1, 5)) {
        const { events, collect, reached } = createCollector();
        const { from, unsubscribe } = await log.subscribe('orders', collect);
        expect(from.offset).toBe(round - 1);
        await log.append([delivery()]);
        await reached(1);
        expect(offsetsOf(events)).toEqual([round]);
        unsubscribe();
      }
    },
  },
  {
    id: 'unsubscribe-in-callback',
    sentence: 'a subscriber may leave, and take another with it, from within its callback',
    run: async (store) => {
      const log = await store.open();
      const witness = createCollector();
      const heard: string[] = [];
      const leave: (() => void)[] = [];
      for (const name of ['a', 'b']) {
        const { unsubscribe } = await log.subscribe('orders', () => {
          heard.push(name);
          for (const one of leave) one();
        });
        leave.push(unsubscribe);
      }
      await log.subscribe('orders', witness.collect);
      await log.append([delivery()]);
      await log.append([delivery()]);
      await witness.reached(2);
      expect(heard).toEqual(['a']);
    },
  },
  {
    id: 'no-call-after-unsubscribe',
    sentence: 'no callback comes after unsubscribe, also for events that were under way',
    run: async (store) => {
      const log = await store.open();
      const witness = createCollector();
      let calls = 0;
      await log.subscribe('orders', witness.collect);
      const { unsubscribe } = await log.subscribe('orders', () => {
        calls += 1;
      });
      const appending = log.append(deliveries(100));
      unsubscribe();
      await appending;
      await witness.reached(100);
      expect(calls).toBe(0);
    },
  },
  {
    id: 'throwing-subscriber',
    sentence: 'a callback that throws harms neither the append nor its neighbours',
    run: async (store) => {
      const log = await store.open();
      const { collect, reached } = createCollector();
      await log.subscribe('orders', () => {
        throw new Error('a bug of the subscriber');
      });
      await log.subscribe('orders', collect);
      await log.append([delivery()]);
      await log.append([delivery()]);
      await reached(2);
    },
  },
  {
    id: 'subscribe-many',
    sentence: 'a hundred subscribers, joining and leaving at once, each get exactly what is theirs',
    run: async (store) => {
      const log = await store.open();
      const collectors = range(1, 100).map(() => createCollector());
      const joining = collectors.map(({ collect }) => log.subscribe('orders', collect));
      const appending = Promise.all(deliveries(50).map((one) => log.append([one])));
      const subscriptions = await Promise.all(joining);
      await appending;
      for (const [at, { events, reached }] of collectors.entries()) {
        const { from, unsubscribe } = subscriptions[at] as (typeof subscriptions)[number];
        await reached(50 - from.offset);
        unsubscribe();
        expect(offsetsOf(events)).toEqual(range(from.offset + 1, 50));
      }
    },
  },
];

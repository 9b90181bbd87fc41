import { CursorExpiredError, type EventLog, type Position } from '../../../events/event-log.ts';
import { followEvents } from '../../../events/follow.ts';
import { deliveries, delivery, idsOf, largeDeliveries, offsetsOf, range, take } from '../deliveries.ts';
import type { Guarantee } from './guarantee.ts';

async function start(log: EventLog): Promise<Position> {
  return { ...(await log.head('orders')), offset: 0 };
}

/** A follower from now on, and the moment at which it is live. */
function followLive(
  log: EventLog,
  options: { readonly bufferMax?: number; readonly pageSize?: number } = {},
) {
  const live = Promise.withResolvers<Position>();
  const batches = followEvents({ log, source: 'orders', after: null, onLive: live.resolve, ...options });
  return { batches, live: live.promise };
}

/** Counts the reads of a log. */
function countingReads(log: EventLog): { readonly log: EventLog; readonly reads: () => number } {
  let reads = 0;
  const read = (...args: Parameters<EventLog['read']>) => ((reads += 1), log.read(...args));
  return { log: { ...log, read }, reads: () => reads };
}

/** Counts the subscriptions that are open. */
function counting(log: EventLog): { readonly log: EventLog; readonly open: () => number } {
  let open = 0;
  return {
    open: () => open,
    log: {
      ...log,
      subscribe: async (source, onEvents) => {
        open += 1;
        const { from, unsubscribe } = await log.subscribe(source, onEvents);
        return {
          from,
          unsubscribe: () => {
            open -= 1;
            unsubscribe();
          },
        };
      },
    },
  };
}

export const following: readonly Guarantee[] = [
  {
    id: 'follow-replay-live',
    sentence:
      'a follower gets the past and then the present without a hole or a duplicate while appends go on',
    run: async (store) => {
      const log = await store.open();
      const given = deliveries(1000);
      await log.append(given.slice(0, 400));
      const following = take(
        followEvents({ log, source: 'orders', after: await start(log), pageSize: 50 }),
        1000,
      );
      for (const one of given.slice(400, 600)) await log.append([one]);
      await Promise.all(given.slice(600).map((one) => log.append([one])));
      const events = await following;
      expect(offsetsOf(events)).toEqual(range(1, 1000));
      expect(idsOf(events)).toEqual(idsOf(given));
    },
  },
  {
    id: 'follow-from-the-middle',
    sentence: 'a follower begins just above its position',
    run: async (store) => {
      const log = await store.open();
      const results = await log.append(deliveries(5));
      const after = results[2]?.position ?? null;
      expect(offsetsOf(await take(followEvents({ log, source: 'orders', after }), 2))).toEqual([4, 5]);
    },
  },
  {
    id: 'follow-at-head',
    sentence: 'a follower whose position is the head gets the next event',
    run: async (store) => {
      const log = await store.open();
      await log.append(deliveries(5));
      const after = await log.head('orders');
      const following = take(followEvents({ log, source: 'orders', after }), 1);
      await log.append([delivery()]);
      expect(offsetsOf(await following)).toEqual([6]);
    },
  },
  {
    id: 'follow-now',
    sentence: 'a follower without a position gets only what is appended from now on',
    run: async (store) => {
      const log = await store.open();
      await log.append(deliveries(5));
      const { batches, live } = followLive(log);
      const following = take(batches, 2);
      expect((await live).offset).toBe(5);
      await log.append(deliveries(2));
      expect(offsetsOf(await following)).toEqual([6, 7]);
    },
  },
  {
    id: 'follow-slow',
    sentence: 'a slow consumer past its buffer is served from the log and misses nothing',
    run: async (store) => {
      const { log, reads } = countingReads(await store.open());
      const { batches, live } = followLive(log, { bufferMax: 10, pageSize: 7 });
      const first = batches.next();
      await live;
      for (const _ of range(1, 100)) await log.append([delivery()]);
      const events = [...((await first).value ?? [])];
      while (events.length < 100) events.push(...((await batches.next()).value ?? []));
      const rest = take(batches, 3);
      await log.append(deliveries(3));
      expect(offsetsOf([...events, ...(await rest)])).toEqual(range(1, 103));
      expect(reads()).toBeGreaterThan(5);
    },
  },
  {
    id: 'follow-slow-large',
    sentence: 'a slow consumer of large events holds a few of them and reads the others from the log',
    run: async (store) => {
      const { log, reads } = countingReads(await store.open());
      const { batches, live } = followLive(log);
      const first = batches.next();
      await live;
      for (const one of largeDeliveries(6, 600_000)) await log.append([one]);
      const events = [...((await first).value ?? [])];
      while (events.length < 6) events.push(...((await batches.next()).value ?? []));
      expect(offsetsOf(events)).toEqual(range(1, 6));
      expect(reads()).toBeGreaterThan(1);
      await batches.return?.();
    },
  },
  {
    id: 'follow-quick',
    sentence: 'a consumer that keeps up is never sent to the log, however many events came',
    run: async (store) => {
      const { log, reads } = countingReads(await store.open());
      const { batches, live } = followLive(log, { bufferMax: 3 });
      const events = [];
      for (const one of deliveries(20)) {
        const next = batches.next();
        await live;
        await log.append([one]);
        events.push(...((await next).value ?? []));
      }
      expect(offsetsOf(events)).toEqual(range(1, 20));
      expect(reads()).toBe(0);
      await batches.return?.();
    },
  },
  {
    id: 'follow-closed',
    sentence: 'followers end when their log is closed: while they wait for events, and before they joined',
    run: async (store) => {
      const log = await store.open();
      const { batches, live } = followLive(log);
      const waiting = batches.next();
      await live;
      await log.close();
      expect(await waiting).toEqual({ done: true, value: undefined });
      expect(await followLive(log).batches.next()).toEqual({ done: true, value: undefined });
    },
  },
  {
    id: 'follow-two-speeds',
    sentence: 'a slow consumer holds up no other',
    run: async (store) => {
      const log = await store.open();
      const slow = followLive(log, { bufferMax: 5 });
      const quick = followLive(log);
      const waiting = slow.batches.next();
      const following = take(quick.batches, 60);
      await Promise.all([slow.live, quick.live]);
      for (const one of deliveries(60)) await log.append([one]);
      expect(offsetsOf(await following)).toEqual(range(1, 60));
      expect(offsetsOf((await waiting).value ?? [])[0]).toBe(1);
      await slow.batches.return?.();
    },
  },
  {
    id: 'follow-return-waiting',
    sentence: 'return ends a follower that waits for events at once, and releases its subscription',
    run: async (store) => {
      const { log, open } = counting(await store.open());
      const { batches, live } = followLive(log);
      const next = batches.next();
      await live;
      expect(open()).toBe(1);
      await batches.return?.();
      expect(await next).toEqual({ done: true, value: undefined });
      expect(open()).toBe(0);
    },
  },
  {
    id: 'follow-abort',
    sentence:
      'an aborted signal ends the follower without an error: before it starts, while it joins, while it waits',
    run: async (store) => {
      const { log, open } = counting(await store.open());
      const ended = { done: true, value: undefined };
      const follow = (signal: AbortSignal, onLive?: () => void) =>
        followEvents({ log, source: 'orders', after: null, signal, ...(onLive && { onLive }) }).next();
      expect(await follow(AbortSignal.abort())).toEqual(ended);
      const joining = new AbortController();
      const joined = follow(joining.signal);
      joining.abort();
      expect(await joined).toEqual(ended);
      const waiting = new AbortController();
      expect(await follow(waiting.signal, () => waiting.abort())).toEqual(ended);
      await log.head('orders');
      expect(open()).toBe(0);
    },
  },
  {
    id: 'follow-break',
    sentence: 'leaving the loop after a batch releases the subscription',
    run: async (store) => {
      const { log, open } = counting(await store.open());
      await log.append(deliveries(10));
      await take(followEvents({ log, source: 'orders', after: await start(log), pageSize: 2 }), 1);
      expect(open()).toBe(0);
    },
  },
  {
    id: 'follow-expired',
    sentence:
      'a follower whose position is no longer kept gets CursorExpiredError, and its subscription is released',
    run: async (store) => {
      const opened = await store.open();
      await opened.append(deliveries(5));
      const { log, open } = counting(await store.trimmed(opened, 'orders', 3));
      const batches = followEvents({ log, source: 'orders', after: await start(log) });
      await expect(batches.next()).rejects.toThrow(CursorExpiredError);
      expect(await batches.next()).toEqual({ done: true, value: undefined });
      expect(open()).toBe(0);
    },
  },
  {
    id: 'no-gap-without-loss',
    sentence: 'over a reopening that lost nothing cursors stay good, ids known, and no event carries a gap',
    run: async (store) => {
      const first = await store.open();
      const given = deliveries(5);
      const cursor = (await first.append(given))[1]?.position ?? null;
      await first.close();
      const log = await store.open();
      const following = take(followEvents({ log, source: 'orders', after: cursor }), 5);
      const again = await log.append([...given.slice(0, 1), ...deliveries(2)]);
      expect(again.map(({ status }) => status)).toEqual(['duplicate', 'appended', 'appended']);
      const events = await following;
      expect(offsetsOf(events)).toEqual(range(3, 7));
      expect(events.filter(({ gap }) => gap !== undefined)).toEqual([]);
      expect(events).toEqual(await log.read('orders', cursor, 10));
    },
  },
  {
    id: 'follow-wiped',
    sentence: 'a position of a history that was lost is refused, and what the store begins anew is followed',
    run: async (store) => {
      const opened = await store.open();
      const after = (await opened.append(deliveries(3)))[0]?.position ?? null;
      const log = await store.wiped(opened);
      await log.append(deliveries(2));
      await expect(followEvents({ log, source: 'orders', after }).next()).rejects.toMatchObject({
        reason: 'unknown',
        earliest: await start(log),
      });
      const events = await take(followEvents({ log, source: 'orders', after: await start(log) }), 2);
      expect(offsetsOf(events)).toEqual([1, 2]);
      expect(events.filter(({ gap }) => gap !== undefined)).toEqual([]);
    },
  },
];

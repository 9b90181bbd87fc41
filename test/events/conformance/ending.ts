import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { EventLogUnavailableError } from '../../../events/event-log.ts';
import { createCollector, deliveries, delivery, idsOf, offsetsOf, range, readAll } from '../deliveries.ts';
import { startChild } from './child.ts';
import type { Guarantee } from './guarantee.ts';

export const ending: readonly Guarantee[] = [
  {
    id: 'reopen',
    sentence: 'a log that is opened again has its events, its epoch, its offsets and its ids',
    run: async (store) => {
      const first = await store.open();
      const given = deliveries(3);
      await first.append(given);
      const head = await first.head('orders');
      await first.close();
      const log = await store.open();
      expect(await log.head('orders')).toEqual(head);
      expect(idsOf(await readAll(log))).toEqual(idsOf(given));
      expect(await log.append([given[1] ?? delivery(), delivery()])).toEqual([
        { status: 'duplicate', position: { ...head, offset: 2 } },
        { status: 'appended', position: { ...head, offset: 4 } },
      ]);
    },
  },
  {
    id: 'kill-9',
    sentence: 'a process killed in the middle of appending loses no event that it acknowledged',
    run: async (store) => {
      const child = startChild('append-until-killed', store.childArgs);
      const acknowledged: string[] = [];
      for await (const line of createInterface(child.stdout)) {
        acknowledged.push(line);
        if (acknowledged.length === 200) child.kill('SIGKILL');
      }
      const log = await store.open();
      const events = await readAll(log);
      const ids = new Set(idsOf(events));
      expect(acknowledged.length).toBeGreaterThanOrEqual(200);
      expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
      expect(ids.size).toBe(events.length);
      expect(offsetsOf(events)).toEqual(range(1, events.length));
    },
  },
  {
    id: 'process-ends',
    sentence: 'after close nothing keeps the process alive',
    run: async (store) => {
      const child = startChild('use-and-close', store.childArgs);
      const output = createInterface(child.stdout)[Symbol.asyncIterator]();
      expect(await output.next()).toEqual({ done: false, value: 'closed' });
      expect(await once(child, 'exit')).toEqual([0, null]);
    },
  },
  {
    id: 'close-settles',
    sentence: 'close waits for appends under way: each is durable or refused',
    run: async (store) => {
      const first = await store.open();
      const given = deliveries(100);
      const appending = Promise.allSettled(given.map((one) => first.append([one])));
      await first.close();
      const outcomes = await appending;
      expect(outcomes.map(({ status }) => status)).toEqual(given.map(() => 'fulfilled'));
      const log = await store.open();
      expect(idsOf(await readAll(log))).toEqual(idsOf(given));
    },
  },
  {
    id: 'close-twice',
    sentence: 'a second close returns the same promise',
    run: async (store) => {
      const log = await store.open();
      const closing = log.close();
      expect(log.close()).toBe(closing);
      await closing;
      await log.close();
    },
  },
  {
    id: 'after-close',
    sentence: 'after close everything is refused as unavailable, status says so, and no callback comes',
    run: async (store) => {
      const log = await store.open();
      const { events, collect } = createCollector();
      const { unsubscribe } = await log.subscribe('orders', collect);
      await log.close();
      unsubscribe();
      await expect(log.append([delivery()])).rejects.toThrow(EventLogUnavailableError);
      await expect(log.read('orders', null, 1)).rejects.toThrow(EventLogUnavailableError);
      await expect(log.head('orders')).rejects.toThrow(EventLogUnavailableError);
      await expect(log.subscribe('orders', collect)).rejects.toThrow(EventLogUnavailableError);
      expect(await log.status()).toMatchObject({ available: false });
      expect(events).toEqual([]);
    },
  },
  {
    id: 'status',
    sentence: 'status of a log that works says that it does, and names the store',
    run: async (store) => {
      const log = await store.open();
      expect(await log.status()).toEqual({
        available: true,
        detail: expect.stringMatching(/^(SQLite|Redis) ./),
      });
    },
  },
];

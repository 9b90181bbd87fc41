import { CursorExpiredError, type EventLog, type VerifiedDelivery } from '../../../events/event-log.ts';
import { createClock, DAY_MS, HOUR_MS } from '../clock.ts';
import {
  createCollector,
  deliveries,
  delivery,
  idsOf,
  largeDeliveries,
  offsetsOf,
  range,
  readAll,
} from '../deliveries.ts';
import { until } from '../../utils/until.ts';
import type { Guarantee } from './guarantee.ts';

const week = { ageMs: 7 * DAY_MS, bytesMax: 0 };

/** Offsets of everything that is kept, however many pages it has. */
async function keptOffsets(log: EventLog, source = 'orders'): Promise<number[]> {
  const offsets: number[] = [];
  for (let page = await readAll(log, source); page.length > 0;) {
    offsets.push(...offsetsOf(page));
    page = await log.read(source, page.at(-1) ?? null, 1000);
  }
  return offsets;
}

function largeAt(source: string, hour: number): VerifiedDelivery {
  const dataJson = JSON.stringify('x'.repeat(50_000));
  return delivery({ source, time: `2026-11-22T${hour}:00:00.000Z`, dataJson });
}

export const retaining: readonly Guarantee[] = [
  {
    id: 'retained-age',
    sentence: 'events are removed when they are past their age, and not before; younger ones stay',
    run: async (store) => {
      const clock = createClock(week);
      const log = await store.open(clock.keeping);
      await log.append(deliveries(3));
      await clock.swept();
      clock.move(6 * DAY_MS);
      await log.append(deliveries(3));
      await clock.swept();
      expect(offsetsOf(await readAll(log))).toEqual(range(1, 6));
      clock.move(DAY_MS);
      await clock.swept();
      expect(offsetsOf(await readAll(log))).toEqual([4, 5, 6]);
      clock.move(6 * DAY_MS);
      await clock.swept();
      expect(await readAll(log)).toEqual([]);
    },
  },
  {
    id: 'retained-many',
    sentence: 'more events than one step removes go too, of every source',
    run: async (store) => {
      const clock = createClock(week);
      const log = await store.open(clock.keeping);
      await log.append([...deliveries(1200), ...deliveries(600, { source: 'payments' })]);
      // A mark that was set while they came is not old enough yet for another.
      clock.move(DAY_MS);
      await clock.swept();
      clock.move(8 * DAY_MS);
      await log.append([delivery(), delivery({ source: 'payments' })]);
      await until('removed', async () => (await readAll(log, 'payments')).length === 1);
      await until('removed', async () => (await readAll(log)).length === 1);
      expect(offsetsOf(await readAll(log))).toEqual([1201]);
      expect(offsetsOf(await readAll(log, 'payments'))).toEqual([601]);
    },
  },
  {
    id: 'retained-expired',
    sentence:
      'a position below what retention left is refused, with the earliest position that works, which then does',
    run: async (store) => {
      const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
      const log = await store.open(clock.keeping);
      const [first] = await log.append(deliveries(4));
      await clock.swept();
      clock.move(HOUR_MS);
      await log.append(deliveries(2));
      await until('removed', async () => offsetsOf(await readAll(log))[0] === 5);
      const { epoch } = await log.head('orders');
      const error = await log.read('orders', first?.position ?? null, 10).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(CursorExpiredError);
      const { earliest } = error as CursorExpiredError;
      expect(earliest).toEqual({ epoch, offset: 4 });
      expect(offsetsOf(await log.read('orders', earliest, 10))).toEqual([5, 6]);
    },
  },
  {
    id: 'retained-head',
    sentence:
      'when retention left nothing, the head and the epoch stay, and offsets go on, after a restart too',
    run: async (store) => {
      const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
      const opened = await store.open(clock.keeping);
      await opened.append(deliveries(3));
      const head = await opened.head('orders');
      await clock.swept();
      clock.move(HOUR_MS);
      await until('removed', async () => (await readAll(opened)).length === 0);
      await opened.close();
      const log = await store.open(clock.keeping);
      expect(await log.head('orders')).toEqual(head);
      expect(await log.read('orders', head, 10)).toEqual([]);
      await log.append([delivery()]);
      expect(offsetsOf(await log.read('orders', head, 10))).toEqual([4]);
    },
  },
  {
    id: 'retained-restart',
    sentence: 'events are as old as they are, also when the log was closed meanwhile',
    run: async (store) => {
      const clock = createClock(week);
      const opened = await store.open(clock.keeping);
      await opened.append(deliveries(3));
      await clock.swept();
      await opened.close();
      clock.move(8 * DAY_MS);
      const log = await store.open(clock.keeping);
      await log.append([delivery()]);
      await until('removed', async () => (await readAll(log)).length === 1);
      expect(offsetsOf(await readAll(log))).toEqual([4]);
    },
  },
  {
    id: 'retained-id',
    sentence: 'the id of an event that retention removed is known still: a duplicate, or a conflict',
    run: async (store) => {
      const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
      const log = await store.open(clock.keeping);
      const given = deliveries(2);
      await log.append(given);
      await clock.swept();
      clock.move(6 * DAY_MS);
      await until('removed', async () => (await readAll(log)).length === 0);
      await clock.swept();
      const other = delivery({ id: given[1]?.id ?? '' });
      expect(await log.append([...given.slice(0, 1), other])).toMatchObject([
        { status: 'duplicate', position: { offset: 1 } },
        { status: 'conflict', position: { offset: 2 } },
      ]);
      expect(await log.find('orders', other.id)).toMatchObject({ position: { offset: 2 } });
    },
  },
  {
    id: 'retained-own-time',
    sentence: 'the age of an event counts from its append, whatever its own time says',
    run: async (store) => {
      const clock = createClock(week);
      const log = await store.open(clock.keeping);
      const [past, future] = ['2020-01-01T00:00:00.000Z', '2099-01-01T00:00:00.000Z'];
      await log.append([delivery({ time: past }), delivery({ time: future }), delivery({ time: past })]);
      await clock.swept();
      clock.move(6 * DAY_MS);
      await clock.swept();
      expect(offsetsOf(await readAll(log))).toEqual([1, 2, 3]);
      clock.move(DAY_MS);
      await clock.swept();
      expect(await readAll(log)).toEqual([]);
    },
  },
  {
    id: 'retained-clock-back',
    sentence: 'a clock that goes back removes nothing early, and what was appended before goes an age later',
    run: async (store) => {
      const clock = createClock(week);
      const log = await store.open(clock.keeping);
      await log.append(deliveries(2));
      await clock.swept();
      clock.move(-365 * DAY_MS);
      await clock.swept();
      await log.append(deliveries(2));
      clock.move(6 * DAY_MS);
      await clock.swept();
      expect(offsetsOf(await readAll(log))).toEqual([1, 2, 3, 4]);
      clock.move(DAY_MS);
      await clock.swept();
      expect(offsetsOf(await readAll(log))).toEqual([3, 4]);
    },
  },
  {
    id: 'retained-forever',
    sentence: 'an age without end removes nothing',
    run: async (store) => {
      const clock = createClock({ ageMs: Number.POSITIVE_INFINITY, bytesMax: 0 });
      const log = await store.open(clock.keeping);
      await log.append(deliveries(2));
      await clock.swept();
      clock.move(36_525 * DAY_MS);
      await clock.swept();
      expect(offsetsOf(await readAll(log))).toEqual([1, 2]);
    },
  },
  {
    id: 'retained-bytes',
    sentence: 'beyond a bound of bytes the oldest go, until what is left is within it, and nothing more',
    run: async (store) => {
      const clock = createClock({ ageMs: 7 * DAY_MS, bytesMax: 1_000_000 });
      const log = await store.open(clock.keeping);
      for (const one of largeDeliveries(50, 50_000)) await log.append([one]);
      await until('removed', async () => (await keptOffsets(log)).length < 20);
      await clock.swept();
      const kept = await keptOffsets(log);
      expect(kept).toEqual(range(51 - kept.length, 50));
      expect(kept.length).toBeGreaterThan(13);
      await log.append(largeDeliveries(1, 50_000));
      await clock.swept();
      expect(await keptOffsets(log)).toEqual(range(52 - kept.length, 51));
    },
  },
  {
    id: 'retained-bytes-sources',
    sentence:
      'the bound of bytes is for all sources together: the source with the oldest events loses them first',
    run: async (store) => {
      const clock = createClock({ ageMs: 7 * DAY_MS, bytesMax: 1_000_000 });
      const log = await store.open(clock.keeping);
      await log.append(Array.from({ length: 10 }, () => largeAt('quiet', 10)));
      await log.append(Array.from({ length: 15 }, () => largeAt('busy', 11)));
      await until('removed', async () => (await keptOffsets(log, 'quiet')).length < 10);
      await clock.swept();
      expect(await keptOffsets(log, 'busy')).toEqual(range(1, 15));
      expect((await keptOffsets(log, 'quiet')).at(-1) ?? 10).toBe(10);
    },
  },
  {
    id: 'retained-live',
    sentence: 'a subscriber gets every event, in order, while older ones are removed',
    run: async (store) => {
      const clock = createClock({ ageMs: HOUR_MS, bytesMax: 0 });
      const log = await store.open(clock.keeping);
      const { events, collect, reached } = createCollector();
      await log.subscribe('orders', collect);
      const given = deliveries(40);
      for (const [at, one] of given.entries()) {
        await log.append([one]);
        clock.move(HOUR_MS / 10);
        if (at % 10 === 9) await clock.swept();
      }
      await reached(40);
      expect(idsOf(events)).toEqual(idsOf(given));
      expect((await readAll(log)).length).toBeLessThan(40);
    },
  },
];

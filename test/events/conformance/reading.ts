import { CursorExpiredError, type Position } from '../../../events/event-log.ts';
import { isFullPage } from '../../../events/page.ts';
import { deliveries, delivery, idsOf, largeDeliveries, offsetsOf, range, readAll } from '../deliveries.ts';
import type { Guarantee } from './guarantee.ts';

/** A read is refused, with the earliest position that works. */
export async function expectExpired(reading: Promise<unknown>, earliest: Position): Promise<void> {
  const error = await reading.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CursorExpiredError);
  expect(error).toMatchObject({ source: 'orders', earliest });
}

export const reading: readonly Guarantee[] = [
  {
    id: 'read-after',
    sentence:
      'read gives what is above a position, up to its limit, in order; a page that is not full is the end',
    run: async (store) => {
      const log = await store.open();
      await log.append(deliveries(10));
      const { epoch } = await log.head('orders');
      expect(offsetsOf(await log.read('orders', { epoch, offset: 0 }, 4))).toEqual([1, 2, 3, 4]);
      expect(offsetsOf(await log.read('orders', { epoch, offset: 4 }, 4))).toEqual([5, 6, 7, 8]);
      expect(offsetsOf(await log.read('orders', { epoch, offset: 8 }, 4))).toEqual([9, 10]);
      expect(await log.read('orders', { epoch, offset: 10 }, 4)).toEqual([]);
    },
  },
  {
    id: 'read-large',
    sentence: 'a page of large events ends with the one that reaches a MiB, and only the last is not full',
    run: async (store) => {
      const log = await store.open();
      await log.append(largeDeliveries(5, 600_000));
      await log.append(largeDeliveries(1, 2_000_000));
      await log.append(deliveries(3, { dataJson: JSON.stringify('"\u0001é'.repeat(100_000)) }));
      const pages: (readonly [number[], boolean])[] = [];
      let after = { ...(await log.head('orders')), offset: 0 };
      for (let isFull = true; isFull;) {
        const page = await log.read('orders', after, 100);
        isFull = isFullPage(page, 100);
        after = page.at(-1) ?? after;
        pages.push([offsetsOf(page), isFull]);
      }
      expect(pages).toEqual([
        [[1, 2], true],
        [[3, 4], true],
        [[5, 6], true],
        [[7, 8], true],
        [[9], false],
      ]);
    },
  },
  {
    id: 'read-limit',
    sentence: 'a limit that is no whole number above 0 is refused',
    run: async (store) => {
      const log = await store.open();
      for (const limit of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(log.read('orders', null, limit)).rejects.toThrow(RangeError);
      }
    },
  },
  {
    id: 'read-unknown-source',
    sentence: 'a source without events reads as empty, its head is offset 0, and that position stays good',
    run: async (store) => {
      const log = await store.open();
      expect(await readAll(log, 'nobody')).toEqual([]);
      const head = await log.head('nobody');
      expect(head.offset).toBe(0);
      await log.append(deliveries(2, { source: 'nobody' }));
      expect(offsetsOf(await log.read('nobody', head, 10))).toEqual([1, 2]);
    },
  },
  {
    id: 'head',
    sentence: 'head is the position of the newest event of its own source',
    run: async (store) => {
      const log = await store.open();
      const results = await log.append([...deliveries(3), delivery({ source: 'payments' })]);
      expect(await log.head('orders')).toEqual(results[2]?.position);
      expect(await log.head('payments')).toEqual(results[3]?.position);
    },
  },
  {
    id: 'expired',
    sentence:
      'a position below what is kept is refused, with the earliest position that works, which then does',
    run: async (store) => {
      const opened = await store.open();
      await opened.append(deliveries(10));
      const log = await store.trimmed(opened, 'orders', 6);
      const { epoch } = await log.head('orders');
      const earliest = { epoch, offset: 6 };
      await expectExpired(log.read('orders', { epoch, offset: 0 }, 10), earliest);
      await expectExpired(log.read('orders', { epoch, offset: 5 }, 10), earliest);
      expect(offsetsOf(await log.read('orders', earliest, 10))).toEqual([7, 8, 9, 10]);
      expect(offsetsOf(await readAll(log))).toEqual([7, 8, 9, 10]);
    },
  },
  {
    id: 'expired-empty',
    sentence: 'when nothing is kept any more, only the head works, and offsets go on from there',
    run: async (store) => {
      const opened = await store.open();
      await opened.append(deliveries(5));
      const log = await store.trimmed(opened, 'orders', 5);
      const head = await log.head('orders');
      expect(head.offset).toBe(5);
      await expectExpired(log.read('orders', { ...head, offset: 4 }, 10), head);
      await log.append([delivery()]);
      expect(offsetsOf(await log.read('orders', head, 10))).toEqual([6]);
    },
  },
  {
    id: 'trimmed-duplicate',
    sentence: 'an id is still known when its event is no longer kept',
    run: async (store) => {
      const opened = await store.open();
      const given = deliveries(3);
      await opened.append(given);
      const log = await store.trimmed(opened, 'orders', 3);
      const results = await log.append(given);
      expect(results.map(({ status }) => status)).toEqual(['duplicate', 'duplicate', 'duplicate']);
    },
  },
  {
    id: 'foreign-epoch',
    sentence: 'a position of another epoch is refused',
    run: async (store) => {
      const log = await store.open();
      await log.append(deliveries(3));
      const { epoch } = await log.head('orders');
      await expectExpired(log.read('orders', { epoch: 'another', offset: 2 }, 10), { epoch, offset: 0 });
    },
  },
  {
    id: 'above-head',
    sentence: 'a position above the head is refused: what would follow it is not what its holder missed',
    run: async (store) => {
      const log = await store.open();
      await log.append(deliveries(3));
      const { epoch } = await log.head('orders');
      await expectExpired(log.read('orders', { epoch, offset: 4 }, 10), { epoch, offset: 0 });
    },
  },
  {
    id: 'new-history',
    sentence: 'a store that lost everything begins another epoch at 1, and old positions are refused',
    run: async (store) => {
      const opened = await store.open();
      const given = deliveries(3);
      await opened.append(given);
      const old = await opened.head('orders');
      const log = await store.wiped(opened);
      const [result] = await log.append(given);
      expect(result).toMatchObject({ status: 'appended', position: { offset: 1 } });
      expect(result?.position.epoch).not.toBe(old.epoch);
      const { epoch } = await log.head('orders');
      await expectExpired(log.read('orders', old, 10), { epoch, offset: 0 });
    },
  },
  {
    id: 'read-whole',
    sentence: 'reading page by page while others append gives every event once, in order',
    run: async (store) => {
      const log = await store.open();
      const given = deliveries(400);
      const appending = Promise.all(given.map((one) => log.append([one])));
      const ids: string[] = [];
      let after = await log.head('orders').then((head) => ({ ...head, offset: 0 }));
      while (ids.length < given.length) {
        const page = await log.read('orders', after, 37);
        ids.push(...idsOf(page));
        after = page.at(-1) ?? after;
      }
      await appending;
      expect(ids).toEqual(idsOf(given));
      expect(after.offset).toBe(range(1, 400).length);
    },
  },
];

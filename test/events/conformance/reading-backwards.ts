import type { Position, StoredEvent } from '../../../events/event-log.ts';
import { isFullPage } from '../../../events/page.ts';
import { deliveries, delivery, largeDeliveries, offsetsOf, range } from '../deliveries.ts';
import type { Guarantee } from './guarantee.ts';
import { expectExpired } from './reading.ts';

export const readingBackwards: readonly Guarantee[] = [
  {
    id: 'read-before',
    sentence:
      'readBefore gives the last below a position, up to its limit, in order; a page that is not full is the beginning',
    run: async (store) => {
      const log = await store.open();
      await log.append(deliveries(10));
      const { epoch } = await log.head('orders');
      expect(offsetsOf(await log.readBefore('orders', null, 4))).toEqual([7, 8, 9, 10]);
      expect(offsetsOf(await log.readBefore('orders', { epoch, offset: 7 }, 4))).toEqual([3, 4, 5, 6]);
      expect(offsetsOf(await log.readBefore('orders', { epoch, offset: 3 }, 4))).toEqual([1, 2]);
      expect(await log.readBefore('orders', { epoch, offset: 1 }, 4)).toEqual([]);
      expect(await log.readBefore('orders', { epoch, offset: 0 }, 4)).toEqual([]);
    },
  },
  {
    id: 'read-before-same',
    sentence: 'readBefore gives the same events as read, one by one and many at a time',
    run: async (store) => {
      const log = await store.open();
      await log.append(deliveries(50, { subject: 'é "\u0000', traceparent: '00-1-2-01' }));
      const all = await log.read('orders', null, 100);
      expect(await log.readBefore('orders', null, 100)).toEqual(all);
      expect(await log.readBefore('orders', all[20] ?? null, 17)).toEqual(all.slice(3, 20));
      expect(await log.readBefore('orders', all[20] ?? null, 1)).toEqual([all[19]]);
    },
  },
  {
    id: 'read-before-large',
    sentence: 'a page of large events begins with the one that reaches a MiB, and only the first is not full',
    run: async (store) => {
      const log = await store.open();
      await log.append(deliveries(3, { dataJson: JSON.stringify('"\u0001é'.repeat(100_000)) }));
      await log.append(largeDeliveries(1, 2_000_000));
      await log.append(largeDeliveries(5, 600_000));
      const pages: (readonly [number[], boolean])[] = [];
      let before: Position | null = null;
      for (let isFull = true; isFull;) {
        const page: StoredEvent[] = await log.readBefore('orders', before, 100);
        isFull = isFullPage(page, 100);
        before = page[0] ?? before;
        pages.push([offsetsOf(page), isFull]);
      }
      expect(pages).toEqual([
        [[8, 9], true],
        [[6, 7], true],
        [[4, 5], true],
        [[2, 3], true],
        [[1], false],
      ]);
    },
  },
  {
    id: 'read-before-limit',
    sentence: 'a limit that is no whole number above 0 is refused backwards too',
    run: async (store) => {
      const log = await store.open();
      for (const limit of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(log.readBefore('orders', null, limit)).rejects.toThrow(RangeError);
      }
    },
  },
  {
    id: 'read-before-unknown-source',
    sentence: 'a source without events reads as empty backwards, and events of others are none of its own',
    run: async (store) => {
      const log = await store.open();
      await log.append(deliveries(2));
      expect(await log.readBefore('nobody', null, 10)).toEqual([]);
      expect(await log.readBefore('nobody', await log.head('nobody'), 10)).toEqual([]);
    },
  },
  {
    id: 'read-before-trimmed',
    sentence: 'backwards, what is no longer kept is the beginning: a position below it has an empty page',
    run: async (store) => {
      const opened = await store.open();
      await opened.append(deliveries(10));
      const log = await store.trimmed(opened, 'orders', 6);
      const { epoch } = await log.head('orders');
      expect(offsetsOf(await log.readBefore('orders', null, 10))).toEqual([7, 8, 9, 10]);
      expect(offsetsOf(await log.readBefore('orders', { epoch, offset: 8 }, 10))).toEqual([7]);
      expect(await log.readBefore('orders', { epoch, offset: 7 }, 10)).toEqual([]);
      expect(await log.readBefore('orders', { epoch, offset: 3 }, 10)).toEqual([]);
    },
  },
  {
    id: 'read-before-foreign',
    sentence: 'backwards, a position of another epoch is refused, and one above the place of the next event',
    run: async (store) => {
      const log = await store.open();
      await log.append(deliveries(3));
      const { epoch } = await log.head('orders');
      const earliest = { epoch, offset: 0 };
      await expectExpired(log.readBefore('orders', { epoch: 'another', offset: 2 }, 10), earliest);
      await expectExpired(log.readBefore('orders', { epoch, offset: 5 }, 10), earliest);
      expect(offsetsOf(await log.readBefore('orders', { epoch, offset: 4 }, 10))).toEqual([1, 2, 3]);
    },
  },
  {
    id: 'read-before-whole',
    sentence: 'reading backwards page by page while others append gives every event below the start once',
    run: async (store) => {
      const log = await store.open();
      await log.append(deliveries(200));
      let before = { ...(await log.head('orders')), offset: 200 };
      const appending = Promise.all(range(1, 50).map(() => log.append([delivery()])));
      const offsets: number[] = [];
      for (let page = await log.readBefore('orders', before, 37); page.length > 0;) {
        offsets.unshift(...offsetsOf(page));
        before = page[0] ?? before;
        page = await log.readBefore('orders', before, 37);
      }
      await appending;
      expect(offsets).toEqual(range(1, 199));
    },
  },
];

/** Which letters a filter chooses, and that pages of a list together are the list: on both event logs. */
import type { LetterFilter } from '../../../webhooks/dead-letters/dead-letters.ts';
import { nowMs, standard } from '../senders.ts';
import { describeOnBothLogs } from './on-both-logs.ts';
import { openShop } from './shop.ts';

const [unmatched, invalid] = ['WEBHOOK_EVENT_UNMATCHED', 'WEBHOOK_PAYLOAD_INVALID'] as const;
const at = (seconds: number) => new Date(nowMs + seconds * 1000).toISOString();

/** Delivery id, source, event of the URL, code; one comes each second. */
const given = [
  ['a', 'shop', null, invalid],
  ['b', 'shop', 'orderCreated', invalid],
  ['c', 'other', null, invalid],
  ['d', 'shop', null, 'WEBHOOK_BODY_MALFORMED'],
  ['e', 'other', 'orderCreated', invalid],
] as const;

const filters: readonly { filter: LetterFilter; ids: string }[] = [
  { filter: {}, ids: 'abcde' },
  { filter: { source: 'shop' }, ids: 'abd' },
  { filter: { source: 'nobody' }, ids: '' },
  { filter: { event: 'orderCreated' }, ids: 'be' },
  { filter: { code: invalid }, ids: 'abce' },
  { filter: { code: unmatched }, ids: '' },
  { filter: { source: 'other', code: invalid }, ids: 'ce' },
  { filter: { from: at(2) }, ids: 'cde' },
  { filter: { until: at(2) }, ids: 'ab' },
  { filter: { from: at(1), until: at(4) }, ids: 'bcd' },
  { filter: { from: at(0.5), until: at(1) }, ids: '' },
  { filter: { source: 'shop', from: at(1) }, ids: 'bd' },
];

function idsOf(letters: readonly { deliveryId: string | null }[]): string {
  return letters.map(({ deliveryId }) => deliveryId).join('');
}

describeOnBothLogs((beforeEachTest) => {
  let shop: ReturnType<typeof openShop>;
  let ms: number;
  beforeEachTest(({ log }) => {
    ms = nowMs;
    shop = openShop({ log, now: () => ms });
  });

  async function deliver([id, source, event, code]: (typeof given)[number]): Promise<void> {
    const body = code === invalid ? '{"type":"orderCreated"}' : '{';
    await shop.receive(standard({ source, event, body, id, timestamp: Math.floor(ms / 1000) }));
  }

  test.each(filters)(
    '$filter chooses "$ids", for lists and for what is discarded',
    async ({ filter, ids }) => {
      for (const delivery of given) {
        await deliver(delivery);
        ms += 1000;
      }
      const { results, next } = await shop.deadLetters.list({ filter, after: null, limit: 100 });
      expect([idsOf(results), next]).toEqual([ids, null]);
      await shop.deadLetters.discardMany({ filter, after: null, limit: 100 });
      const { results: rest } = await shop.deadLetters.list({ filter: {}, after: null, limit: 100 });
      expect(idsOf(rest)).toBe(
        'abcde'
          .split('')
          .filter((id) => !ids.includes(id))
          .join(''),
      );
    },
  );

  test('a summary has neither headers nor body', async () => {
    await deliver(given[0]);
    const { results } = await shop.deadLetters.list({ filter: {}, after: null, limit: 1 });
    const names =
      'bodyBytes bodyHash deliveryId event id lastReceivedAt lastRedriveAt reason receivedAt redrives source times';
    expect(Object.keys(results[0] ?? {}).toSorted()).toEqual(names.split(' '));
  });

  test.each([1, 7, 16, 40, 41])('pages of %s are together the list, each letter once', async (limit) => {
    for (let count = 0; count < 40; count += 1) {
      await shop.receive(
        standard({
          source: 'shop',
          body: '{"type":"orderCreated"}',
          id: `${count}`,
          timestamp: nowMs / 1000,
        }),
      );
      // Five come in each millisecond.
      if (count % 5 === 4) ms += 1;
    }
    const { results: all } = await shop.deadLetters.list({ filter: {}, after: null, limit: 100 });
    expect(all.map(({ receivedAt }) => receivedAt)).toEqual(
      all.map(({ receivedAt }) => receivedAt).toSorted(),
    );
    const listed: string[] = [];
    for (let after = null, isEnd = false; !isEnd;) {
      const { results, next } = await shop.deadLetters.list({ filter: {}, after, limit });
      listed.push(...results.map(({ id }) => id));
      [after, isEnd] = [next as never, next === null];
    }
    expect(listed).toEqual(all.map(({ id }) => id));
    expect(new Set(listed).size).toBe(40);
  });

  test('a page goes on where the last one ended, though that letter is gone', async () => {
    for (const delivery of given) {
      await deliver(delivery);
      ms += 1000;
    }
    const { results, next } = await shop.deadLetters.list({ filter: {}, after: null, limit: 2 });
    for (const { id } of results) expect(await shop.deadLetters.discard(id)).toBe('discarded');
    const { results: rest } = await shop.deadLetters.list({ filter: {}, after: next, limit: 100 });
    expect(idsOf(rest)).toBe('cde');
    expect(await shop.deadLetters.count()).toBe(3);
  });
});

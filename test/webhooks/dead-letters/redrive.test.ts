/** A dead letter on its way back, after something was changed: on both event logs. */
import { EventLogUnavailableError, type EventLog } from '../../../events/event-log.ts';
import type { Redriven } from '../../../webhooks/dead-letters/dead-letters.ts';
import type { WebhookEvent, WebhookSource } from '../../../webhooks/source.ts';
import { nowMs, plain, secrets, standard, type SentDelivery } from '../senders.ts';
import { type OpenedLog, describeOnBothLogs } from './on-both-logs.ts';
import { openShop, shopEvent, source, standardBy, wantsTotal } from './shop.ts';

const anything = {};
const afterwards = ['redriving', 'refused', 'discarded'];
const body = '{"type":"orderCreated","id":"7"}';
const bad = standard({ source: 'shop', body });
const good = (total: number) =>
  standard({ source: 'shop', body: `{"type":"orderCreated","total":${total}}` });
const byOther = standardBy(secrets.other);
const shop = (...events: WebhookEvent[]) => [source('shop', ...events)];

/** A sole event of CloudEvents, and a batch of them without totals. */
const cloudEvent = (schema: object) =>
  shop(
    shopEvent({ format: 'cloudevents', match: undefined, verify: { scheme: 'none' }, schema: { ...schema } }),
  );
const batch = (...ids: string[]) =>
  plain({
    source: 'shop',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(
      ids.map((id) => ({ specversion: '1.0', id, source: '/shop', type: 'orderCreated', data: { id } })),
    ),
  });

interface RedriveCase {
  readonly what: string;
  /** What comes before it; it is in the log then, or a letter of its own. */
  readonly before?: SentDelivery;
  readonly delivery?: SentDelivery;
  /** The configuration when it came. */
  readonly atFirst?: readonly WebhookSource[];
  /** The configuration when it is redriven. */
  readonly now: readonly WebhookSource[];
  readonly outcome: Redriven['outcome'];
  readonly code?: string;
  /** Type and id of the events of the source afterwards. */
  readonly inLog: readonly string[];
}

const cases: readonly RedriveCase[] = [
  {
    what: 'its schema was corrected',
    now: shop(shopEvent({ schema: anything })),
    outcome: 'appended',
    inLog: ['orderCreated msg_1'],
  },
  {
    what: 'it came to the URL of its event, whose schema was corrected',
    delivery: standard({ source: 'shop', event: 'orderCreated', body }),
    now: shop(shopEvent({ schema: anything }), shopEvent({ name: 'orderGone' })),
    outcome: 'appended',
    inLog: ['orderCreated msg_1'],
  },
  {
    what: 'its schema was corrected, and the secret changed',
    now: shop(shopEvent({ schema: anything, verify: byOther })),
    outcome: 'appended',
    inLog: ['orderCreated msg_1'],
  },
  {
    what: 'its schema still does not take it',
    now: shop(shopEvent({ schema: { required: ['total', 'currency'] } })),
    outcome: 'refused',
    code: 'WEBHOOK_PAYLOAD_INVALID',
    inLog: [],
  },
  {
    what: 'its event was added beside another with the same secret',
    delivery: standard({ source: 'shop', body: '{"type":"orderPaid"}' }),
    now: shop(shopEvent(), shopEvent({ name: 'orderPaid', schema: anything })),
    outcome: 'appended',
    inLog: ['orderPaid msg_1'],
  },
  {
    what: 'its event was added with another secret: the one that signed it does not vouch for that',
    delivery: standard({ source: 'shop', body: '{"type":"orderPaid"}' }),
    now: shop(shopEvent(), shopEvent({ name: 'orderPaid', schema: anything, verify: byOther })),
    outcome: 'refused',
    code: 'WEBHOOK_EVENT_UNMATCHED',
    inLog: [],
  },
  {
    what: 'only events are left that it was not signed for',
    now: shop(shopEvent({ name: 'orderPaid', match: undefined, schema: anything })),
    outcome: 'refused',
    code: 'WEBHOOK_EVENT_UNMATCHED',
    inLog: [],
  },
  {
    what: 'its source is gone',
    now: [source('other', shopEvent())],
    outcome: 'refused',
    code: 'WEBHOOK_SOURCE_UNKNOWN',
    inLog: [],
  },
  {
    what: 'it is no JSON, whatever was changed',
    delivery: standard({ source: 'shop', body: '{"type":' }),
    now: shop(shopEvent({ schema: anything })),
    outcome: 'refused',
    code: 'WEBHOOK_BODY_MALFORMED',
    inLog: [],
  },
  {
    what: 'its id was used with another body',
    before: good(1),
    delivery: good(2),
    now: shop(shopEvent()),
    outcome: 'refused',
    code: 'WEBHOOK_ID_CONFLICT',
    inLog: ['orderCreated msg_1'],
  },
  {
    what: 'its id is read elsewhere now',
    atFirst: shop(shopEvent({ verify: { scheme: 'none' }, id: { header: 'x-id' }, schema: anything })),
    delivery: plain({ source: 'shop', body }),
    now: shop(shopEvent({ verify: { scheme: 'none' }, id: { pointer: '/id' }, schema: anything })),
    outcome: 'appended',
    inLog: ['orderCreated 7'],
  },
  {
    what: 'it is a batch, whose schema was corrected: all of it is appended',
    atFirst: cloudEvent(wantsTotal),
    delivery: batch('a', 'b', 'c'),
    now: cloudEvent(anything),
    outcome: 'appended',
    inLog: ['orderCreated /shop a', 'orderCreated /shop b', 'orderCreated /shop c'],
  },
  {
    what: 'it is a batch, and one of it breaks the schema still: none of it is appended',
    atFirst: cloudEvent(wantsTotal),
    delivery: batch('a', 'b', 'c'),
    now: cloudEvent({ properties: { id: { enum: ['a', 'b'] } } }),
    outcome: 'refused',
    code: 'WEBHOOK_PAYLOAD_INVALID',
    inLog: [],
  },
];

describeOnBothLogs((beforeEachTest) => {
  let kind: OpenedLog['kind'];
  let store: OpenedLog['store'];
  let log: EventLog;
  beforeEachTest((opened) => ({ kind, store, log } = opened));

  const inLog = async () => (await log.read('shop', null, 1000)).map(({ type, id }) => `${type} ${id}`);

  /** The log of another node; one process owns an SQLite file. */
  const openOther = async () => (kind === 'Redis' ? store.open() : log);

  async function onlyLetter() {
    const { deadLetters } = openShop({ log });
    const { results } = await deadLetters.list({ filter: {}, after: null, limit: 2 });
    expect(results).toHaveLength(1);
    return results[0]?.id ?? '';
  }

  test.each(cases)('when $what, it is $outcome', async (row) => {
    const { before, delivery = bad, atFirst = shop(shopEvent()), outcome, code, now } = row;
    const first = openShop({ log, sources: atFirst });
    if (before) await first.receive(before);
    await first.receive(delivery);
    const id = await onlyLetter();

    const laterMs = nowMs + 86_400_000;
    const { deadLetters, changes, lines } = openShop({ log, sources: now, now: () => laterMs });
    const reason = code === undefined ? null : expect.objectContaining({ code });
    expect(await deadLetters.redrive(id)).toEqual({ id, source: 'shop', outcome, reason });
    expect(await inLog()).toEqual(row.inLog);
    expect(changes).toEqual([{ source: 'shop', change: outcome === 'refused' ? 'refused' : 'redriven' }]);
    expect(JSON.stringify(lines)).not.toContain(String(delivery.body));
    const letter = await deadLetters.read(id);
    if (outcome !== 'refused') expect(letter).toBeNull();
    else
      expect(letter).toMatchObject({ reason, redrives: 1, lastRedriveAt: new Date(laterMs).toISOString() });
  });

  test('its event has the time at which it came, and its trace', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await openShop({ log }).receive(standard({ source: 'shop', body, headers: { traceparent } }));
    const sources = shop(shopEvent({ schema: anything, subject: '/id' }));
    const { deadLetters } = openShop({ log, sources, now: () => nowMs + 1000 });
    await deadLetters.redrive(await onlyLetter());
    expect(await log.read('shop', null, 10)).toMatchObject([
      { time: new Date(nowMs).toISOString(), subject: '7', dataJson: body, traceparent },
    ]);
  });

  test('once it is an event, the sender that tries again is told that it is a duplicate', async () => {
    await openShop({ log }).receive(bad);
    const { deadLetters, receive } = openShop({ log, sources: shop(shopEvent({ schema: anything })) });
    await deadLetters.redrive(await onlyLetter());
    expect(await receive(bad)).toMatchObject({ status: 202, outcome: 'duplicate' });
    expect(await inLog()).toEqual(['orderCreated msg_1']);
  });

  test('when its event came meanwhile, it is a duplicate and removed', async () => {
    await openShop({ log }).receive(bad);
    const id = await onlyLetter();
    const { receive, deadLetters } = openShop({ log, sources: shop(shopEvent({ schema: anything })) });
    await receive(bad);
    expect(await deadLetters.redrive(id)).toMatchObject({ outcome: 'duplicate' });
    expect([await inLog(), await deadLetters.count()]).toEqual([['orderCreated msg_1'], 0]);
  });

  test('twenty redrives at once, on two nodes, append once', async () => {
    await openShop({ log }).receive(bad);
    const id = await onlyLetter();
    const sources = shop(shopEvent({ schema: anything }));
    const nodes = [openShop({ log, sources }), openShop({ log: await openOther(), sources })];
    const redriving = nodes.flatMap(({ deadLetters }) =>
      Array.from({ length: 10 }, () => deadLetters.redrive(id)),
    );
    const outcomes = (await Promise.all(redriving)).map((redriven) => redriven?.outcome);
    expect(outcomes.filter((outcome) => outcome === 'appended')).toHaveLength(1);
    // To the last ones there is no such letter any more.
    expect(['appended', 'duplicate', undefined]).toEqual(expect.arrayContaining([...new Set(outcomes)]));
    expect([await inLog(), await nodes[0]?.deadLetters.count()]).toEqual([['orderCreated msg_1'], 0]);
  });

  test('a redrive in vain does not bring back a letter that was discarded meanwhile', async () => {
    await openShop({ log }).receive(bad);
    const id = await onlyLetter();
    const { deadLetters } = openShop({ log });
    const [redriven, discarded] = await Promise.all([deadLetters.redrive(id), deadLetters.discard(id)]);
    if (discarded === 'discarded') expect(redriven).toBeNull();
    else expect([discarded, redriven?.outcome, await deadLetters.discard(id)]).toEqual(afterwards);
    expect(await deadLetters.count()).toBe(0);
  });

  /** A log on which an append waits for the test, and does then what it says. */
  function waitingLog() {
    const [begun, going] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const waiting: EventLog['append'] = async (deliveries) => {
      begun.resolve();
      await going.promise;
      return log.append(deliveries);
    };
    return { log: { ...log, append: waiting }, begun: begun.promise, goOn: going.resolve };
  }

  test('a discard on another node that meets a redrive does nothing, and says why', async () => {
    await openShop({ log }).receive(bad);
    const id = await onlyLetter();
    const waiting = waitingLog();
    const sources = shop(shopEvent({ schema: anything }));
    const redriving = openShop({ log: waiting.log, sources }).deadLetters.redrive(id);
    await waiting.begun;
    const { deadLetters, changes } = openShop({ log: await openOther() });
    expect(await deadLetters.discard(id)).toBe('redriving');
    expect(await deadLetters.discardMany({ filter: {}, after: null, limit: 10 })).toMatchObject({
      results: [],
    });
    waiting.goOn();
    expect(await redriving).toMatchObject({ outcome: 'appended' });
    expect([await deadLetters.discard(id), changes, await inLog()]).toEqual([
      'gone',
      [],
      ['orderCreated msg_1'],
    ]);
  });

  test('a letter whose redrive was never ended can be discarded later', async () => {
    await openShop({ log }).receive(bad);
    const id = await onlyLetter();
    const failing = { ...log, append: () => Promise.reject(new EventLogUnavailableError('away')) };
    const sources = shop(shopEvent({ schema: anything }));
    const redriving = openShop({ log: failing, sources }).deadLetters.redrive(id);
    await expect(redriving).rejects.toThrow(EventLogUnavailableError);
    const outcomes = [29_999, 30_000].map((ms) => openShop({ log, now: () => nowMs + ms }).deadLetters);
    expect([await outcomes[0]?.discard(id), await outcomes[1]?.discard(id)]).toEqual([
      'redriving',
      'discarded',
    ]);
  });

  test('many go in the order in which they came; those that fail stay, and the next call goes on', async () => {
    let ms = nowMs;
    const first = openShop({ log, now: () => ms });
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      const [text, timestamp] = [id === 'b' ? '{"type":"orderLost"}' : body, ms / 1000];
      await first.receive(standard({ source: 'shop', body: text, id, timestamp }));
      ms += 1000;
    }
    const { deadLetters } = openShop({
      log,
      sources: shop(shopEvent({ schema: anything }), shopEvent({ name: 'x' })),
    });
    const filter = { source: 'shop' };
    const begun = await deadLetters.redriveMany({ filter, after: null, limit: 3 });
    const ended = await deadLetters.redriveMany({ filter, after: begun.next, limit: 3 });
    const outcomes = [...begun.results, ...ended.results].map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['appended', 'refused', 'appended', 'appended', 'appended']);
    expect(ended.next).toBeNull();
    expect(await inLog()).toEqual(['a', 'c', 'd', 'e'].map((id) => `orderCreated ${id}`));
    expect(await deadLetters.count()).toBe(1);
  });

  test('when the log is away it stays as it is', async () => {
    await openShop({ log }).receive(bad);
    const id = await onlyLetter();
    const { deadLetters } = openShop({ log, sources: shop(shopEvent({ schema: anything })) });
    await log.close();
    await expect(deadLetters.redrive(id)).rejects.toThrow(EventLogUnavailableError);
    const opened = await store.open();
    expect(await openShop({ log: opened }).deadLetters.read(id)).toMatchObject({ redrives: 0 });
  });

  test('there is nothing to redrive or discard under an id that nobody has', async () => {
    const { deadLetters } = openShop({ log });
    expect([await deadLetters.redrive('0'.repeat(32)), await deadLetters.discard('0'.repeat(32))]).toEqual([
      null,
      'gone',
    ]);
  });
});

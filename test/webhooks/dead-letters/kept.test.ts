/** What a dead letter holds, when two deliveries are one letter, and what is never stored: on both event logs. */
import { EventLogUnavailableError, type EventLog } from '../../../events/event-log.ts';
import { deadLetterCollection, letterIn } from '../../../webhooks/dead-letters/dead-letter.ts';
import { github, nowMs, nowSeconds, plain, secrets, standard, type SentDelivery } from '../senders.ts';
import { describeOnBothLogs } from './on-both-logs.ts';
import { openShop, shopEvent, source } from './shop.ts';

const body = '{"type":"orderCreated","id":"7"}';
const bad = standard({ source: 'shop', body });

const cloudHeaders = (id: string) => ({
  'ce-specversion': '1.0',
  'ce-id': id,
  'ce-source': '/shop',
  'ce-type': 'orderCreated',
});

/** Whether the second delivery is the letter that the first one is. */
const pairs: readonly { what: string; first?: SentDelivery; second: SentDelivery; same: boolean }[] = [
  { what: 'the same delivery again', second: bad, same: true },
  {
    what: 'a retry, signed anew',
    second: standard({ source: 'shop', body, timestamp: nowSeconds + 60 }),
    same: true,
  },
  {
    what: 'a retry by another client with another trace',
    second: standard({ source: 'shop', body, headers: { 'user-agent': 'b/2', traceparent: 'x' } }),
    same: true,
  },
  { what: 'another body', second: standard({ source: 'shop', body: `${body} ` }), same: false },
  { what: 'another delivery id', second: standard({ source: 'shop', body, id: 'msg_2' }), same: false },
  { what: 'another source', second: standard({ source: 'other', body }), same: false },
  {
    what: 'the URL of the event',
    second: standard({ source: 'shop', event: 'orderCreated', body }),
    same: false,
  },
  {
    what: 'another media type',
    second: standard({ source: 'shop', body, headers: { 'content-type': 'application/vnd.a+json' } }),
    same: false,
  },
  {
    what: 'another event, by a header of the configuration',
    first: github({ source: 'hub', body: '{', headers: { 'x-github-event': 'push' } }),
    second: github({ source: 'hub', body: '{', headers: { 'x-github-event': 'ping' } }),
    same: false,
  },
  {
    what: 'another event, by the headers of CloudEvents',
    first: plain({ source: 'cloud', body: '{', headers: cloudHeaders('a') }),
    second: plain({ source: 'cloud', body: '{', headers: cloudHeaders('b') }),
    same: false,
  },
];

/** Names of headers, and whether their values may be stored. */
const headerNames: readonly (readonly [string, boolean])[] = [
  ['authorization', false],
  ['proxy-authorization', false],
  ['x-forwarded-authorization', false],
  ['cookie', false],
  ['x-api-key', false],
  ['apikey', false],
  ['x-gitlab-token', false],
  ['x-auth-token', false],
  ['x-shared-secret', false],
  ['x-goog-channel-token', false],
  ['x-partner', false],
  ['x-session-id', false],
  ['x-order-token', true],
  ['x-hub-signature-256', true],
  ['stripe-signature', true],
  ['x-slack-signature', true],
  ['x-shopify-hmac-sha256', true],
  ['idempotency-key', true],
  ['x-github-event', true],
  ['user-agent', true],
];

describeOnBothLogs((beforeEachTest) => {
  let log: EventLog;
  beforeEachTest((opened) => (log = opened.log));

  const records = () => log.records.list(deadLetterCollection, null, 1000);
  const kept = async () => (await records()).map(letterIn);

  test('a letter holds the delivery, its signature and the reason', async () => {
    const { receive, changes } = openShop({ log });
    const answer = await receive(bad);
    expect([answer.status, answer.outcome]).toEqual([202, 'quarantined']);
    expect(await kept()).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        source: 'shop',
        event: null,
        deliveryId: 'msg_1',
        reason: {
          code: 'WEBHOOK_PAYLOAD_INVALID',
          status: 422,
          title: expect.any(String),
          errors: [{ path: '', message: "must have required property 'total'" }],
        },
        verifiedFor: ['orderCreated'],
        headers: bad.headers,
        bodyBase64: Buffer.from(body).toString('base64'),
        bodyBytes: body.length,
        bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        receivedAt: new Date(nowMs).toISOString(),
        lastReceivedAt: new Date(nowMs).toISOString(),
        times: 1,
        redrives: 0,
        lastRedriveAt: null,
      },
    ]);
    expect(changes).toEqual([{ source: 'shop', change: 'kept' }]);
    expect(await log.read('shop', null, 10)).toEqual([]);
  });

  test.each(pairs)('$what: one letter: $same', async ({ first = bad, second, same }) => {
    let ms = nowMs;
    const { receive } = openShop({ log, now: () => ms });
    await receive(first);
    ms += 60_000;
    await receive(second);
    const letters = await kept();
    expect(letters.map(({ times }) => times)).toEqual(same ? [2] : [1, 1]);
    if (!same) return;
    expect(letters[0]).toMatchObject({
      receivedAt: new Date(nowMs).toISOString(),
      lastReceivedAt: new Date(ms).toISOString(),
    });
  });

  test('twenty copies at once are one letter that came twenty times', async () => {
    const { receive, changes } = openShop({ log });
    const answers = await Promise.all(Array.from({ length: 20 }, () => receive(bad)));
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['quarantined']));
    expect((await kept()).map(({ times }) => times)).toEqual([20]);
    expect(changes).toHaveLength(1);
  });

  test('what a letter says is what was wrong when it came last', async () => {
    await openShop({ log }).receive(bad);
    const none = [source('shop', shopEvent({ name: 'orderGone' }), shopEvent({ name: 'orderLost' }))];
    await openShop({ log, sources: none }).receive(bad);
    expect(await kept()).toEqual([
      expect.objectContaining({
        times: 2,
        reason: expect.objectContaining({ code: 'WEBHOOK_EVENT_UNMATCHED' }),
        verifiedFor: ['orderGone', 'orderLost'],
      }),
    ]);
  });

  test('an id with another body is 409; the event stays and the second body is kept', async () => {
    const { receive } = openShop({ log });
    const good = standard({ source: 'shop', body: '{"type":"orderCreated","total":1}' });
    const other = standard({ source: 'shop', body: '{"type":"orderCreated","total":2}' });
    expect([await receive(good), await receive(other)]).toMatchObject([{ status: 202 }, { status: 409 }]);
    expect(await log.read('shop', null, 10)).toMatchObject([{ id: 'msg_1', dataJson: good.body.toString() }]);
    expect(await kept()).toMatchObject([
      {
        deliveryId: 'msg_1',
        bodyBase64: other.body.toString('base64'),
        reason: { code: 'WEBHOOK_ID_CONFLICT' },
      },
    ]);
  });

  test('what was not verified is not kept', async () => {
    const { receive } = openShop({ log });
    expect((await receive(standard({ source: 'shop', body, secret: secrets.other }))).status).toBe(401);
    expect(await kept()).toEqual([]);
  });

  test.each(headerNames)('the value of %s is stored: %s', async (name, isStored) => {
    const verify = { scheme: 'api-key', header: 'X-Partner', secrets: ['a-key-of-a-partner'] } as const;
    const partner = source('partner', shopEvent({ verify, id: { header: 'X-Order-Token' } }));
    const { receive, lines } = openShop({ log, sources: [partner] });
    const headers = { ...bad.headers, [name]: 'm4rked', 'x-partner': 'a-key-of-a-partner' };
    expect((await receive({ ...bad, source: 'partner', headers })).outcome).toBe('quarantined');
    const [record = { json: '{}' }] = await records();
    expect(Object.keys(letterIn(record).headers)).toContain(name);
    expect(record.json.includes('m4rked')).toBe(isStored);
    expect(record.json).not.toContain('a-key-of-a-partner');
    expect(JSON.stringify(lines)).not.toMatch(isStored ? 'a-key-of-a-partner' : /m4rked|a-key-of-a-partner/);
  });

  test('a secret header that came twice is stored twice, without its values', async () => {
    const { receive } = openShop({ log });
    await receive({ ...bad, headers: { ...bad.headers, 'x-api-key': ['m4rked', 'm4rked-too'] } });
    const [record] = await records();
    expect(record?.json).not.toContain('m4rked');
    expect((await kept())[0]?.headers['x-api-key']).toEqual(['[redacted]', '[redacted]']);
  });

  test('when it is full, a new delivery is 503 and nothing is dropped; a known one is counted', async () => {
    const { receive, deadLetters } = openShop({ log, lettersMax: 2 });
    const deliver = (id: string) => receive(standard({ source: 'shop', body, id }));
    expect([await deliver('a'), await deliver('b')]).toMatchObject([{ status: 202 }, { status: 202 }]);
    const refused = await deliver('c');
    expect(refused).toMatchObject({ status: 503, outcome: 'WEBHOOK_LOG_UNAVAILABLE' });
    expect(refused.headers['retry-after']).toMatch(/^[3-7]$/);
    expect((await deliver('a')).status).toBe(202);
    const times = (await kept()).map((letter) => [letter.deliveryId, letter.times] as const);
    expect(Object.fromEntries(times)).toEqual({ a: 2, b: 1 });
    const [first] = await kept();
    await deadLetters.discard(first?.id ?? '');
    expect((await deliver('c')).status).toBe(202);
  });

  test('when the store is away, a delivery that would be kept is 503', async () => {
    const { receive, deadLetters } = openShop({ log });
    await log.close();
    expect(await receive(bad)).toMatchObject({ status: 503, outcome: 'WEBHOOK_LOG_UNAVAILABLE' });
    await expect(deadLetters.count()).rejects.toThrow(EventLogUnavailableError);
  });
});

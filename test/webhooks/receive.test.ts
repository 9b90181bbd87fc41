import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { EventLog } from '../../events/event-log.ts';
import { createRedisEventLog } from '../../events/redis/redis-event-log.ts';
import { createSqliteEventLog } from '../../events/sqlite/sqlite-event-log.ts';
import { createWebhookReceiver } from '../../webhooks/receive.ts';
import { codings } from './deliveries/codings.ts';
import { doors } from './deliveries/doors.ts';
import { formats } from './deliveries/formats.ts';
import { handshakes } from './deliveries/handshakes.ts';
import { hostile } from './deliveries/hostile.ts';
import { ids } from './deliveries/ids.ts';
import { payloads } from './deliveries/payloads.ts';
import { quarantined } from './deliveries/quarantined.ts';
import { signatures } from './deliveries/signatures.ts';
import { accepted } from './deliveries/accepted.ts';
import { inLog, inQuarantine, lettersMax, receiverOptions } from './receiver-options.ts';
import { recordingLogger } from './recording-logger.ts';
import { github, plain, secrets, standard } from './senders.ts';
import { sources } from './sources.ts';

const deliveries = [
  ...accepted,
  ...doors,
  ...codings,
  ...signatures,
  ...payloads,
  ...ids,
  ...hostile,
  ...quarantined,
  ...formats,
  ...handshakes,
];

let log: EventLog;

// What the disk keeps is the business of the conformance suite of event logs.
beforeEach(async () => {
  log = await createSqliteEventLog({ path: ':memory:' });
});
afterEach(() => log.close());

const order = standard({ source: 'orders', body: '{"type":"order.created","data":{"id":"o-1","total":1}}' });

/** A port that was free a moment ago, so that nothing listens there. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('every delivery', () => {
  test.each(deliveries.map((row) => [row.id, row.sentence, row] as const))(
    '%s: %s',
    async (_id, _sentence, row) => {
      const { given, expected } = row;
      // Compiling the schemas of the others takes longer than the deliveries.
      const asked = sources.filter(({ name }) => given.some(({ source }) => source === name));
      const { receive } = createWebhookReceiver({ ...receiverOptions(log), sources: asked });
      const answers = [];
      for (const delivery of given) answers.push(await receive(delivery));

      expect(answers.map(({ status }) => status)).toEqual(expected.statuses);
      const last = answers.at(-1);
      const { 'content-type': mediaType, ...headers } = last?.headers ?? {};
      if (expected.headers) expect(headers).toEqual(expected.headers);
      if (expected.body === null) expect([last?.body, mediaType]).toEqual([null, undefined]);
      else if (typeof expected.body === 'string')
        expect([last?.body, mediaType]).toEqual([expected.body, 'text/plain; charset=utf-8']);
      else {
        expect(mediaType).toBe('application/problem+json');
        expect(JSON.parse(last?.body ?? '')).toMatchObject(expected.body);
      }
      expect(await inLog(log)).toEqual(expected.log.map((event) => expect.objectContaining(event)));
      const letters = (expected.quarantine ?? []).map((letter) => expect.objectContaining(letter));
      expect(await inQuarantine(log)).toEqual(letters);
    },
  );

  test('has a row of its own', () => {
    expect(new Set(deliveries.map(({ id }) => id)).size).toBe(deliveries.length);
  });
});

describe('when the log takes nothing', () => {
  test('a good delivery is 503 with Retry-After, and 202 again by another node', async () => {
    const closed = await createSqliteEventLog({ path: ':memory:' });
    await closed.close();
    const logger = recordingLogger();
    const broken = createWebhookReceiver({
      ...receiverOptions(closed, logger),
      random: () => 0.5,
    });
    const answer = await broken.receive(order);
    expect(answer).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5', 'content-type': 'application/problem+json' },
      body: expect.stringContaining('"code":"WEBHOOK_LOG_UNAVAILABLE"'),
      outcome: 'WEBHOOK_LOG_UNAVAILABLE',
    });

    const working = createWebhookReceiver(receiverOptions(log, logger));
    expect(await working.receive(order)).toMatchObject({ status: 202, headers: {} });
  });

  test('because Redis is not there, a good delivery is 503 as well', async () => {
    const redis = await createRedisEventLog({
      url: `redis://127.0.0.1:${await freePort()}`,
      random: () => 0.5,
    });
    const logger = recordingLogger();
    const { receive } = createWebhookReceiver({ ...receiverOptions(redis, logger), random: () => 0.5 });
    const answers = await Promise.all([receive(order), receive({ ...order, headers: {} })]);
    await redis.close();
    expect(answers.map(({ status }) => status)).toEqual([503, 401]);
    expect(answers[0]?.headers).toMatchObject({ 'retry-after': '5' });
    const line = {
      message: 'event log unavailable',
      source: 'orders',
      reason: expect.stringContaining('Redis'),
    };
    expect(logger.lines).toContainEqual(expect.objectContaining(line));
  });

  test('senders that are refused together are not asked to come back together', async () => {
    await log.close();
    const randoms = [0, 0.3, 0.999];
    const random = () => randoms.shift() ?? 0;
    const { receive } = createWebhookReceiver({ ...receiverOptions(log), random });
    const answers = await Promise.all([receive(order), receive(order), receive(order)]);
    expect(answers.map(({ headers }) => headers['retry-after'])).toEqual(['3', '4', '7']);
  });

  test('an unsigned delivery is 401 all the same: the log is not asked', async () => {
    await log.close();
    const { receive } = createWebhookReceiver(receiverOptions(log));
    expect((await receive({ ...order, headers: {} })).status).toBe(401);
  });
});

test('simultaneous copies of one delivery are one event', async () => {
  const { receive } = createWebhookReceiver(receiverOptions(log));
  const answers = await Promise.all(Array.from({ length: 20 }, () => receive(order)));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 202));
  expect(answers.filter(({ headers }) => headers['sluice-duplicate'])).toHaveLength(19);
  expect(await inLog(log)).toHaveLength(1);
});

test('what was taken once is a duplicate when it comes again, though its schema has changed', async () => {
  const before = createWebhookReceiver(receiverOptions(log));
  expect((await before.receive(order)).outcome).toBe('appended');
  const changed = sources.map((source) => ({
    ...source,
    events: source.events.map((event) => ({ ...event, schema: { required: ['added'] } })),
  }));
  const after = createWebhookReceiver({ ...receiverOptions(log), sources: changed });
  expect(await after.receive(order)).toMatchObject({ status: 202, outcome: 'duplicate' });
  expect(await inQuarantine(log)).toEqual([]);
});

test('what the quarantine can not keep is 503, so that its sender keeps it', async () => {
  const { receive } = createWebhookReceiver(receiverOptions(log));
  const refusedBy = (id: string) => receive(standard({ source: 'payments', body: '{', id }));
  for (let count = 0; count < lettersMax; count++) await refusedBy(`msg_${count}`);
  expect(await refusedBy('one-more')).toMatchObject({
    status: 503,
    headers: { 'retry-after': expect.stringMatching(/^[3-7]$/) },
    body: expect.stringContaining('"code":"WEBHOOK_LOG_UNAVAILABLE"'),
    outcome: 'WEBHOOK_LOG_UNAVAILABLE',
  });
  const ids = new Set((await inQuarantine(log)).map(({ id }) => id));
  expect(ids).toEqual(new Set(Array.from({ length: lettersMax }, (_, index) => `msg_${index}`)));
  expect(await inLog(log)).toEqual([]);
});

test('what fails unexpectedly is 503 and a line for operators, and nothing is kept', async () => {
  const logger = recordingLogger();
  const { receive } = createWebhookReceiver(receiverOptions(log, logger));
  const error = new Error('a bug');
  expect(await receive({ ...order, readBody: () => Promise.reject(error) })).toMatchObject({
    status: 503,
    headers: { 'retry-after': expect.stringMatching(/^[3-7]$/) },
    outcome: 'WEBHOOK_LOG_UNAVAILABLE',
  });
  expect(logger.lines).toMatchObject([{ level: 'error', source: 'orders', err: error }]);
  expect([await inLog(log), await inQuarantine(log)]).toEqual([[], []]);
});

describe('above a rate limit', () => {
  const neverRead = { readBody: () => Promise.reject(new Error('The body was read')) };
  const limited = sources.map((source) => ({ ...source, rateMax: 1 }));

  test('the delivery is 429 with Retry-After, its body is not read, and other sources go on', async () => {
    const { receive } = createWebhookReceiver({ ...receiverOptions(log), sources: limited });
    for (let count = 0; count < 10; count++) {
      expect(
        (await receive(standard({ source: 'orders', body: order.body, id: `msg_${count}` }))).status,
      ).toBe(202);
    }
    const answer = await receive({ ...order, ...neverRead });
    expect(answer).toMatchObject({
      status: 429,
      headers: { 'retry-after': expect.stringMatching(/^[3-7]$/) },
      body: expect.stringContaining('"code":"WEBHOOK_RATE_EXCEEDED"'),
      outcome: 'WEBHOOK_RATE_EXCEEDED',
    });
    expect((await receive(standard({ source: 'payments', body: '{"payment":"p"}' }))).status).toBe(204);
    expect(await inLog(log)).toHaveLength(11);
    expect(await inQuarantine(log)).toEqual([]);
  });

  test('of failures, only the address that failed is 429', async () => {
    const { receive } = createWebhookReceiver({ ...receiverOptions(log), sources: limited });
    const forged = { ...order, headers: {}, peer: '198.51.100.7' };
    const answers = [];
    for (let count = 0; count < 101; count++) answers.push(await receive(forged));
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 100 }, () => 401), 429]);
    expect((await receive(order)).status).toBe(202);
    expect([await inLog(log), await inQuarantine(log)]).toMatchObject([[{ id: 'msg_1' }], []]);
  });
});

test('nothing of a body is read for a source that nobody knows, for a wrong method or a declared length', async () => {
  const { receive } = createWebhookReceiver(receiverOptions(log));
  const neverRead = { readBody: () => Promise.reject(new Error('The body was read')) };
  const answers = await Promise.all([
    receive({ ...order, ...neverRead, source: 'nobody' }),
    receive({ ...order, ...neverRead, method: 'PUT' }),
    receive({ ...order, ...neverRead, headers: { 'content-length': '1000000' } }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([404, 405, 413]);
  expect([await inLog(log), await inQuarantine(log)]).toEqual([[], []]);
});

test('neither an answer nor a log line repeats a secret, a signature or the payload', async () => {
  const logger = recordingLogger();
  const { receive } = createWebhookReceiver(receiverOptions(log, logger));
  const marked = '{"type":"order.created","data":{"id":["marked-payload"],"total":1}}';
  const given = [
    standard({ source: 'orders', body: marked }),
    standard({ source: 'orders', body: marked, secret: secrets.other }),
    standard({ source: 'orders', body: '{"marked-payload' }),
    github({ source: 'github', body: '"marked-payload"', headers: { 'x-github-event': 'marked-payload' } }),
    plain({ source: 'ids', event: 'byPointer', body: '{"id":"marked-payload\\n"}' }),
  ];
  const said = JSON.stringify([await Promise.all(given.map(receive)), logger.lines]);
  expect(said).not.toContain('marked-payload');
  for (const secret of Object.values(secrets)) expect(said).not.toContain(secret.slice(6));
  for (const { headers } of given) {
    for (const name of ['webhook-signature', 'x-hub-signature-256']) {
      if (headers[name]) expect(said).not.toContain(headers[name] as string);
    }
  }
  expect(logger.lines).toHaveLength(given.length);
});

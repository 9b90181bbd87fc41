/** A service registers itself, on both event logs. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventLogUnavailableError, type EventLog } from '../../../events/event-log.ts';
import { openEventLog } from '../../../events/open.ts';
import { refusedAnswer } from '../../../webhooks/answer.ts';
import type { ArrivingDelivery } from '../../../webhooks/delivery.ts';
import { refusal } from '../../../webhooks/problem.ts';
import type { WebhookReceiver } from '../../../webhooks/receive.ts';
import { withRegistrations } from '../../../webhooks/registrations/registered-receiver.ts';
import { createAttemptLimit } from '../../../webhooks/registrations/access.ts';
import { eventLogs, type EventLogUrl } from '../../utils/event-log-urls.ts';
import { until } from '../../utils/until.ts';
import {
  adminKey,
  ask,
  startRegistrationServer,
  tokens,
  type RegistrationServer,
} from './registration-server.ts';
import { post, registrationRequests } from './registration-requests.ts';

const day = 86_400_000;

const refusing = {
  receive: () => Promise.resolve(refusedAnswer(refusal('WEBHOOK_SIGNATURE_INVALID'), () => 0)),
} as unknown as WebhookReceiver;

describe.each(eventLogs)('$kind', ({ open }) => {
  let store: EventLogUrl;
  let log: EventLog;
  let server: RegistrationServer;
  let nowMs: number;
  let opened: (() => Promise<unknown>)[];

  beforeEach(async () => {
    store = await open();
    log = await openEventLog({ url: store.url });
    nowMs = Date.parse('2026-11-23T00:00:00Z');
    server = await startRegistrationServer({ log, now: () => nowMs, pollMs: 5 });
    opened = [() => store.close(), () => log.close(), () => server.close()];
  });

  afterEach(async () => {
    for (const close of opened.toReversed()) await close();
  });

  async function register(source: keyof typeof tokens = 'orders') {
    const answer = await ask(server, '', { method: 'POST', token: tokens[source], json: { source } });
    expect(answer.status).toBe(201);
    return answer.json as { id: string; secret: string; url: string };
  }

  const secretsOf = (source = 'orders') => server.registrations.known.secretsOf(source);

  test('registering answers with URL and secret, once', async () => {
    const json = { source: 'orders', description: 'order service, Frankfurt' };
    const made = await ask(server, '', { method: 'POST', token: tokens.orders, json });
    const id = made.json['id'] as string;
    const view = {
      id,
      source: 'orders',
      description: 'order service, Frankfurt',
      url: `https://sluice.example/webhooks/orders?registration=${id}`,
      createdAt: '2026-11-23T00:00:00.000Z',
      rotatedAt: null,
      formerSecretUntil: null,
      schemes: ['standard-webhooks'],
    };
    expect(made).toMatchObject({ status: 201, json: view });
    expect(made.headers.get('location')).toBe(`/webhooks/registrations/${id}`);
    const secret = made.json['secret'] as string;
    expect(Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).toHaveLength(32);
    expect(secretsOf()).toEqual([secret]);

    expect((await ask(server, `/${id}`, { token: tokens.orders })).json).toEqual(view);
    const listed = await ask(server, '', { token: tokens.orders });
    expect(listed.json).toEqual({ registrations: [view] });
    const records = await log.records.list('registrations', null, 10);
    expect(JSON.stringify([records, server.logger.lines])).not.toContain(secret.slice('whsec_'.length));
  });

  test('rotating answers with another secret, and the one before stays good for the overlap', async () => {
    const { id, secret } = await register();
    const rotated = await ask(server, `/${id}/rotate`, {
      method: 'POST',
      token: tokens.orders,
      json: { overlapSeconds: 60 },
    });
    expect(rotated).toMatchObject({
      status: 200,
      json: { id, rotatedAt: '2026-11-23T00:00:00.000Z', formerSecretUntil: '2026-11-23T00:01:00.000Z' },
    });
    const fresh = rotated.json['secret'] as string;
    expect(fresh).not.toBe(secret);
    nowMs += 59_999;
    expect(secretsOf()).toEqual([fresh, secret]);
    nowMs += 1;
    expect(secretsOf()).toEqual([fresh]);
    expect((await ask(server, `/${id}`, { token: tokens.orders })).json).toMatchObject({
      formerSecretUntil: null,
    });
  });

  test.each([
    ['24 hours, when nothing is said', {}, undefined, day],
    ['24 hours, without a body', {}, '', day],
    ['none', { overlapSeconds: 0 }, undefined, 0],
    ['7 days', { overlapSeconds: 604_800 }, undefined, 7 * day],
  ])('an overlap of %s', async (_what, json, body, overlapMs) => {
    const { id, secret } = await register();
    const options = { method: 'POST', token: tokens.orders, json, ...(body !== undefined && { body }) };
    expect((await ask(server, `/${id}/rotate`, options)).status).toBe(200);
    nowMs += overlapMs - 1;
    expect(secretsOf().includes(secret)).toBe(overlapMs > 0);
    nowMs += 1;
    expect(secretsOf()).not.toContain(secret);
  });

  test('rotating again and again keeps five secrets at most', async () => {
    const { id } = await register();
    const made: unknown[] = [];
    for (let count = 0; count < 8; count += 1) {
      nowMs += 1_000;
      const { json } = await ask(server, `/${id}/rotate`, { method: 'POST', token: tokens.orders });
      made.unshift(json['secret']);
    }
    expect(secretsOf()).toEqual(made.slice(0, 5));
  });

  test('deleting ends the secret, and the URL of the registration is gone for 30 days', async () => {
    const { id, secret } = await register();
    const other = await register();
    expect((await ask(server, `/${id}`, { method: 'DELETE', token: tokens.orders })).status).toBe(204);
    expect(secretsOf()).toEqual([other.secret]);
    expect(server.registrations.known.isGone(id)).toBe(true);
    expect(server.registrations.known.isGone(other.id)).toBe(false);
    for (const [method, path] of [
      ['GET', `/${id}`],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/rotate`],
    ] as const) {
      expect((await ask(server, path, { method, token: tokens.orders })).status).toBe(404);
    }
    const listed = await ask(server, '', { token: tokens.orders });
    expect(listed.json).toMatchObject({ registrations: [{ id: other.id }] });
    expect(JSON.stringify(await log.records.get('registrations', id))).toContain('\\"secrets\\":[]');
    expect(secret).not.toBe(other.secret);
    nowMs += 30 * day;
    await until('it is forgotten', async () => (await log.records.get('registrations', id)) === null);
    expect(server.registrations.known.isGone(id)).toBe(false);
  });

  test('requests are answered as the table says', async () => {
    for (const { sentence, path = '', options, status, code } of registrationRequests) {
      // A minute between them: wrong tokens are counted by the minute.
      nowMs += 60_000;
      const { registration } = await server.registrations.create({ source: 'orders', description: null });
      const { id } = registration;
      const answer = await ask(server, path.replace('ID', id), options);
      expect({ sentence, status: answer.status, code: answer.json?.['code'] }).toEqual({
        sentence,
        status,
        code,
      });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      if (code !== undefined) {
        expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
        expect(answer.json).toMatchObject({ status });
      }
      if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      await server.registrations.remove(id).catch(() => undefined);
    }
  });

  test('a wrong token, an unknown source and one that is not open get one answer, to the byte', async () => {
    const sources = ['orders', 'nowhere', 'legacy', 'payments'];
    const answers = await Promise.all([
      ...sources.map((source) => ask(server, '', { method: 'POST', token: 'wrong', json: { source } })),
      ...sources.slice(1).map((source) => ask(server, '', post({ json: { source } }))),
    ]);
    const seen = answers.map(({ status, text, headers }) => [status, text, headers.get('www-authenticate')]);
    expect(new Set(seen.map((answer) => JSON.stringify(answer))).size).toBe(1);
  });

  test('an operator sees all, and what Sluice registered itself', async () => {
    await register('orders');
    nowMs += 1;
    await register('payments');
    const { json } = await ask(server, '', { token: adminKey });
    expect(json).toMatchObject({
      registrations: [{ source: 'orders' }, { source: 'payments' }],
      callbacks: [],
    });
    const own = await ask(server, '', { token: tokens.payments });
    expect(own.json).toEqual({ registrations: [expect.objectContaining({ source: 'payments' })] });
  });

  test('after ten wrong tokens in a minute nobody is listened to from there, the right one neither', async () => {
    for (let count = 0; count < 10; count += 1) {
      expect((await ask(server, '', { token: `wrong ${count}` })).status).toBe(401);
    }
    nowMs += 30_000;
    const answer = await ask(server, '', { token: tokens.orders });
    expect(answer).toMatchObject({ status: 429, json: { code: 'REGISTRATION_ATTEMPTS_EXCEEDED' } });
    expect(answer.headers.get('retry-after')).toBe('30');
    nowMs += 30_000;
    expect((await ask(server, '', { token: tokens.orders })).status).toBe(200);
  });

  test('wrong tokens from one network of IPv6 are counted together', () => {
    const { failed, secondsUntilHeard } = createAttemptLimit(() => nowMs);
    for (let count = 0; count < 10; count += 1) failed(`2001:db8:1:2::${count}`);
    const seconds = ['2001:db8:1:2:a:b:c:d', '2001:db8:1:3::1'].map(secondsUntilHeard);
    expect(seconds).toEqual([60, 0]);
  });

  test('right tokens are not counted', async () => {
    for (let count = 0; count < 20; count += 1) {
      expect((await ask(server, '', { token: tokens.orders })).status).toBe(200);
    }
  });

  test('a source has a hundred registrations at most, deleted ones not counted', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 100; count += 1) {
      const { registration } = await server.registrations.create({ source: 'orders', description: null });
      ids.push(registration.id);
    }
    const full = await ask(server, '', post({ json: { source: 'orders' } }));
    expect(full).toMatchObject({ status: 409, json: { code: 'REGISTRATION_LIMIT_REACHED' } });
    await register('payments');
    await server.registrations.remove(ids[0] as string);
    await register('orders');
  });

  test('another node knows what one has changed', async () => {
    const other = await startRegistrationServer({ log, now: () => nowMs, pollMs: 5 });
    opened.push(() => other.close());
    const { known } = other.registrations;
    const { id, secret } = await register();
    await until('it knows the secret', async () => known.secretsOf('orders').includes(secret));
    const rotated = await ask(server, `/${id}/rotate`, post({ json: { overlapSeconds: 60 } }));
    const fresh = rotated.json['secret'] as string;
    await until('it knows the other', async () => known.secretsOf('orders').includes(fresh));
    expect(known.secretsOf('orders')).toEqual([fresh, secret]);
    await ask(other, `/${id}`, { method: 'DELETE', token: tokens.orders });
    await until('the first knows that it is gone', async () => server.registrations.known.isGone(id));
    expect(secretsOf()).toEqual([]);
  });

  test('while the store does not answer, a signature that is not known may be that of a new secret: 503', async () => {
    const answering = { now: true };
    const list: EventLog['records']['list'] = async (...args) =>
      answering.now ? log.records.list(...args) : Promise.reject(new EventLogUnavailableError('away'));
    const cut = { ...log, records: { ...log.records, list } };
    const other = await startRegistrationServer({ log: cut, now: () => nowMs, pollMs: 5 });
    opened.push(() => other.close());
    const { known } = other.registrations;
    const receiver = withRegistrations(refusing, { known });
    const status = async () => (await receiver.receive({ target: '/' } as ArrivingDelivery)).status;
    await until('it has read them', async () => (await status()) === 401);
    answering.now = false;
    await until('it knows that it does not know', async () => (await status()) === 503);
    answering.now = true;
    await until('it has read them again', async () => (await status()) === 401);
  });

  test('of two that rotate at once both get a secret that is good', async () => {
    const { id, secret } = await register();
    const both = await Promise.all([1, 2].map(() => ask(server, `/${id}/rotate`, post({}))));
    const fresh = both.map(({ status, json }) => [status, json['secret']]);
    expect(fresh).toEqual([
      [200, expect.any(String)],
      [200, expect.any(String)],
    ]);
    const good = secretsOf();
    expect(good).toHaveLength(3);
    expect(good).toEqual(expect.arrayContaining([secret, ...fresh.map(([, made]) => made)]));
  });

  test('the array of secrets is the same until they change', async () => {
    const { id } = await register();
    const before = secretsOf();
    expect(secretsOf()).toBe(before);
    await ask(server, `/${id}/rotate`, post({}));
    const after = secretsOf();
    expect(after).not.toBe(before);
    expect(secretsOf()).toBe(after);
    nowMs += day;
    expect(secretsOf()).not.toBe(after);
  });

  test('under another ADMIN_KEY secrets are lost and told, and a rotation makes a good one', async () => {
    const { id } = await register();
    const other = await startRegistrationServer({
      log,
      now: () => nowMs,
      pollMs: 5,
      adminKey: 'another key',
    });
    opened.push(() => other.close());
    const { known } = other.registrations;
    await until('it has read them', async () => known.isCurrent());
    expect(known.secretsOf('orders')).toEqual([]);
    expect(other.logger.lines).toMatchObject([{ level: 'error', source: 'orders', registration: id }]);
    const rotated = await ask(other, `/${id}/rotate`, post({}));
    expect(known.secretsOf('orders')).toEqual([rotated.json['secret']]);
  });
});

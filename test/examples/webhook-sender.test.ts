import { afterEach, describe, expect, it } from '@jest/globals';
import { attemptWebhook, retryWaitMs } from '../../examples/shared/webhook-attempt.ts';
import { createWebhookSender, type WebhookSenderOptions } from '../../examples/shared/webhook-sender.ts';
import { isSigned, SECRET, startWebhookReceiver, type WebhookReceiver } from './webhook-receiver.ts';

const QUICK = { backoffBaseMs: 1, backoffMaxMs: 4 };
const NEVER_BY_ITSELF = { backoffBaseMs: 3_600_000, backoffMaxMs: 3_600_000 };

const open: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const resource of open.splice(0).toReversed()) await resource.close();
});

async function receiver(answer?: NonNullable<Parameters<typeof startWebhookReceiver>[0]>['answer']) {
  const started = await startWebhookReceiver(answer ? { answer } : {});
  open.push(started);
  return started;
}

function sender(receivers: WebhookReceiver[], options: WebhookSenderOptions = QUICK) {
  const targets = receivers.map(({ url }) => ({ url, secret: SECRET }));
  const created = createWebhookSender({ targets, ...options });
  open.push(created);
  return created;
}

const header = (name: string) => (delivery: { headers: Record<string, unknown> }) => delivery.headers[name];

/** What is waited between ten attempts, at least. */
function waits(retryAfterMs: number | undefined): number[] {
  const outcome = { status: 503, retryAfterMs };
  const options = { outcome, backoffBaseMs: 500, backoffMaxMs: 30_000, random: () => 0.999 };
  return Array.from({ length: 9 }, (_, index) => retryWaitMs({ attempt: index + 1, ...options }));
}

const sum = (values: number[]) => values.reduce((one, other) => one + other);

describe('one delivery', () => {
  it('is signed over the bytes that are sent', async () => {
    const target = await receiver();
    const id = sender([target]).send({
      event: 'greeting',
      body: { text: 'Grüß Gott 👋' },
      headers: { 'x-event': 'greeting' },
    });
    const [delivery] = await target.until(({ length }) => length === 1);

    expect(delivery?.json).toEqual({ text: 'Grüß Gott 👋' });
    expect(delivery?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-event': 'greeting',
      'webhook-id': id,
    });
    expect(delivery && (await isSigned(delivery, SECRET))).toBe(true);
    expect(delivery && (await isSigned({ ...delivery, raw: Buffer.from('{}') }, SECRET))).toBe(false);
  });

  it('is tried again after a 503, with the same id, a new timestamp and a new signature', async () => {
    const target = await receiver((nth) => ({ status: nth < 3 ? 503 : 202 }));
    let seconds = 1_700_000_000;
    sender([target], { ...QUICK, now: () => (seconds += 60) * 1000 }).send({ event: 'greeting', body: {} });
    const deliveries = await target.until(({ length }) => length === 3);

    expect(new Set(deliveries.map(header('webhook-id'))).size).toBe(1);
    expect(deliveries.map(header('webhook-timestamp'))).toEqual(['1700000060', '1700000120', '1700000180']);
    expect(await Promise.all(deliveries.map((delivery) => isSigned(delivery, SECRET)))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    { reason: 'the connection breaks', first: 'hang up' as const },
    { reason: 'no answer comes in time', first: 'never' as const },
    { reason: 'the target redirects', first: { status: 307, headers: { location: '/elsewhere' } } },
    { reason: 'the target refuses', first: { status: 400 } },
  ])('is tried again when $reason', async ({ first }) => {
    const target = await receiver((nth) => (nth === 1 ? first : { status: 200 }));
    sender([target], { ...QUICK, timeoutMs: 200 }).send({ event: 'greeting', body: {} });
    const deliveries = await target.until(({ length }) => length === 2);
    expect(deliveries.map(({ path }) => path)).toEqual(['/hook', '/hook']);
  });

  it.each([
    { form: 'seconds', retryAfter: '7' },
    { form: 'a date', retryAfter: 'Tue, 14 Nov 2023 22:13:27 GMT' },
  ])('knows from Retry-After how long to wait, in $form', async ({ retryAfter }) => {
    const target = await receiver(() => ({ status: 429, headers: { 'retry-after': retryAfter } }));
    const outcome = await attemptWebhook({
      delivery: { id: 'msg_1', event: 'greeting', body: '{}', headers: {} },
      url: target.url,
      secret: SECRET,
      nowMs: 1_700_000_000_000,
      timeoutMs: 5_000,
      signal: new AbortController().signal,
    });
    expect(outcome).toEqual({ status: 429, retryAfterMs: 7_000 });
  });

  it('waits for the longer of Retry-After and backoff, so that ten attempts outlast a restart', () => {
    expect(sum(waits(undefined))).toBeGreaterThan(90_000);
    expect(sum(waits(5_000))).toBeGreaterThan(90_000);
    expect(waits(60_000)).toEqual(Array.from({ length: 9 }, () => 60_000));
  });

  it('is given up after the last attempt, and the next one has its turn', async () => {
    const target = await receiver((_, { json }) => ({ status: json === 'bad' ? 500 : 200 }));
    const lines: string[] = [];
    const sending = sender([target], { ...QUICK, attemptsMax: 3, log: (line) => lines.push(line) });
    const bad = sending.send({ event: 'greeting', body: 'bad' });
    sending.send({ event: 'greeting', body: 'good' });
    const deliveries = await target.until(({ length }) => length === 4);

    expect(deliveries.map(({ json }) => json)).toEqual(['bad', 'bad', 'bad', 'good']);
    expect(lines).toEqual([`gave up sending greeting ${bad} after 3 attempts`]);
    expect(sending.attempts().map(({ attempt, outcome }) => [attempt, outcome])).toMatchObject([
      [1, { status: 500 }],
      [2, { status: 500 }],
      [3, { status: 500 }],
    ]);
  });
});

describe('a target', () => {
  it('gets its events in order, whatever fails in between', async () => {
    const target = await receiver((nth) => ({ status: nth % 3 === 0 ? 200 : 503 }));
    const sending = sender([target]);
    for (const body of ['one', 'two', 'three']) sending.send({ event: 'greeting', body });
    const deliveries = await target.until(({ length }) => length === 9);
    const expected = ['one', 'two', 'three'].flatMap((body) => [body, body, body]);
    expect(deliveries.map(({ json }) => json)).toEqual(expected);
  });

  it('does not wait for another that fails, and sees the same id', async () => {
    const failing = await receiver(() => ({ status: 503 }));
    const well = await receiver();
    const sending = sender([failing, well], NEVER_BY_ITSELF);
    const sent = ['one', 'two', 'three'].map((body) => sending.send({ event: 'greeting', body }));
    const deliveries = await well.until(({ length }) => length === 3);
    await failing.until(({ length }) => length === 1);

    expect(deliveries.map(header('webhook-id'))).toEqual(sent);
    expect(failing.deliveries.map(header('webhook-id'))).toEqual(sent.slice(0, 1));
  });

  it('gets only the events that it wants', async () => {
    const target = await receiver();
    const sending = sender([]);
    sending.add({ url: target.url, secret: SECRET, events: ['wanted'] });
    sending.send({ event: 'unwanted', body: 1 });
    sending.send({ event: 'wanted', body: 2 });
    const deliveries = await target.until(({ length }) => length === 1);
    expect(deliveries.map(({ json }) => json)).toEqual([2]);
  });

  it('that answers 410 is removed, with all that waited for it', async () => {
    const gone = await receiver(() => ({ status: 410 }));
    const well = await receiver();
    const removed: string[] = [];
    const sending = sender([gone, well], { ...QUICK, onGone: (url) => removed.push(url) });
    for (const body of ['one', 'two', 'three']) sending.send({ event: 'greeting', body });
    await Promise.all([gone.until(({ length }) => length === 1), well.until(({ length }) => length === 3)]);
    sending.send({ event: 'greeting', body: 'four' });
    await well.until(({ length }) => length === 4);

    expect(sending.targets().map(({ url }) => url)).toEqual([well.url]);
    expect(removed).toEqual([gone.url]);
    expect(gone.deliveries).toHaveLength(1);
  });

  it('that is added again is signed for with its new secret, even what waits already', async () => {
    const target = await receiver((nth) => ({ status: nth === 1 ? 503 : 200 }));
    const renewed = `whsec_${Buffer.from('renewed').toString('base64')}`;
    const sending = sender([target], { backoffBaseMs: 50 });
    sending.send({ event: 'greeting', body: {} });
    await target.until(({ length }) => length === 1);
    sending.add({ url: target.url, secret: renewed });
    const [before, after] = await target.until(({ length }) => length === 2);
    expect(before && (await isSigned(before, SECRET))).toBe(true);
    expect(after && (await isSigned(after, renewed))).toBe(true);
  });
});

describe('close', () => {
  it('ends a long wait and drops what was not sent', async () => {
    const target = await receiver(() => ({ status: 503 }));
    const sending = sender([target], NEVER_BY_ITSELF);
    sending.send({ event: 'greeting', body: 'one' });
    sending.send({ event: 'greeting', body: 'two' });
    await target.until(({ length }) => length === 1);
    await sending.close();
    expect(sending.attempts().length).toBeLessThanOrEqual(1);
    expect(target.deliveries).toHaveLength(1);
  });
});

/** What a sender is told, and what becomes of what it sent. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import { eventLogs } from '../../utils/event-log-urls.ts';
import { startPlatform, type Platform } from '../../utils/platform.ts';
import type { ResultStream } from '../../utils/result-stream.ts';
import { send } from '../../utils/webhook-delivery.ts';
import { connectWebSocket, type WsClient } from '../../utils/ws-client.ts';
import { good, quarantinedCases, refusedCases } from './deliveries.ts';

describe.each(eventLogs)('with events in $kind', ({ open }) => {
  let platform: Platform;
  let client: WsClient;
  let stream: ResultStream;
  let curtains = 0;

  beforeAll(async () => {
    platform = await startPlatform({ openLog: open });
    client = await connectWebSocket(platform.gateway.url);
    stream = client.subscribe('subscription { orderCreated { id } }');
    await platform.live('orderCreated', [stream]);
  });

  afterAll(async () => {
    await client.close();
    await platform.close();
    expect(runningPrograms()).toEqual([]);
  });

  const sender = () => ({ gatewayUrl: platform.gateway.url, secrets: platform.services.secrets });

  /** Ids of all events that the subscriber got since it was last asked. */
  async function arrived(): Promise<(string | undefined)[]> {
    const id = `curtain-${(curtains += 1)}`;
    await platform.deliver('orderCreated', 'ord_curtain', { id });
    const results = await stream.through(({ extensions }) => extensions?.event?.id === id);
    return results.slice(0, -1).map(({ extensions }) => extensions?.event?.id);
  }

  test.each(['application/json', 'application/json; charset=utf-8', 'application/json;charset=UTF-8'])(
    'a delivery of %s is one event',
    async (contentType) => {
      const delivery = good(sender(), `msg of ${contentType}`);
      const answer = await send({
        ...delivery,
        headers: { ...delivery.headers, 'content-type': contentType },
      });
      expect([answer.status, await answer.text()]).toEqual([202, '']);
      expect(await arrived()).toEqual([`msg of ${contentType}`]);
    },
  );

  test('the same delivery twice is one event', async () => {
    const delivery = good(sender(), 'msg_twice');
    const answers = [await send(delivery), await send(delivery)];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers.map(({ headers }) => headers.get('sluice-duplicate'))).toEqual([null, 'true']);
    expect(await arrived()).toEqual(['msg_twice']);
  });

  test('the same delivery ten times at once is one event', async () => {
    const delivery = good(sender(), 'msg_crowd');
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(delivery)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
    expect(answers.filter(({ headers }) => headers.get('sluice-duplicate') === null)).toHaveLength(1);
    expect(await arrived()).toEqual(['msg_crowd']);
  });

  test('the same id with another body is refused', async () => {
    expect((await send(good(sender(), 'msg_other'))).status).toBe(202);
    const other = await platform.deliver('orderCreated', 'ord_8', { id: 'msg_other' });
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ code: 'WEBHOOK_ID_CONFLICT' });
    expect(await arrived()).toEqual(['msg_other']);
  });

  test.each(refusedCases)('$title is $status, and no event', async ({ delivery, status, code }) => {
    const answer = await send(delivery(sender()));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ status, code });
    expect(await arrived()).toEqual([]);
  });

  test.each(quarantinedCases)('$title is 202 and quarantined, and no event', async ({ delivery }) => {
    const answer = await send(delivery(sender()));
    expect([answer.status, answer.headers.get('sluice-quarantined')]).toEqual([202, 'true']);
    expect(await arrived()).toEqual([]);
  });
});

/** `Query.event`, what an event has, what a page may cost, and a log that refuses. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  CursorExpiredError,
  EventLogUnavailableError,
  type EventLog,
  type StoredEvent,
} from '../../../events/event-log.ts';
import { createSqliteEventLog } from '../../../events/sqlite/sqlite-event-log.ts';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { delivery } from '../../events/deliveries.ts';
import { codeOf, context, historyOf, openKeptEvents } from './kept-events.ts';

let log: EventLog;
beforeAll(async () => {
  log = await openKeptEvents();
});
afterAll(() => log.close());

const { history, read, forward } = historyOf(() => log);

describe('an event', () => {
  test('has what was received, and its payload under the name of its field', async () => {
    const [{ node }] = (await read({ source: 'stock', first: 1 })).edges as never as [{ node: object }];
    expect(node).toEqual({
      id: 's1',
      type: 'stockLow',
      source: 'stock',
      subject: null,
      time: '2026-11-23T10:00:03.000Z',
      cursor: expect.any(String),
      data: { stockLow: { sku: '1' } },
    });
  });

  test('without a field has no data', async () => {
    const { edges } = await read({ source: 'stock', last: 1 });
    expect(edges).toMatchObject([{ node: { id: 's6', type: 'formerly', data: null } }]);
  });

  test('is found by its id, in its source or in all', async () => {
    expect(await history().event({ id: 'o7' }, context)).toMatchObject({ id: 'o7', source: 'orders' });
    expect(await history().event({ id: 's2', source: 'stock' }, context)).toMatchObject({ id: 's2' });
    expect(await history().event({ id: 's2', source: 'orders' }, context)).toBeNull();
    expect(await history().event({ id: 'nobody' }, context)).toBeNull();
  });

  test('of an id that two sources have is asked for with its source', async () => {
    const both = await createSqliteEventLog({ path: ':memory:' });
    await both.append([delivery({ id: 'one' }), delivery({ id: 'one', source: 'stock' })]);
    const { event } = history({ log: both });
    expect(await codeOf(event({ id: 'one' }, context))).toBe('BAD_USER_INPUT');
    expect(await event({ id: 'one', source: 'stock' }, context)).toMatchObject({ source: 'stock' });
    await both.close();
  });
});

describe('what one request may cost', () => {
  test('a page ends with the event that brings it to the bound of data', async () => {
    const pages = await forward({ source: 'orders', first: 100 }, { limits: { dataCharsMax: 100 } });
    expect(pages.map(({ edges }) => edges.length)).toEqual([3, 3, 3, 3, 0]);
  });

  test('a log that is slow is not read on', async () => {
    let nowMs = 0;
    const limits = { readingMsMax: 100, now: () => (nowMs += 40) };
    const { edges, pageInfo } = await read({ source: 'orders', first: 100 }, { limits });
    expect(edges.length).toBeLessThan(5);
    expect(pageInfo.hasNextPage).toBe(true);
  });

  test('nobody waits for it any more: it is not read on', async () => {
    const signal = AbortSignal.abort();
    const reading = history().events({ first: 1 }, createSubgraphContext({ signal }));
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});

function fails(reason: Error): EventLog {
  const fail = () => Promise.reject(reason);
  return { ...log, find: fail, read: fail, readBefore: fail };
}

describe('the log refuses', () => {
  test('it does not answer: EVENT_LOG_UNAVAILABLE', async () => {
    const { events, event } = history({ log: fails(new EventLogUnavailableError('Redis is away')) });
    expect(await codeOf(events({}, context))).toBe('EVENT_LOG_UNAVAILABLE');
    expect(await codeOf(events({ last: 1 }, context))).toBe('EVENT_LOG_UNAVAILABLE');
    expect(await codeOf(event({ id: 'o1' }, context))).toBe('EVENT_LOG_UNAVAILABLE');
  });

  test('it does not keep what is asked for: CURSOR_EXPIRED, with the earliest cursor', async () => {
    const [edge] = (await read({ source: 'orders', first: 1 })).edges;
    const expired = new CursorExpiredError('orders', { epoch: 'e', offset: 7 });
    const reading = history({ log: fails(expired) }).events(
      { source: 'orders', after: edge?.cursor },
      context,
    );
    await expect(reading).rejects.toMatchObject({
      extensions: { code: 'CURSOR_EXPIRED', earliest: expect.any(String) },
    });
  });

  test('an event whose id is known and which is no longer kept is none', async () => {
    const trimmed = {
      ...log,
      read: (): Promise<StoredEvent[]> =>
        Promise.reject(new CursorExpiredError('orders', { epoch: 'e', offset: 7 })),
    };
    expect(await history({ log: trimmed }).event({ id: 'o1' }, context)).toBeNull();
  });
});

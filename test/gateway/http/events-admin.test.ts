/** `/admin/events` over real sockets: sources, pages both ways, one event, and what is refused. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import express from 'express';
import { pino } from 'pino';
import { CursorExpiredError, EventLogUnavailableError, type EventLog } from '../../../events/event-log.ts';
import { createSqliteEventLog } from '../../../events/sqlite/sqlite-event-log.ts';
import { createLogCursors } from '../../../events/log-cursors.ts';
import { createCuts, type Cuts } from '../../../gateway/history/cut.ts';
import { adminRouter } from '../../../gateway/http/admin.ts';
import { eventsRouter, type EventsRouterOptions } from '../../../gateway/http/events-admin.ts';
import { delivery, range } from '../../events/deliveries.ts';

const adminKey = 'a-key-of-24-characters!!';

interface AdminEvent {
  id: string;
  cursor: string;
  offset: number;
}

interface Page {
  events: AdminEvent[];
  next: string | null;
  previous: string | null;
  isMore: boolean;
}

let log: EventLog;
let cuts: Cuts;
let url: string;
const servers: Server[] = [];

async function serve(options: Partial<EventsRouterOptions> = {}): Promise<string> {
  const resources = [eventsRouter({ log, cuts, sources: ['orders', 'quiet'], ...options })];
  const app = express().use(adminRouter({ adminKey, resources, logger: pino({ level: 'silent' }) }));
  const server = app.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/admin`;
}

beforeAll(async () => {
  log = await createSqliteEventLog({ path: ':memory:' });
  await log.append(
    range(1, 7).map((number) =>
      delivery({
        id: `msg/${number}`,
        type: number % 2 === 0 ? 'even' : 'odd',
        subject: `s${number}`,
        dataJson: `{\r\n "number": 1234567890123456789${number}\n}`,
        traceparent: '00-1-2-01',
      }),
    ),
  );
  await log.append([delivery({ id: 'of-former', source: 'former' })]);
  cuts = createCuts(createLogCursors({ records: log.records }));
  url = await serve();
});

afterAll(async () => {
  for (const server of servers) server.close();
  await log.close();
});

const ask = (path: string, headers: Readonly<Record<string, string>> = {}, base = url) =>
  fetch(`${base}${path}`, { headers: { authorization: `Bearer ${adminKey}`, ...headers } });
const page = async (query: string) => (await (await ask(`/events/orders${query}`)).json()) as Page;
const ids = ({ events }: Page) => events.map(({ id }) => Number(id.slice(4)));

const place = (offset: number) => ({ offset, time: expect.any(String), cursor: expect.any(String) });

test('sources are listed with their oldest and newest event', async () => {
  expect(await (await ask('/events')).json()).toEqual({
    sources: [
      { source: 'orders', oldest: place(1), newest: place(7) },
      { source: 'quiet', oldest: null, newest: null },
    ],
  });
});

/** Given places of events by number, what a query answers. */
const pages: readonly {
  query: (at: (number: number) => string) => string;
  expected: readonly number[];
  isMore: boolean;
}[] = [
  { query: () => '', expected: range(1, 7), isMore: false },
  { query: () => '?first=3', expected: [1, 2, 3], isMore: true },
  { query: () => '?last=3', expected: [5, 6, 7], isMore: true },
  { query: () => '?last=100', expected: range(1, 7), isMore: false },
  { query: (at) => `?after=${at(3)}&first=2`, expected: [4, 5], isMore: true },
  { query: (at) => `?after=${at(7)}`, expected: [], isMore: false },
  { query: (at) => `?before=${at(5)}&last=2`, expected: [3, 4], isMore: true },
  { query: (at) => `?before=${at(5)}`, expected: [1, 2, 3, 4], isMore: false },
  { query: (at) => `?after=${at(2)}&before=${at(5)}`, expected: [3, 4], isMore: false },
  { query: () => '?type=even', expected: [2, 4, 6], isMore: false },
  { query: () => '?type=even&type=odd&first=2', expected: [1, 2], isMore: true },
  { query: () => '?subject=s4', expected: [4], isMore: false },
  { query: () => '?type=odd&subject=s4', expected: [], isMore: false },
];

test.each(pages)('$query answers events $expected', async ({ query, expected, isMore }) => {
  const all = (await page('')).events;
  const found = await page(query((number) => all[number - 1]?.cursor ?? ''));
  expect([ids(found), found.isMore]).toEqual([expected, isMore]);
});

test.each([1, 2, 3, 7])('%i at a time, both ways, gives each once', async (size) => {
  const onward: number[] = [];
  for (let next = '', isMore = true; isMore;) {
    const found = await page(`?first=${size}${next}`);
    onward.push(...ids(found));
    [next, isMore] = [`&after=${found.next}`, found.isMore];
  }
  const back: number[] = [];
  for (let previous = '', isMore = true; isMore;) {
    const found = await page(`?last=${size}${previous}`);
    back.unshift(...ids(found));
    [previous, isMore] = [`&before=${found.previous}`, found.isMore];
    if (!isMore) expect(found.previous).toBeNull();
  }
  expect([onward, back]).toEqual([range(1, 7), range(1, 7)]);
});

test('next of an empty page is where to ask again later', async () => {
  const { next } = await page('');
  expect(await page(`?after=${next}`)).toMatchObject({ events: [], next, isMore: false });
});

test('an event is given as it came, as far as JSON goes', async () => {
  const answer = await ask('/events/orders/msg%2F3');
  const text = await answer.text();
  expect(text).toMatch(/"data":\{ +"number": 12345678901234567893 +\}\}$/);
  const { cursor, epoch, ...event } = JSON.parse(text) as Record<string, unknown>;
  expect(event).toEqual({
    id: 'msg/3',
    source: 'orders',
    type: 'odd',
    subject: 's3',
    time: '2026-11-22T10:00:00.000Z',
    traceparent: '00-1-2-01',
    offset: 3,
    data: { number: expect.any(Number) },
  });
  expect([typeof cursor, typeof epoch]).toEqual(['string', 'string']);
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('as NDJSON, each line is an event, and headers say where it goes on', async () => {
  const answer = await ask('/events/orders?first=2', { accept: 'application/x-ndjson' });
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await answer.text()).split('\n');
  const events = (await page('?first=2')).events;
  expect(lines.slice(0, 2).map((line) => JSON.parse(line) as unknown)).toEqual(events);
  expect(lines[2]).toBe('');
  expect(answer.headers.get('sluice-next')).toBe(events[1]?.cursor);
  expect(answer.headers.get('sluice-more')).toBe('true');
});

test('events of a source whose folder is gone can be read by its name', async () => {
  const { events } = (await (await ask('/events/former')).json()) as Page;
  expect(events).toMatchObject([{ id: 'of-former', source: 'former' }]);
});

function failing(reason: Error): EventLog {
  const fail = () => Promise.reject(reason);
  return { ...log, read: fail, readBefore: fail };
}

describe('refused', () => {
  const refused: readonly { path: string; status: number; code: string }[] = [
    { path: '/events?source=orders', status: 400, code: 'ADMIN_REQUEST_INVALID' },
    { path: '/events/orders?limit=3', status: 400, code: 'ADMIN_REQUEST_INVALID' },
    { path: '/events/orders?first=0', status: 400, code: 'ADMIN_REQUEST_INVALID' },
    { path: '/events/orders?first=101', status: 400, code: 'ADMIN_REQUEST_INVALID' },
    { path: '/events/orders?last=x', status: 400, code: 'ADMIN_REQUEST_INVALID' },
    { path: '/events/orders?first=1&last=1', status: 400, code: 'ADMIN_REQUEST_INVALID' },
    { path: '/events/orders?after=a&after=b', status: 400, code: 'ADMIN_REQUEST_INVALID' },
    { path: '/events/orders?after=yesterday', status: 400, code: 'ADMIN_REQUEST_INVALID' },
    { path: '/events/orders?before=', status: 400, code: 'ADMIN_REQUEST_INVALID' },
    { path: '/events/nobody', status: 404, code: 'ADMIN_NOT_FOUND' },
    { path: '/events/orders/nothing', status: 404, code: 'ADMIN_NOT_FOUND' },
    { path: '/events/nobody/msg%2F3', status: 404, code: 'ADMIN_NOT_FOUND' },
    { path: '/events/orders/msg/3', status: 404, code: 'ADMIN_NOT_FOUND' },
    { path: '/events/%FF', status: 404, code: 'ADMIN_NOT_FOUND' },
  ];
  test.each(refused)('$path: $status $code', async ({ path, status, code }) => {
    const answer = await ask(path);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({ status, code });
    expect(answer.status).toBe(status);
  });

  test('without the key', async () => {
    expect((await ask('/events', { authorization: 'Bearer another' })).status).toBe(401);
  });

  test('a cursor of another source', async () => {
    const { events } = (await (await ask('/events/former')).json()) as Page;
    expect((await ask(`/events/orders?after=${events[0]?.cursor}`)).status).toBe(400);
  });

  test('a cursor behind which events are no longer kept: 410, with the earliest one that works', async () => {
    const [first, second] = (await page('?first=2')).events;
    const { epoch } = await log.head('orders');
    const expired = new CursorExpiredError('orders', { epoch, offset: 2 });
    const base = await serve({ log: failing(expired) });
    const answer = await ask(`/events/orders?after=${first?.cursor}`, {}, base);
    expect(await answer.json()).toMatchObject({
      status: 410,
      code: 'ADMIN_CURSOR_EXPIRED',
      detail: expect.stringContaining(second?.cursor ?? 'no cursor'),
    });
  });

  test('while the log is away: 503 and when to come again', async () => {
    const base = await serve({ log: failing(new EventLogUnavailableError('away')) });
    for (const path of ['/events', '/events/orders']) {
      const answer = await ask(path, {}, base);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    }
  });
});

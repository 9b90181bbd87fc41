/** `/admin` over real sockets: its key, what it refuses, and what it does with dead letters. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { pino } from 'pino';
import { startGateway, type Gateway } from '../../../gateway/app.ts';
import { readConfig } from '../../../gateway/config.ts';
import { adminRouter } from '../../../gateway/http/admin.ts';
import { deadLettersRouter } from '../../../gateway/http/dead-letters-admin.ts';
import type { DeadLetter } from '../../../webhooks/dead-letters/dead-letter.ts';
import type { DeadLetters } from '../../../webhooks/dead-letters/dead-letters.ts';
import {
  smallConfig,
  smallDocument,
  writeSubgraphFolders,
  type SubgraphFolders,
} from '../../mesh/subgraph-folders.ts';
import { openRawConnection } from '../../utils/raw-http.ts';

const adminKey = 'a-key-of-24-characters!!';

let folders: SubgraphFolders;
let dir: string;
let gateway: Gateway;

function start(env: Readonly<Record<string, string>>): Promise<Gateway> {
  const config = readConfig({
    PORT: '0',
    SUBGRAPHS_DIR: folders.dir,
    EVENTS_URL: `sqlite:${join(dir, 'events.db')}`,
    ...env,
  });
  return startGateway({ config, env: {}, logger: pino({ level: 'silent' }) });
}

beforeAll(async () => {
  folders = await writeSubgraphFolders({
    'shop/openapi.yaml': smallDocument,
    'shop/subgraph.yaml': `${smallConfig}webhooks:
  orderCreated: { entity: Order, verify: { scheme: none }, id: { header: webhook-id } }
entities: { Order: { key: id, resolve: { operation: getOrder, argument: id } } }
`,
  });
  dir = await mkdtemp(join(tmpdir(), 'sluice-admin-'));
  gateway = await start({ ADMIN_KEY: adminKey });
});

afterAll(async () => {
  await gateway.close();
  await folders.remove();
  await rm(dir, { recursive: true });
});

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

function ask(path: string, method = 'GET', headers: Readonly<Record<string, string>> = bearer(adminKey)) {
  return fetch(`${gateway.url}/admin${path}`, { method, headers });
}

async function told(path: string, method = 'GET'): Promise<Record<string, unknown>> {
  return (await (await ask(path, method)).json()) as Record<string, unknown>;
}

/** Delivers what breaks the schema, and gives the letter's id. */
async function keep(deliveryId: string): Promise<string> {
  const answer = await fetch(`${gateway.url}/webhooks/shop`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'webhook-id': deliveryId },
    body: '{"id":"7"}',
  });
  expect(answer.status).toBe(202);
  const { deadLetters } = await told('/dead-letters?limit=100');
  return (deadLetters as DeadLetter[]).find((letter) => letter.deliveryId === deliveryId)?.id ?? '';
}

afterEach(async () => {
  await ask('/dead-letters?all=true&limit=100', 'DELETE');
});

describe('the key', () => {
  const credentials: readonly (readonly [string, Readonly<Record<string, string>>, number])[] = [
    ['none', {}, 401],
    ['the right one', bearer(adminKey), 200],
    ['the right one, with the scheme in lower case', { authorization: `bearer ${adminKey}` }, 200],
    ['a wrong one', bearer('another-key-of-24-chars!'), 401],
    ['its beginning', bearer(adminKey.slice(0, -1)), 401],
    ['one character more', bearer(`${adminKey}!`), 401],
    ['an empty one', bearer(''), 401],
    ['without the scheme', { authorization: adminKey }, 401],
    ['as a password', { authorization: `Basic ${Buffer.from(`:${adminKey}`).toString('base64')}` }, 401],
    ['in another header', { 'x-api-key': adminKey }, 401],
  ];
  test.each(credentials)('%s: %#', async (_, headers, status) => {
    const answer = await ask('/dead-letters', 'GET', headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    if (status === 200) return;
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({ status, code: 'ADMIN_KEY_INVALID' });
  });

  test('in the query is not looked at', async () => {
    expect((await ask(`/dead-letters?key=${adminKey}`, 'GET', {})).status).toBe(401);
  });

  test('given twice is refused, though both are right', async () => {
    const connection = await openRawConnection(gateway.url);
    const line = `authorization: Bearer ${adminKey}\r\n`;
    connection.socket.write(`GET /admin/dead-letters HTTP/1.1\r\nhost: a\r\n${line}${line}\r\n`);
    expect((await connection.next())?.status).toBe(401);
    connection.socket.destroy();
  });

  test('comes before everything: without it nobody learns what there is', async () => {
    const paths = ['', '/', '/dead-letters?limit=x', '/nothing', `/dead-letters/${'0'.repeat(32)}`, '/%FF'];
    const answers = await Promise.all(paths.map((path) => ask(path, 'PUT', {})));
    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 401));
  });

  test('when none is configured there is no /admin, whatever is sent', async () => {
    const closed = await start({ EVENTS_URL: 'sqlite::memory:' });
    const answers = [bearer(''), bearer('undefined'), bearer(adminKey), {}].flatMap((headers) =>
      ['/admin', '/admin/dead-letters', '/admin/dead-letters/redrive'].map((path) =>
        fetch(`${closed.url}${path}`, { headers }),
      ),
    );
    expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([404]));
    await closed.close();
  });
});

const hostileIds = [
  '..%2f..%2fhealth%2flive',
  '%00',
  '%FF',
  '%0d%0aset-cookie:%20a=b',
  '__proto__',
  'constructor',
  "'%20OR%201=1--",
  '*',
  '0'.repeat(31),
  '0'.repeat(33),
  'A'.repeat(32),
  `${'0'.repeat(32)}%0a`,
  '0'.repeat(5000),
  '{{7*7}}',
  '0'.repeat(32),
];

test.each(hostileIds)('%s is no id: 404, and nothing of it in the answer', async (id) => {
  const requests = [
    ask(`/dead-letters/${id}`),
    ask(`/dead-letters/${id}`, 'DELETE'),
    ask(`/dead-letters/${id}/redrive`, 'POST'),
  ];
  for (const answer of await Promise.all(requests)) {
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('set-cookie')).toBeNull();
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ status: 404, code: 'ADMIN_NOT_FOUND' });
    expect(text).not.toContain(decodeURIComponent(id === '%FF' ? 'FF' : id));
  }
});

const wrongQueries: readonly (readonly [string, string, string])[] = [
  ['GET', '?sauce=shop', '"sauce" is no parameter here.'],
  ['GET', '?source=shop&source=other', '"source" is given twice.'],
  ['GET', '?code=NO_SUCH_CODE', '"code" must be a code of a refused webhook delivery.'],
  ['GET', '?code=__proto__', '"code" must be a code of a refused webhook delivery.'],
  ['GET', '?from=yesterday', '"from" must be a time such as 2026-11-23T08:00:00Z, or a date.'],
  ['GET', '?until=2026-13-01', '"until" must be a time such as 2026-11-23T08:00:00Z, or a date.'],
  [
    'GET',
    '?from=9999-12-31T23:59:59-01:00',
    '"from" must be a time such as 2026-11-23T08:00:00Z, or a date.',
  ],
  [
    'GET',
    '?until=0000-01-01T00:00:00%2B01:00',
    '"until" must be a time such as 2026-11-23T08:00:00Z, or a date.',
  ],
  ['GET', '?from=1', '"from" must be a time such as 2026-11-23T08:00:00Z, or a date.'],
  ['GET', '?limit=0', '"limit" must be a number from 1 to 100.'],
  ['GET', '?limit=101', '"limit" must be a number from 1 to 100.'],
  ['GET', '?limit=1e1', '"limit" must be a number from 1 to 100.'],
  ['GET', '?after=nonsense', '"after" must be what came as "next".'],
  ['GET', `?after=${Buffer.from('x y').toString('base64url')}`, '"after" must be what came as "next".'],
  ['GET', '?all=yes', '"all" must be true.'],
  ['DELETE', '', 'Choose by a filter, or say all=true.'],
  ['DELETE', '?limit=5', 'Choose by a filter, or say all=true.'],
  ['POST', '', 'Choose by a filter, or say all=true.'],
];

test.each(wrongQueries)('%s with "%s" is 400: %s', async (method, query, detail) => {
  const answer = await ask(`/dead-letters${method === 'POST' ? '/redrive' : ''}${query}`, method);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ status: 400, code: 'ADMIN_REQUEST_INVALID', detail });
});

test.each([
  ['PUT', '/dead-letters', 'GET, HEAD, DELETE'],
  ['POST', '/dead-letters', 'GET, HEAD, DELETE'],
  ['OPTIONS', '/dead-letters', 'GET, HEAD, DELETE'],
  ['PATCH', `/dead-letters/${'0'.repeat(32)}`, 'GET, HEAD, DELETE'],
  ['DELETE', `/dead-letters/${'0'.repeat(32)}/redrive`, 'POST'],
  ['DELETE', '/dead-letters/redrive?all=true', 'POST'],
])('%s %s is 405, and says what would do', async (method, path, allow) => {
  const answer = await ask(path, method);
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
  expect(await answer.json()).toMatchObject({ code: 'ADMIN_METHOD_NOT_ALLOWED' });
});

test.each(['', '/', '/nothing', '/dead-letters/', '/Dead-letters', '/dead-letters/a/b/c'])(
  'there is nothing at /admin%s',
  async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'ADMIN_NOT_FOUND' });
  },
);

test('a letter is listed, read, redriven in vain, and discarded', async () => {
  const id = await keep('one');
  expect(await told('/dead-letters')).toMatchObject({
    total: 1,
    deadLetters: [{ id, source: 'shop', deliveryId: 'one', reason: { code: 'WEBHOOK_PAYLOAD_INVALID' } }],
    next: null,
  });
  expect(await told(`/dead-letters/${id}`)).toMatchObject({
    id,
    headers: { 'webhook-id': 'one' },
    bodyBase64: Buffer.from('{"id":"7"}').toString('base64'),
  });
  expect(await told(`/dead-letters/${id}/redrive`, 'POST')).toMatchObject({
    id,
    outcome: 'refused',
    reason: { code: 'WEBHOOK_PAYLOAD_INVALID' },
  });
  expect(await told(`/dead-letters/${id}`)).toMatchObject({ redrives: 1 });
  const gone = await ask(`/dead-letters/${id}`, 'DELETE');
  expect([gone.status, await gone.text()]).toEqual([204, '']);
  expect((await ask(`/dead-letters/${id}`, 'DELETE')).status).toBe(404);
});

test('a discard that meets a redrive is 409', async () => {
  const deadLetters = { discard: () => Promise.resolve('redriving') } as unknown as DeadLetters;
  const logger = pino({ level: 'silent' });
  const app = express().use(adminRouter({ adminKey, resources: [deadLettersRouter(deadLetters)], logger }));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/admin/dead-letters/${'0'.repeat(32)}`;
  const answer = await fetch(url, {
    method: 'DELETE',
    headers: { ...bearer(adminKey), connection: 'close' },
  });
  expect([answer.status, await answer.json()]).toEqual([
    409,
    expect.objectContaining({ code: 'ADMIN_CONFLICT', detail: 'This dead letter is being redriven.' }),
  ]);
  server.close();
  await once(server, 'close');
});

test('lists, redrives and discards of many go on by their cursors', async () => {
  for (const id of ['a', 'b', 'c', 'd', 'e']) await keep(id);
  const paths: readonly (readonly [string, string, string])[] = [
    ['GET', '/dead-letters', 'deadLetters'],
    ['POST', '/dead-letters/redrive', 'redriven'],
    ['DELETE', '/dead-letters', 'discarded'],
  ];
  for (const [method, path, field] of paths) {
    const sizes: number[] = [];
    for (let after: string | null = ''; after !== null;) {
      const page = await told(`${path}?source=shop&limit=2${after && `&after=${after}`}`, method);
      sizes.push((page[field] as unknown[]).length);
      after = page['next'] as string | null;
    }
    expect([field, sizes]).toEqual([field, [2, 2, 1]]);
  }
  expect(await told('/dead-letters')).toEqual({ total: 0, deadLetters: [], next: null });
});

test('while the store is away, operators are told so', async () => {
  const away = await start({ ADMIN_KEY: adminKey, EVENTS_URL: 'redis://127.0.0.1:1' });
  const answer = await fetch(`${away.url}/admin/dead-letters`, { headers: bearer(adminKey) });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await answer.json()).toMatchObject({ code: 'ADMIN_STORE_UNAVAILABLE' });
  await away.close();
});

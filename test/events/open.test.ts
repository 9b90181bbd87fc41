import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventLogUnavailableError } from '../../events/event-log.ts';
import { EventLogUrlError, openEventLog } from '../../events/open.ts';
import { startRedisServer } from '../utils/redis-server.ts';
import { delivery } from './deliveries.ts';

test('sqlite: opens the file after the colon', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-open-'));
  const log = await openEventLog({ url: `sqlite:${folder}/events.db` });
  try {
    await log.append([delivery()]);
    expect((await log.status()).detail).toBe(`SQLite ${folder}/events.db`);
  } finally {
    await log.close();
    await rm(folder, { recursive: true });
  }
});

test('sqlite::memory: keeps events as long as it is open', async () => {
  const log = await openEventLog({ url: 'sqlite::memory:' });
  await log.append([delivery()]);
  expect((await log.head('orders')).offset).toBe(1);
  await log.close();
});

test('redis: connects to the server it names', async () => {
  const server = await startRedisServer({ appendOnly: true });
  const log = await openEventLog({ url: server.url });
  await log.append([delivery()]);
  expect(await log.status()).toEqual({ available: true, detail: `Redis 127.0.0.1:${server.port}` });
  await log.close();
  await server.close();
});

test.each([
  ['redis-sentinel://a:26379/main', /^redis-sentinel: is not supported yet/],
  ['redis-cluster://a:6379', /^redis-cluster: is not supported yet/],
  ['postgres://user:hush@a/b', /^postgres: is no event log/],
  ['./events.db', /has no scheme/],
  ['', /has no scheme/],
  ['sqlite:', /needs a path/],
  ['redis://user:hush@[bad', /malformed/],
])('%s is refused with a clear error that does not repeat it', async (url, message) => {
  const opening = openEventLog({ url });
  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toThrow(EventLogUrlError);
  await expect(opening).rejects.not.toThrow(/hush/);
});

test('a SQLite path that can not be opened is unavailable', async () => {
  await expect(openEventLog({ url: 'sqlite:/dev/null/events.db' })).rejects.toThrow(EventLogUnavailableError);
});

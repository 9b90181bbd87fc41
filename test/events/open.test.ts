import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventLogUnavailableError } from '../../events/event-log.ts';
import { openEventLog } from '../../events/open.ts';
import { EventLogUrlError } from '../../events/url-error.ts';
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
  ['redis-sentinel://:hush@a:26379', /^The redis-sentinel: URL .* needs the name of the master/],
  ['redis-sentinel://a:26379/main/one', /has a database that is no number/],
  ['redis-sentinel://a:26379,/main', /^The redis-sentinel: URL of the event log is malformed/],
  ['redis-cluster://:hush@a:6379,b:70000', /^The redis-cluster: URL of the event log is malformed/],
  ['redis-cluster://a:6379/2', /can not name a database/],
  ['redis://hush@a', /has a user without a password/],
  ['redis://:%hush@a', /malformed/],
  ['redis://a,b', /names several hosts/],
  ['redis://a/first', /has a database that is no number/],
  ['redis://a?password=hush', /has a query parameter that is not known: it has none/],
  ['rediss://a?password=hush', /not known: use each of cacert, cert, key, sni at most once/],
  ['rediss://a?cert=client.pem', /a client certificate without its key/],
  ['rediss://:hush@a?cacert=/no/such.pem', /^cacert of .* can not be read: \/no\/such.pem \(ENOENT\)/],
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

/** A sender that never tries again: what it was answered 2xx for is in the log, whatever ends meanwhile. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { EventLog, StoredEvent } from '../../../events/event-log.ts';
import { createRedisEventLog } from '../../../events/redis/redis-event-log.ts';
import { delivery } from '../../events/deliveries.ts';
import { runningPrograms, type Environment } from '../../utils/child-process.ts';
import { startGatewayProcess, stopWell, type GatewayProcess } from '../../utils/gateway-process.ts';
import { readMetricsPage } from '../../utils/metrics-page.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { untilLive } from '../../utils/live.ts';
import { makeSubgraphsFolder, type SubgraphsFolder } from '../../utils/subgraphs-folder.ts';
import { until } from '../../utils/until.ts';
import { connectWebSocket } from '../../utils/ws-client.ts';
import { deliverAsGithub, githubSecret } from '../github-webhooks/github-delivery.ts';

jest.setTimeout(120_000);

const document =
  'openapi: 3.1.0\ninfo: { title: Anything, version: "1" }\nwebhooks: { anything: { post: {} } }\n';
const yaml = `webhookDefaults: { verify: { scheme: github, secret: '\${GITHUB_WEBHOOK_SECRET}' } }
webhooks: { anything: {} }
`;
const ADMIN_KEY = 'an operator of the tests'.replaceAll(' ', '-');

let redis: RedisServer;
let folder: SubgraphsFolder;
let journals: string;
let env: Environment;
let shared: EventLog | undefined;

beforeEach(async () => {
  redis = await startRedisServer({ args: ['--repl-diskless-sync-delay', '0'] });
  folder = await makeSubgraphsFolder({
    files: { 'github/openapi.yaml': document, 'github/subgraph.yaml': yaml },
  });
  journals = await mkdtemp(join(tmpdir(), 'sluice-journal-'));
  env = {
    SUBGRAPHS_DIR: folder.path,
    GITHUB_WEBHOOK_SECRET: githubSecret,
    EVENTS_JOURNAL: join(journals, 'journal.db'),
    ADMIN_KEY,
  };
});

afterEach(async () => {
  await shared?.close();
  shared = undefined;
  await redis.close();
  await folder.remove();
  await rm(journals, { recursive: true });
  expect(runningPrograms()).toEqual([]);
});

const start = (more: Environment = {}, args: readonly string[] = []): Promise<GatewayProcess> =>
  startGatewayProcess({ env: { ...env, ...more }, eventsUrl: redis.url, args });

const deliver = ({ url }: GatewayProcess, id: string, body = `{"of":"${id}"}`): Promise<Response> =>
  deliverAsGithub({ url: `${url}/webhooks/github`, event: 'push', id, body: Buffer.from(body) });

/** Delivers one after the other, as only then there is an order, and gives the ids. */
async function deliverMany(gateway: GatewayProcess, name: string, count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, (_, number) => `${name}-${number}`);
  for (const id of ids) expect((await deliver(gateway, id)).status).toBe(202);
  return ids;
}

async function sharedLog(): Promise<EventLog> {
  shared ??= await createRedisEventLog({ url: redis.url });
  return shared;
}

/** What the shared log has, when there is so much. */
async function untilThere(count: number): Promise<string[]> {
  const log = await sharedLog();
  return until(`${count} events in Redis`, async () => {
    const events = await log.read('github', null, 10_000).catch((): StoredEvent[] => []);
    return events.length >= count && events.map(({ id }) => id);
  });
}

test('with Redis down deliveries are taken; a kill -9 and a restart later, subscribers get them in order', async () => {
  const first = await start();
  await redis.stop();
  const ids = await deliverMany(first, 'a', 40);
  const { series } = await readMetricsPage(first.url);
  expect(series.get('sluice_journal_events')).toBe(40);
  expect(series.get('sluice_event_log_available')).toBe(0);
  await first.kill();
  await redis.restart();
  const second = await start();
  expect(await untilThere(40)).toEqual(ids);
  const client = await connectWebSocket(second.url);
  const stream = client.subscribe('subscription { anything }');
  await untilLive([stream], (id) => deliver(second, id));
  // Of what waits for Redis no more, the journal still knows that it was taken.
  expect((await deliver(second, 'a-0')).headers.get('sluice-duplicate')).toBe('true');
  expect((await deliver(second, 'c')).status).toBe(202);
  expect(await stream.next()).toMatchObject({ extensions: { event: { id: 'c' } } });
  await client.close();
  await stopWell(second);
});

test('a kill -9 while the journal is being drained loses nothing and repeats nothing', async () => {
  const first = await start();
  const ids: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const some = Array.from({ length: 60 }, (_, number) => `r${round}-${number}`);
    const answers = await Promise.all(some.map((id) => deliver(first, id)));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
    ids.push(...some);
  }
  await first.kill();
  const second = await start();
  const there = await untilThere(ids.length);
  expect(there.toSorted()).toEqual(ids.toSorted());
  await stopWell(second);
});

test('a Redis that forgot everything is given what the journal took in the last hour', async () => {
  const gateway = await start();
  const ids = await deliverMany(gateway, 'b', 30);
  await untilThere(30);
  await redis.kill();
  await redis.restart();
  expect(await untilThere(30)).toEqual(ids);
  await stopWell(gateway);
});

test('a conflict that is found when draining is in quarantine', async () => {
  const gateway = await start();
  const log = await sharedLog();
  await log.append([delivery({ source: 'github', id: 'taken' })]);
  const answer = await deliver(gateway, 'taken', '{"another":"body"}');
  expect(answer.status).toBe(202);
  const letter = await until('the letter is there', async () => {
    const response = await fetch(`${gateway.url}/admin/dead-letters`, {
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
    });
    const { deadLetters } = (await response.json()) as { deadLetters: { id: string }[] };
    return deadLetters[0];
  });
  expect(letter).toMatchObject({
    source: 'github',
    event: 'anything',
    deliveryId: 'taken',
    reason: { code: 'WEBHOOK_ID_CONFLICT' },
  });
  const { body } = await fetch(`${gateway.url}/admin/dead-letters/${letter.id}`, {
    headers: { authorization: `Bearer ${ADMIN_KEY}` },
  }).then(async (response) => {
    const { bodyBase64 } = (await response.json()) as { bodyBase64: string };
    return { body: Buffer.from(bodyBase64, 'base64').toString() };
  });
  expect(body).toBe('{"another":"body"}');
  await stopWell(gateway);
});

test('two workers have a journal each, and one that starts later drains both', async () => {
  const two = await start({}, ['--workers', '2']);
  await redis.stop();
  const ids = Array.from({ length: 40 }, (_, number) => `w-${number}`);
  for (const id of ids) expect((await deliver(two, id)).status).toBe(202);
  expect((await readdir(journals)).filter((name) => name.endsWith('.db')).toSorted()).toEqual([
    'journal-2.db',
    'journal.db',
  ]);
  await stopWell(two);
  await redis.restart();
  const alone = await start();
  expect((await untilThere(40)).toSorted()).toEqual(ids.toSorted());
  await stopWell(alone);
});

test('a journal that is full, and a replica that hangs, are 503', async () => {
  const journaled = await start({ EVENTS_JOURNAL_BYTES_MAX: '100' });
  await redis.stop();
  expect((await deliver(journaled, 'fits', `{"a":"${'x'.repeat(80)}"}`)).status).toBe(202);
  const full = await deliver(journaled, 'too-much', `{"a":"${'y'.repeat(80)}"}`);
  expect([full.status, full.headers.has('retry-after')]).toEqual([503, true]);
  await stopWell(journaled);
  await redis.restart();

  const replicated = await start({ EVENTS_DURABILITY: 'redis+replicas' });
  expect((await deliver(replicated, 'alone')).status).toBe(503);
  const replica = await startRedisServer({ args: ['--replicaof', '127.0.0.1', String(redis.port)] });
  const again = await until('the replica has it', async () => {
    const answer = await deliver(replicated, 'alone');
    return answer.ok && answer;
  });
  expect(again.headers.get('sluice-duplicate')).toBe('true');
  replica.pause();
  expect((await deliver(replicated, 'paused')).status).toBe(503);
  await stopWell(replicated);
  await replica.close();
});

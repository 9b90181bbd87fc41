import type { StoredEvent } from '../../../events/event-log.ts';
import { followEvents } from '../../../events/follow.ts';
import {
  createCollector,
  deliveries,
  delivery,
  idsOf,
  offsetsOf,
  range,
  readAll,
  take,
} from '../deliveries.ts';
import { until } from '../../utils/until.ts';
import { useRedis } from './fixture.ts';
import { gapsIn } from './gaps-in.ts';

const { server, admin, open } = useRedis(['--enable-debug-command', 'yes']);

async function infoCalls(): Promise<number> {
  const stats = await admin().info('commandstats');
  return Number(/cmdstat_info:calls=(\d+)/.exec(stats)?.[1] ?? 0);
}

function epochsOf(events: readonly StoredEvent[]): string[] {
  return events.map(({ epoch }) => epoch);
}

test('a restart that lost nothing begins an epoch, and is no gap for anybody', async () => {
  const log = await open();
  const live = createCollector();
  await log.subscribe('orders', live.collect);
  const given = deliveries(3);
  await log.append(given);
  await live.reached(3);
  const before = await log.head('orders');
  await server().kill();
  await server().restart();
  const after = await until('the log works again', () => log.head('orders').catch(() => undefined));
  expect(after).toEqual({ epoch: expect.not.stringMatching(`^${before.epoch}$`), offset: 3 });
  const known = { status: 'duplicate', position: { epoch: before.epoch, offset: 2 } };
  const fresh = { status: 'appended', position: { epoch: after.epoch, offset: 4 } };
  const again = until('the log takes events', () =>
    log.append([given[1] ?? delivery(), delivery()]).catch(() => undefined),
  );
  expect(await again).toEqual([known, fresh]);
  expect(await log.find('orders', given[1]?.id ?? '')).toMatchObject({ position: known.position });
  await live.reached(4);
  const resumed = await take(followEvents({ log, source: 'orders', after: { ...before, offset: 1 } }), 3);
  expect(offsetsOf(live.events)).toEqual(range(1, 4));
  expect(epochsOf(resumed)).toEqual([before.epoch, before.epoch, after.epoch]);
  expect(resumed).toEqual(live.events.slice(1));
  expect(gapsIn(live.events)).toEqual([]);
});

test('who subscribes between a restart and the first event after it gets that event', async () => {
  const [log, other] = [await open(), await open()];
  const early = createCollector();
  const late = createCollector();
  await other.subscribe('orders', early.collect);
  await log.append(deliveries(2));
  await early.reached(2);
  await server().kill();
  await server().restart();
  const subscription = await until('the log works again', () =>
    other.subscribe('orders', late.collect).catch(() => undefined),
  );
  expect(subscription.from).toEqual(await other.head('orders'));
  await until('the log takes events', () => log.append(deliveries(1)).catch(() => undefined));
  await Promise.all([early.reached(3), late.reached(1)]);
  expect([offsetsOf(early.events), offsetsOf(late.events)]).toEqual([[1, 2, 3], [3]]);
});

test('two nodes that come back together begin one epoch', async () => {
  const nodes = [await open(), await open(), await open()];
  await nodes[0]?.append(deliveries(2));
  await server().kill();
  await server().restart();
  const results = await Promise.all(
    nodes.map((log) => until('it takes events', () => log.append(deliveries(5)).catch(() => undefined))),
  );
  const epochs = results.flat().map(({ position }) => position.epoch);
  expect(new Set(epochs).size).toBe(1);
  const events = await readAll(await open());
  expect(offsetsOf(events)).toEqual(range(1, 17));
  expect(new Set(epochsOf(events)).size).toBe(2);
});

test('events that follow each other cost no question who Redis is', async () => {
  const log = await open();
  await log.append([delivery()]);
  const before = await infoCalls();
  await Promise.all(range(1, 200).map(() => log.append([delivery()])));
  expect(await infoCalls()).toBe(before + 1);
});

test('a running Redis whose replication id changes is one epoch more, whatever the nodes know', async () => {
  const nodes = [await open(), await open()];
  for (const log of nodes) await log.append([delivery()]);
  await admin().call('DEBUG', 'CHANGE-REPL-ID');
  await admin().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  for (const _ of range(1, 10)) {
    for (const log of nodes) {
      await until('it takes events', () => log.append([delivery()]).catch(() => undefined));
    }
  }
  const events = await readAll(await open());
  expect(new Set(epochsOf(events)).size).toBe(2);
  expect(gapsIn(events)).toEqual([]);
});

test('more restarts than epochs are remembered expire the oldest cursors, and keep every event', async () => {
  const log = await open();
  const [first] = await log.append([delivery()]);
  const later = range(2, 64).map((number) => `epoch${number} 1 kept`);
  const epochs = [`${first?.position.epoch} 0 kept`, ...later].join(' ');
  await admin().hset('sluice:{orders}:head', { epoch: 'epoch64', epochs });
  const other = await open();
  expect(offsetsOf(await other.read('orders', first?.position ?? null, 10))).toEqual([]);
  await admin().hset('sluice:{orders}:head', 'fence', 'another');
  await (await open()).append([delivery()]);
  await expect(other.read('orders', first?.position ?? null, 10)).rejects.toMatchObject({
    reason: 'unknown',
  });
  expect(offsetsOf(await readAll(other))).toEqual([1, 2]);
  expect(offsetsOf(await other.read('orders', { epoch: 'epoch2', offset: 1 }, 10))).toEqual([2]);
});

/** What was there is the history of another Redis from the next look on. */
const moveAway = (): Promise<number> => admin().hset('sluice:{orders}:head', 'fence', 'another');

test('an id stays known, and is found where its event stands, after more restarts than are remembered', async () => {
  const log = await open();
  const [given, before, later] = [delivery(), delivery(), delivery()];
  await log.append([before, given]);
  for (const _ of range(1, 65)) {
    await moveAway();
    await log.head('orders');
  }
  await log.append([later]);
  const [result] = await log.append([given]);
  expect(result).toMatchObject({ status: 'duplicate', position: { offset: 2 } });
  expect(await log.find('orders', given.id)).toMatchObject({ position: result?.position });
  const { epoch = '', offset = 0 } = result?.position ?? {};
  expect(idsOf(await log.readBefore('orders', { epoch, offset: offset + 1 }, 10))).toEqual([
    before.id,
    given.id,
  ]);
  expect(idsOf(await log.read('orders', { epoch, offset }, 10))).toEqual([later.id]);
});

test('repeats of what came in many epochs before leave it known what came in this one', async () => {
  const log = await open();
  const earlier = deliveries(9);
  for (const one of earlier) {
    await log.append([one]);
    await moveAway();
  }
  await log.head('orders');
  const keys = ['sluice:{orders}:head', 'sluice:{orders}:events'];
  const copies = await Promise.all(keys.map((key) => admin().dumpBuffer(key)));
  const lost = delivery();
  await log.append([lost]);
  await log.append(earlier);
  for (const [at, key] of keys.entries()) await admin().restore(key, 0, copies[at] as Buffer, 'REPLACE');
  await admin().del(`sluice:{orders}:id:${lost.id}`);
  await log.append([delivery()]);
  expect(gapsIn(await readAll(log))).toEqual([[10, 9]]);
});

test('after Redis was emptied, a restart that loses nothing is no gap, whoever remembers what was there', async () => {
  const log = await open();
  await log.append(deliveries(9));
  await admin().flushall();
  await log.append(deliveries(3));
  await server().kill();
  await server().restart();
  await until('the log takes events', () => log.append(deliveries(1)).catch(() => undefined));
  const events = await until('the log gives events', () => readAll(log).catch(() => undefined));
  expect(new Set(epochsOf(events)).size).toBe(2);
  expect(gapsIn(events)).toEqual([]);
});

test('an older head, as an earlier version wrote it, goes on in a new epoch', async () => {
  const log = await open();
  const given = deliveries(2);
  await log.append(given);
  const [first] = await readAll(log);
  await admin().hdel('sluice:{orders}:head', 'fence', 'epochs');
  const other = await open();
  expect(await other.append([given[0] ?? delivery(), delivery()])).toMatchObject([
    { status: 'duplicate', position: { offset: 1 } },
    { status: 'appended', position: { offset: 3 } },
  ]);
  expect(offsetsOf(await other.read('orders', first ?? null, 10))).toEqual([2, 3]);
});

test('without the right to ask Redis who it is, the log works and says what it can not notice', async () => {
  await admin().acl('SETUSER', 'default', '-info');
  const log = await open();
  await log.append(deliveries(2));
  expect((await log.status()).detail).toContain('INFO is not permitted, so that losses may go unnoticed');
  await server().kill();
  await server().restart();
  await until('it takes events', () => log.append([delivery()]).catch(() => undefined));
  await until('the log works again', async () => (await log.status()).available);
  expect((await log.status()).detail).not.toContain('INFO');
});

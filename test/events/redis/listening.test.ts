import type { EventLog } from '../../../events/event-log.ts';
import { createCollector, deliveries, delivery, idsOf, offsetsOf, range, readAll } from '../deliveries.ts';
import { useRedis } from './fixture.ts';

const { admin, open } = useRedis();

function openChannels(): Promise<unknown[]> {
  return admin().pubsub('CHANNELS', 'sluice:*');
}

/** A stream entry as another node would write it. */
function record(id: string): string {
  const { type, subject, time, traceparent, dataJson } = delivery();
  return JSON.stringify({ id, type, subject, time, traceparent, dataJson });
}

/** Ends the connections of a kind, as a network does. */
async function cutConnections(name: 'listener' | 'writer' | 'reader'): Promise<void> {
  const clients = String(await admin().client('LIST'));
  for (const line of clients.split('\n')) {
    const [, id] = /^id=(\d+) .*name=sluice-events-(?:\w+)/.exec(line) ?? [];
    if (id !== undefined && line.includes(`name=sluice-events-${name}`))
      await admin().client('KILL', 'ID', id);
  }
}

test('two nodes see the events of both, each once, in the same order', async () => {
  const nodes = [await open(), await open()];
  const collectors = nodes.map(() => createCollector());
  for (const [at, node] of nodes.entries())
    await node.subscribe('orders', collectors[at]?.collect ?? (() => {}));
  const given = deliveries(400);
  await Promise.all(given.map((one, at) => (nodes[at % 2] as EventLog).append([one])));
  await Promise.all(collectors.map(({ reached }) => reached(400)));
  const stored = await readAll(nodes[0] as EventLog);
  for (const { events } of collectors) expect(events).toEqual(stored);
  expect(offsetsOf(stored)).toEqual(range(1, 400));
});

test('a delivery sent to two nodes at once is one event', async () => {
  const [first, second] = [await open(), await open()];
  const given = deliveries(100);
  const results = await Promise.all(
    [first, second].flatMap((node) => given.map((one) => node.append([one]))),
  );
  const statuses = results.flat().map(({ status }) => status);
  expect(statuses.filter((status) => status === 'appended')).toHaveLength(100);
  expect(await readAll(first)).toHaveLength(100);
});

test('a node that misses messages while its listening connection is cut gets every event in order', async () => {
  const [sender, receiver] = [await open(), await open()];
  const { events, collect, reached } = createCollector();
  await receiver.subscribe('orders', collect);
  for (const round of range(1, 6)) {
    const appending = Promise.all(deliveries(50).map((one) => sender.append([one])));
    await cutConnections('listener');
    await appending;
    await reached(round * 50);
  }
  expect(offsetsOf(events)).toEqual(range(1, 300));
});

test('events arrive by the poll alone when no message ever comes', async () => {
  const receiver = await open({ pollMs: 50 });
  const sender = await open();
  const { events, collect, reached } = createCollector();
  await receiver.subscribe('orders', collect);
  await admin().acl('SETUSER', 'default', 'resetchannels');
  await cutConnections('listener');
  await Promise.all(deliveries(20).map((one) => sender.append([one])));
  await reached(20);
  expect(offsetsOf(events)).toEqual(range(1, 20));
});

test('a message with a hole before it is not delivered before the hole is filled', async () => {
  const log = await open({ pollMs: 60_000 });
  const { events, collect, reached } = createCollector();
  const { from } = await log.subscribe('orders', collect);
  // Another node's events, of which only the last is announced.
  for (const offset of [1, 2, 3])
    await admin().xadd('sluice:{orders}:events', `${offset}-0`, 'event', record(`e${offset}`));
  await admin().hset('sluice:{orders}:head', 'offset', '3');
  await admin().publish('sluice:{orders}:live', `${from.epoch} 3\n${record('e3')}`);
  await reached(3);
  expect(idsOf(events)).toEqual(['e1', 'e2', 'e3']);
});

/** What another node does, but nobody tells: events that only the store knows. */
async function appendUnheard(count: number): Promise<void> {
  const offset = Number(await admin().hget('sluice:{orders}:head', 'offset'));
  for (const next of range(offset + 1, offset + count)) {
    await admin().xadd('sluice:{orders}:events', `${next}-0`, 'event', record(`unheard${next}`));
  }
  await admin().hset('sluice:{orders}:head', 'offset', String(offset + count));
}

test('a subscriber that joins a node that is behind gets only what was appended after it joined', async () => {
  const log = await open({ pollMs: 60_000 });
  const early = createCollector();
  const late = createCollector();
  await log.subscribe('orders', early.collect);
  await appendUnheard(3);
  const { from } = await log.subscribe('orders', late.collect);
  expect(from.offset).toBe(3);
  expect(early.events).toEqual([]);
  await log.append(deliveries(2));
  await Promise.all([early.reached(5), late.reached(2)]);
  expect(offsetsOf(early.events)).toEqual(range(1, 5));
  expect(offsetsOf(late.events)).toEqual([4, 5]);
});

test('a subscriber that joins after a silent loss begins in the new history', async () => {
  const log = await open({ pollMs: 60_000 });
  const early = createCollector();
  const late = createCollector();
  await log.subscribe('orders', early.collect);
  await log.append(deliveries(3));
  await early.reached(3);
  await admin().flushall();
  const { from } = await log.subscribe('orders', late.collect);
  expect(from).toEqual(await log.head('orders'));
  await log.append(deliveries(1));
  await Promise.all([early.reached(4), late.reached(1)]);
  expect(offsetsOf(late.events)).toEqual([1]);
  expect(offsetsOf(early.events)).toEqual([1, 2, 3, 1]);
});

test.each([
  ['repeated', (epoch: string) => `${epoch} 1\n{}`],
  ['of another epoch', () => 'another 2\n{}'],
  ['no message of ours', () => 'hello'],
  ['empty', () => ''],
  ['broken', (epoch: string) => `${epoch} 2\n{"id":`],
])('a message that is %s is not delivered', async (_, message) => {
  const log = await open();
  const { events, collect, reached } = createCollector();
  await log.subscribe('orders', collect);
  const first = delivery();
  await log.append([first]);
  await reached(1);
  await admin().publish('sluice:{orders}:live', message((await log.head('orders')).epoch));
  const second = delivery();
  await log.append([second]);
  await reached(2);
  expect(idsOf(events)).toEqual([first.id, second.id]);
});

test('a source is listened to only while somebody needs it', async () => {
  const log = await open();
  const first = await log.subscribe('orders', () => {});
  const second = await log.subscribe('orders', () => {});
  expect(await openChannels()).toEqual(['sluice:{orders}:live']);
  first.unsubscribe();
  expect(await openChannels()).toEqual(['sluice:{orders}:live']);
  second.unsubscribe();
  while ((await openChannels()).length > 0) await new Promise(setImmediate);
});

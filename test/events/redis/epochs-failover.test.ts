import { CursorExpiredError, type EventLog, type StoredEvent } from '../../../events/event-log.ts';
import { followEvents } from '../../../events/follow.ts';
import { until } from '../../utils/until.ts';
import { createCollector, deliveries, delivery, idsOf, offsetsOf, range, readAll } from '../deliveries.ts';
import { useFailover } from './failover.ts';
import { gapsIn } from './gaps-in.ts';

const { first, second, open, lead, replicate, promote, freeze, failOver } = useFailover();

/** Sends as a sender with retries does, until the log takes events and can be read again. */
async function appended(log: EventLog, given = deliveries(1)) {
  const results = await until('it takes events', () => log.append(given).catch(() => undefined));
  await until('it can be read', () => log.head('orders').catch(() => undefined));
  return results;
}

async function subscribed(log: EventLog) {
  const collector = createCollector();
  await log.subscribe('orders', collector.collect);
  return collector;
}

/** Three events that both have, and two that were acknowledged and are lost. */
async function loseTwo(sender: EventLog, seen?: () => Promise<void>): Promise<void> {
  await sender.append(deliveries(3));
  await until(
    'the replica has them',
    async () => (await second().admin.xlen('sluice:{orders}:events')) === 3,
  );
  await freeze(second(), first());
  await sender.append(deliveries(2));
  await seen?.();
  await failOver(first(), second());
}

test('a promoted replica that did not get the last writes: who saw them, and who did not, is told once', async () => {
  const [sender, receiver] = [await open(), await open()];
  const live = await subscribed(receiver);
  const start = { ...(await receiver.head('orders')), offset: 0 };
  await loseTwo(sender, () => live.reached(5));
  await appended(sender);
  await live.reached(6);
  await appended(sender);
  await live.reached(7);
  expect(offsetsOf(live.events)).toEqual([1, 2, 3, 4, 5, 4, 5]);
  expect(gapsIn(live.events)).toEqual([[4, 3]]);
  const saw = live.events[4] as StoredEvent;
  for (const after of [start, { ...start, offset: 3 }, saw]) {
    const resumed = await receiver.read('orders', after, 10);
    expect(gapsIn(resumed)).toEqual([[4, 3]]);
    expect(resumed[0]?.offset).toBe(Math.min(after.offset, 3) + 1);
  }
  expect(gapsIn(await readAll(receiver))).toEqual([[4, 3]]);
  expect(gapsIn(await receiver.read('orders', live.events[5] ?? null, 10))).toEqual([]);
});

test('who saw what nobody acknowledged to this node is told, and nobody else', async () => {
  const [sender, reader] = [await open(), await open()];
  await sender.append(deliveries(3));
  await until(
    'the replica has them',
    async () => (await second().admin.xlen('sluice:{orders}:events')) === 3,
  );
  const cursor = (await readAll(reader))[2] as StoredEvent;
  await freeze(second(), first());
  const [lost] = await sender.append([delivery()]);
  // The only node that knows dies with the server.
  await sender.close();
  await failOver(first(), second());
  await appended(reader, deliveries(2));
  expect(gapsIn(await reader.read('orders', lost?.position ?? null, 10))).toEqual([[4, 3]]);
  expect(gapsIn(await reader.read('orders', cursor, 10))).toEqual([]);
});

test('a lost event is appended again when it is sent again', async () => {
  const sender = await open();
  await sender.append(deliveries(1));
  await until('the replica has it', async () => (await second().admin.xlen('sluice:{orders}:events')) === 1);
  await freeze(second(), first());
  const lost = delivery();
  await sender.append([lost]);
  await failOver(first(), second());
  expect(await appended(sender, [lost])).toMatchObject([{ status: 'appended', position: { offset: 2 } }]);
  expect(idsOf(await readAll(sender))).toContain(lost.id);
});

test('two nodes race over the boundary: one epoch, and both losses are one gap', async () => {
  const nodes = [await open(), await open()];
  const live = await subscribed(nodes[0] as EventLog);
  await nodes[0]?.append(deliveries(3));
  await until(
    'the replica has them',
    async () => (await second().admin.xlen('sluice:{orders}:events')) === 3,
  );
  await freeze(second(), first());
  for (const log of nodes) await log.append(deliveries(2));
  await live.reached(7);
  await failOver(first(), second());
  await Promise.all(range(1, 10).flatMap(() => nodes.map((log) => appended(log))));
  await live.reached(27);
  const events = await readAll(nodes[0] as EventLog);
  expect(offsetsOf(events)).toEqual(range(1, 23));
  expect(new Set(events.map(({ epoch }) => epoch)).size).toBe(2);
  expect(gapsIn(events)).toEqual([[4, 3]]);
  expect(offsetsOf(live.events)).toEqual([...range(1, 7), ...range(4, 23)]);
  expect(gapsIn(live.events)).toEqual([[4, 3]]);
});

test('failover and failback without a loss: offsets go on, cursors of every epoch work, nobody is told anything', async () => {
  const log = await open();
  const live = await subscribed(log);
  await log.append(deliveries(2));
  await live.reached(2);
  await until(
    'the replica has them',
    async () => (await second().admin.xlen('sluice:{orders}:events')) === 2,
  );
  await failOver(first(), second());
  await appended(log, deliveries(2));
  await live.reached(4);
  await first().server.restart();
  await replicate(second(), first());
  await promote(first());
  await replicate(first(), second());
  lead(first());
  await appended(log, deliveries(2));
  await live.reached(6);
  expect(offsetsOf(live.events)).toEqual(range(1, 6));
  expect(new Set(live.events.map(({ epoch }) => epoch)).size).toBe(3);
  expect(gapsIn(live.events)).toEqual([]);
  for (const [at, event] of live.events.entries()) {
    expect(await log.read('orders', event, 10)).toEqual(live.events.slice(at + 1));
  }
});

test('a node that wrote to the old master until it came back tells of it, and who went past the loss is told', async () => {
  const [stale, current] = [await open(), await open()];
  const start = { ...(await current.head('orders')), offset: 0 };
  const live = await subscribed(current);
  await stale.append(deliveries(2));
  await live.reached(2);
  await until(
    'the replica has them',
    async () => (await second().admin.xlen('sluice:{orders}:events')) === 2,
  );
  await promote(second());
  lead(second(), current);
  await appended(current, deliveries(2));
  await live.reached(4);
  const following = followEvents({ log: current, source: 'orders', after: start, pageSize: 2 });
  const replayed = [];
  while (replayed.length < 4) replayed.push(...((await following.next()).value ?? []));
  await appended(stale, deliveries(3));
  expect(gapsIn(live.events)).toEqual([]);
  await replicate(second(), first());
  lead(second(), stale);
  await until('it is there', () => stale.head('orders').catch(() => undefined));
  const marked = async () => gapsIn(await readAll(current)).length === 1;
  await until('the loss is known', marked);
  const late = await subscribed(current);
  await until('the next event tells of it', async () => {
    await appended(current);
    return gapsIn(live.events).length > 0;
  });
  const [[, after] = []] = gapsIn(live.events);
  expect(after).toBe(2);
  while (gapsIn(replayed).length === 0) {
    await appended(current);
    replayed.push(...((await following.next()).value ?? []));
  }
  expect(gapsIn(replayed)).toEqual([[expect.any(Number), 2]]);
  expect(offsetsOf(replayed)).toEqual(range(1, replayed.length));
  expect(gapsIn(late.events)).toEqual([]);
  await following.return?.();
});

test('a snapshot older than what was acknowledged is a gap', async () => {
  const log = await open();
  const live = await subscribed(log);
  await log.append(deliveries(2));
  await until('the snapshot is made', () =>
    first()
      .admin.save()
      .catch(() => undefined),
  );
  await log.append(deliveries(3));
  await live.reached(5);
  await first().server.kill();
  await first().server.restart();
  await appended(log);
  await live.reached(6);
  expect(offsetsOf(live.events)).toEqual([1, 2, 3, 4, 5, 3]);
  expect(gapsIn(live.events)).toEqual([[3, 2]]);
});

test('a server that lost everything: followers go on with a gap, cursors are refused', async () => {
  const log = await open();
  const live = await subscribed(log);
  await log.append(deliveries(3));
  await live.reached(3);
  const cursor = live.events[1] as StoredEvent;
  await first().server.kill();
  await first().server.restart();
  await appended(log, deliveries(2));
  await live.reached(5);
  expect(offsetsOf(live.events)).toEqual([1, 2, 3, 1, 2]);
  expect(live.events.map(({ gap }) => gap)).toEqual([
    ...Array(3).fill(undefined),
    { epoch: cursor.epoch, offset: 3 },
    undefined,
  ]);
  await expect(followEvents({ log, source: 'orders', after: cursor }).next()).rejects.toThrow(
    CursorExpiredError,
  );
});

test('a slow consumer that is served from the log is told of the gap once, where it is', async () => {
  const [sender, receiver] = [await open(), await open()];
  const live = Promise.withResolvers<unknown>();
  const following = followEvents({
    log: receiver,
    source: 'orders',
    after: null,
    bufferMax: 3,
    pageSize: 4,
    onLive: live.resolve,
  });
  const waiting = following.next();
  await live.promise;
  await loseTwo(sender);
  const events = [...((await waiting).value ?? [])];
  for (const _ of range(1, 10)) await appended(sender);
  while (events.at(-1)?.offset !== 13) events.push(...((await following.next()).value ?? []));
  expect(gapsIn(events)).toEqual([[4, 3]]);
  expect(offsetsOf(events).slice(-10)).toEqual(range(4, 13));
  await following.return?.();
});

test('a master that was frozen and replaced, and kept its connections, is not trusted when it thaws', async () => {
  const [idle, sender] = [await open(), await open()];
  await idle.append(deliveries(1));
  await until('the replica has it', async () => (await second().admin.xlen('sluice:{orders}:events')) === 1);
  await freeze(second(), first());
  await sender.append(deliveries(1));
  await sender.close();
  first().server.pause();
  second().server.resume();
  await promote(second());
  first().server.resume();
  await replicate(second(), first());
  await promote(first());
  // Its connections were never closed, and its head is what it was but for the event that is lost.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const [result] = await appended(idle);
  const [before] = await readAll(idle);
  expect(result?.position.offset).toBe(2);
  expect(result?.position.epoch).not.toBe(before?.epoch);
});

import { EventLogUnavailableError, type EventLog } from '../../events/event-log.ts';
import { InvalidCursorError } from '../../events/cursor.ts';
import { createLogCursors } from '../../events/log-cursors.ts';
import { redisSibling, sqliteSibling, type Sibling, type Store } from './conformance/sibling.ts';
import { useRedis } from './redis/fixture.ts';

const place = { epoch: 'kafete', offset: 12 };
const positions = new Map([['orders', place]]);
const siblings: Record<string, () => Promise<Sibling>> = { SQLite: sqliteSibling, Redis: redisSibling };

/** Cursors of a log that are ready; every call asks the log again. */
async function cursorsOf(log: EventLog) {
  const cursors = createLogCursors({ records: log.records, keptMs: 0 });
  await cursors.ready();
  return cursors;
}

describe.each(Object.keys(siblings))('The key of cursors on %s', (name) => {
  let sibling: Sibling;
  let store: Store;
  beforeAll(async () => {
    sibling = await (siblings[name] as () => Promise<Sibling>)();
  });
  beforeEach(async () => {
    store = await sibling.createStore();
  });
  afterEach(() => store.dispose());
  afterAll(() => sibling.close());

  test('is one for all nodes, those that ask for it at the same time for the first time too', async () => {
    const nodes = await store.nodes();
    const all = await Promise.all([...nodes, ...nodes, ...nodes].map(cursorsOf));
    const texts = all.map((cursors) => cursors.encodeOne('orders', place));
    expect(new Set(texts).size).toBe(1);
    for (const cursors of all) expect(cursors.decode(texts[0] ?? '')).toEqual(positions);
    expect(await nodes[0].records.count('cursor-keys')).toBe(1);
  });

  test('is the same after a restart', async () => {
    const log = await store.open();
    const text = (await cursorsOf(log)).encode(positions);
    await log.close();
    expect((await cursorsOf(await store.open())).decode(text)).toEqual(positions);
  });

  test('is another one in another log', async () => {
    const text = (await cursorsOf(await store.open())).encode(positions);
    const other = await sibling.createStore();
    try {
      const cursors = await cursorsOf(await other.open());
      expect(() => cursors.decode(text)).toThrow(InvalidCursorError);
    } finally {
      await other.dispose();
    }
  });

  test('is another one when the log was emptied and nobody knows it any more', async () => {
    const log = await store.open();
    const text = (await cursorsOf(log)).encode(positions);
    const cursors = await cursorsOf(await store.wiped(log));
    expect(() => cursors.decode(text)).toThrow(InvalidCursorError);
  });
});

describe('The key of cursors on a Redis', () => {
  const redis = useRedis();

  test('is put back by a node that knows it when the log was emptied', async () => {
    const [one, another] = [await redis.open(), await redis.open()];
    const knowing = await cursorsOf(one);
    const text = knowing.encode(positions);
    await redis.admin().flushall();
    await knowing.ready(true);
    expect((await cursorsOf(another)).decode(text)).toEqual(positions);
  });

  test('is the new one for all when the log was emptied and another node came first', async () => {
    const [one, another] = [await redis.open(), await redis.open()];
    const knowing = await cursorsOf(one);
    await redis.admin().flushall();
    const text = (await cursorsOf(another)).encode(positions);
    await knowing.ready(true);
    expect(knowing.decode(text)).toEqual(positions);
  });

  test('is asked for once in a while, and once for all who wait for it', async () => {
    const log = await redis.open();
    let asked = 0;
    const get: EventLog['records']['get'] = (...of) => {
      asked += 1;
      return log.records.get(...of);
    };
    const cursors = createLogCursors({ records: { ...log.records, get }, keptMs: 3_600_000 });
    await Promise.all([cursors.ready(), cursors.ready(), cursors.ready(true)]);
    await cursors.ready();
    expect(asked).toBe(1);
    await cursors.ready(true);
    expect(asked).toBe(2);
  });

  test('is missed while Redis is away, and once it is known, Redis may go', async () => {
    const log = await redis.open();
    const cursors = createLogCursors({ records: log.records, keptMs: 0 });
    expect(() => cursors.encode(positions)).toThrow(/before `ready`/);
    await redis.server().stop();
    await expect(cursors.ready()).rejects.toThrow(EventLogUnavailableError);
    await redis.server().restart();
    await expect(untilReady(cursors.ready)).resolves.toBe(true);
    const text = cursors.encode(positions);
    await redis.server().stop();
    await cursors.ready(true);
    expect(cursors.decode(text)).toEqual(positions);
    await redis.server().restart();
  });
});

/** Asks until Redis was connected to again. */
async function untilReady(ready: () => Promise<true>): Promise<true> {
  for (;;) {
    try {
      return await ready();
    } catch (error) {
      if (!(error instanceof EventLogUnavailableError)) throw error;
    }
    await new Promise(setImmediate);
  }
}

import * as fc from 'fast-check';
import {
  CursorExpiredError,
  EventLogUnavailableError,
  type ExpiryReason,
  type Position,
  type StoredEvent,
} from '../../events/event-log.ts';
import { silentLogger } from '../../events/logger.ts';
import { createSequence, type Sequence } from '../../events/sequence.ts';
import { delivery, offsetsOf, range } from './deliveries.ts';

/** A store that begins empty, answers a turn later, and can be told to fail, to trim and to begin anew. */
function createStore() {
  let epoch = 'first';
  let events: StoredEvent[] = [];
  let headOffset = 0;
  let failing = false;
  return {
    append(count: number): StoredEvent[] {
      const fresh = range(headOffset + 1, headOffset + count).map((offset) => {
        const { bodyHash: _, ...event } = delivery();
        return { ...event, epoch, offset };
      });
      events.push(...fresh);
      headOffset += count;
      return fresh;
    },
    fail(fails: boolean): void {
      failing = fails;
    },
    trim(upToOffset: number): void {
      events = events.filter(({ offset }) => offset > upToOffset);
    },
    forget(upToOffset: number): void {
      events = events.filter(({ offset }) => offset <= upToOffset);
      headOffset = upToOffset;
    },
    wipe(): void {
      epoch = `${epoch}+`;
      events = [];
      headOffset = 0;
    },
    head: (): Promise<Position> => Promise.resolve({ epoch, offset: headOffset }),
    read: async (after: Position, limit: number): Promise<StoredEvent[]> => {
      await new Promise(setImmediate);
      if (failing) throw new EventLogUnavailableError('told to fail');
      const earliest = { epoch, offset: (events[0]?.offset ?? headOffset + 1) - 1 };
      const expired = (reason: ExpiryReason) => new CursorExpiredError('orders', earliest, reason);
      if (after.epoch !== epoch) throw expired('unknown');
      if (after.offset < earliest.offset) throw expired('removed');
      if (after.offset > headOffset) throw expired('above-head');
      return events.filter(({ offset }) => offset > after.offset).slice(0, limit);
    },
  };
}

function createFixture(options: { readonly heldEventsMax?: number; readonly pageSize?: number } = {}) {
  const store = createStore();
  const delivered: StoredEvent[] = [];
  const sequence: Sequence = createSequence({
    source: 'orders',
    log: silentLogger,
    read: store.read,
    head: store.head,
    losses: () => [],
    onEvents: (events) => void delivered.push(...events),
    ...options,
  });
  sequence.begin({ epoch: 'first', offset: 0 });
  return { store, delivered, sequence };
}

test('whatever the fast path loses, repeats, reorders or invents about the past, events come once and in order', async () => {
  const step = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('offer' as const), count: fc.integer({ min: 1, max: 5 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('lose' as const), count: fc.integer({ min: 1, max: 5 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('repeat' as const), count: fc.nat({ max: 20 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('turn' as const), count: fc.constant(0) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom('fail' as const, 'work' as const),
        count: fc.constant(0),
      }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { store, delivered, sequence } = createFixture({ heldEventsMax: 6, pageSize: 4 });
      const appended: StoredEvent[] = [];
      for (const { kind, count } of steps) {
        if (kind === 'offer' || kind === 'lose') {
          const fresh = store.append(count);
          appended.push(...fresh);
          if (kind === 'offer') sequence.offer(fresh);
        }
        if (kind === 'repeat') sequence.offer(appended.slice(count, count + 3));
        if (kind === 'turn') await new Promise(setImmediate);
        if (kind === 'fail' || kind === 'work') store.fail(kind === 'fail');
        expect(offsetsOf(delivered)).toEqual(range(1, delivered.length));
      }
      store.fail(false);
      // The first call may join a read that was told to fail; the second reads to the end.
      await sequence.catchUp();
      await sequence.catchUp();
      expect(delivered).toEqual(appended);
    }),
    { numRuns: 500 },
  );
});

test('events offered before the beginning are not lost', async () => {
  const store = createStore();
  const delivered: StoredEvent[] = [];
  const onEvents = (events: readonly StoredEvent[]): void => void delivered.push(...events);
  const { begin, offer, catchUp } = createSequence({
    source: 'orders',
    log: silentLogger,
    ...store,
    losses: () => [],
    onEvents,
  });
  offer(store.append(2));
  begin({ epoch: 'first', offset: 1 });
  await catchUp();
  expect(offsetsOf(delivered)).toEqual([2]);
});

test('a trimmed store shows as a jump of the offset, and a gap', async () => {
  const { store, delivered, sequence } = createFixture();
  store.append(5);
  store.trim(3);
  await sequence.catchUp();
  expect(offsetsOf(delivered)).toEqual([4, 5]);
  expect(delivered.map(({ gap }) => gap?.offset)).toEqual([0, undefined]);
});

test('a store that began anew shows as another epoch, from its first event', async () => {
  const { store, delivered, sequence } = createFixture();
  sequence.offer(store.append(3));
  store.wipe();
  const fresh = store.append(5);
  sequence.offer(fresh.slice(3));
  await sequence.catchUp();
  expect(delivered.map(({ epoch, offset }) => [epoch, offset])).toEqual([
    ...range(1, 3).map((offset) => ['first', offset]),
    ...range(1, 5).map((offset) => ['first+', offset]),
  ]);
  expect(delivered[3]?.gap).toEqual({ epoch: 'first', offset: 3 });
});

test('a store that forgot its newest events is followed from its head, and nothing old comes again', async () => {
  const { store, delivered, sequence } = createFixture();
  sequence.offer(store.append(5));
  store.forget(2);
  await sequence.catchUp();
  sequence.offer(store.append(1));
  expect(offsetsOf(delivered)).toEqual([1, 2, 3, 4, 5, 3]);
  expect(delivered[5]?.gap).toEqual({ epoch: 'first', offset: 2 });
});

test('nothing is delivered after close', async () => {
  const { store, delivered, sequence } = createFixture();
  store.append(3);
  const catching = sequence.catchUp();
  sequence.close();
  await catching;
  sequence.offer(store.append(1));
  await sequence.catchUp();
  expect(delivered).toEqual([]);
});

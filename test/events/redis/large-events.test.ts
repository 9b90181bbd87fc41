import type { EventLog } from '../../../events/event-log.ts';
import { followEvents } from '../../../events/follow.ts';
import { within } from '../../utils/until.ts';
import { idsOf, largeDeliveries, offsetsOf, range, take } from '../deliveries.ts';
import { useRedis } from './fixture.ts';
import { startSlowLink, type SlowLink } from './slow-link.ts';

const { server, open } = useRedis();

let link: SlowLink | undefined;
afterEach(() => link?.close());

/** Opens a log as a node that is far from Redis. */
async function openFar(bytesPerSecond: number, commandTimeoutMs: number): Promise<EventLog> {
  link = await startSlowLink(server().port, bytesPerSecond);
  return open({ url: `redis://127.0.0.1:${link.port}`, commandTimeoutMs });
}

test('followers replay large events over a link that can not carry a page of all of them within the timeout', async () => {
  const sender = await open({ commandTimeoutMs: 5000 });
  const given = largeDeliveries(12, 1_000_000);
  const [first] = await sender.append(given);
  const after = { epoch: first?.position.epoch ?? '', offset: 0 };
  const log = await openFar(3_000_000, 3000);
  const followers = range(1, 2).map(() => take(followEvents({ log, source: 'orders', after }), 12));
  for (const events of await within('the replay', Promise.all(followers))) {
    expect(idsOf(events)).toEqual(idsOf(given));
  }
});

test('many who read large events at once each get a page, though together they take longer than the timeout', async () => {
  const sender = await open({ commandTimeoutMs: 5000 });
  await sender.append(largeDeliveries(2, 1_000_000));
  const log = await openFar(8_000_000, 3000);
  const pages = await Promise.all(range(1, 20).map(() => log.read('orders', null, 100)));
  for (const page of pages) expect(offsetsOf(page)).toEqual([1, 2]);
});

test('a burst of large events is accepted by a link that can not carry all of it within the timeout', async () => {
  const log = await openFar(40_000_000, 2000);
  const given = largeDeliveries(100, 1_000_000);
  const results = await Promise.all(given.map((one) => log.append([one])));
  expect(results.flat().map(({ position }) => position.offset)).toEqual(range(1, 100));
});

test('a burst over a link that is too slow for its first events is refused with them, not one timeout after the other', async () => {
  const log = await openFar(1_000_000, 300);
  const outcomes = await Promise.allSettled(largeDeliveries(80, 1_000_000).map((one) => log.append([one])));
  const reasons = outcomes.map((outcome) =>
    outcome.status === 'rejected' ? (outcome.reason as Error).message : 'accepted',
  );
  // A few are sent before the connection is given up for its silence. The others are then refused unsent.
  const unsent = reasons.filter((reason) => reason.endsWith('it is not connected'));
  expect(reasons).not.toContain('accepted');
  expect(unsent.length).toBeGreaterThan(reasons.length / 2);
});

test('appends beyond what may wait in memory are refused, whatever the number of events', async () => {
  const log = await open({ commandTimeoutMs: 5000, waitingDataCharsMax: 3_000_000 });
  const outcomes = await Promise.allSettled(largeDeliveries(5, 1_000_000).map((one) => log.append([one])));
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'rejected',
    'rejected',
  ]);
});

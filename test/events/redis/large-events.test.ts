import { followEvents } from '../../../events/follow.ts';
import { within } from '../../utils/until.ts';
import { idsOf, largeDeliveries, offsetsOf, range, take } from '../deliveries.ts';
import { useRedis } from './fixture.ts';
import { startSlowLink } from './slow-link.ts';

const { server, open } = useRedis();

test('followers replay large events over a link that can not carry a page of all of them within the timeout', async () => {
  const sender = await open({ commandTimeoutMs: 5000 });
  const given = largeDeliveries(12, 1_000_000);
  const [first] = await sender.append(given);
  const after = { epoch: first?.position.epoch ?? '', offset: 0 };
  const link = await startSlowLink(server().port, 8_000_000);
  try {
    const log = await open({ url: `redis://127.0.0.1:${link.port}`, commandTimeoutMs: 1000 });
    const followers = range(1, 3).map(() => take(followEvents({ log, source: 'orders', after }), 12));
    for (const events of await within('the replay', Promise.all(followers))) {
      expect(idsOf(events)).toEqual(idsOf(given));
    }
    await log.close();
  } finally {
    await link.close();
  }
});

test('a burst of large events is accepted: none waits for the others within its own timeout', async () => {
  const log = await open({ commandTimeoutMs: 2000 });
  const given = largeDeliveries(100, 1_000_000);
  const results = await Promise.all(given.map((one) => log.append([one])));
  expect(results.flat().map(({ position }) => position.offset)).toEqual(range(1, 100));
  expect(offsetsOf(await log.read('orders', null, 100))).toEqual([1, 2]);
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

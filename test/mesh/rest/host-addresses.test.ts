import type { LookupAddress } from 'node:dns';
import { createHostAddresses } from '../../../mesh/rest/host-addresses.ts';
import { startCalledService } from './called-service.ts';

const first = { address: '10.0.0.1', family: 4 };
const second = { address: '::1', family: 6 };

/** A resolver that remembers what it was asked, and a clock that is set by hand. */
function hostAddresses(answer: (asked: number) => Promise<LookupAddress[]>) {
  const asked: string[] = [];
  const clock = { now: 0 };
  const lookup = createHostAddresses({
    ttlMs: 1000,
    now: () => clock.now,
    resolve: (host) => answer(asked.push(host)),
  });
  const ask = (host: string, options: { all?: boolean; family?: number } = { all: true }) =>
    new Promise((resolve, reject) => {
      lookup(host, options, (error, address, family) =>
        error ? reject(error) : resolve(family === undefined ? address : [address, family]),
      );
    });
  return { asked, clock, ask };
}

test('an address is asked for once, until its time is over', async () => {
  const { asked, clock, ask } = hostAddresses(async (count) => (count === 1 ? [first] : [second]));
  expect(await Promise.all([ask('a.test'), ask('a.test')])).toEqual([[first], [first]]);
  clock.now = 999;
  expect(await ask('a.test')).toEqual([first]);
  expect(asked).toEqual(['a.test']);
  clock.now = 1000;
  expect(await ask('a.test')).toEqual([second]);
  expect(asked).toEqual(['a.test', 'a.test']);
});

test('hosts and families are apart, and one address is the first', async () => {
  const { asked, ask } = hostAddresses(async () => [first, second]);
  await ask('a.test');
  await ask('b.test');
  expect(await ask('a.test', { family: 4 })).toEqual(['10.0.0.1', 4]);
  expect(asked).toEqual(['a.test', 'b.test', 'a.test']);
});

test('a failure is not remembered', async () => {
  const { asked, ask } = hostAddresses((count) =>
    count === 1 ? Promise.reject(new Error('no such host')) : Promise.resolve([first]),
  );
  await expect(ask('a.test')).rejects.toThrow('no such host');
  expect(await ask('a.test')).toEqual([first]);
  expect(asked).toHaveLength(2);
});

test('a service is called by its name', async () => {
  const called = await startCalledService();
  const client = called.clientOf({ endpoint: `http://localhost:${called.service.port}` });
  expect(await called.call({ client })).toEqual({});
  expect(called.service.requests[0]?.headers.host).toBe(`localhost:${called.service.port}`);
  await called.close();
});

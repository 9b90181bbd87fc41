/** Who may deliver how much: docs/adr/0014. Time is given, so nothing is waited for. */
import {
  burstSeconds,
  createSourceRateLimit,
  createTokenBucket,
  failures,
  networkOf,
  networksMax,
} from '../../webhooks/rate-limit.ts';

const second = 1000;

describe('a token bucket', () => {
  test('holds its burst, and gets back what it is given per second', () => {
    const bucket = createTokenBucket({ perSecond: 2, burst: 3 });
    for (let count = 0; count < 3; count++) bucket.take(0);
    expect([bucket.has(0), bucket.has(499), bucket.has(500)]).toEqual([false, false, true]);
    bucket.take(500);
    expect([bucket.has(501), bucket.has(1000)]).toEqual([false, true]);
  });

  test('never holds more than its burst, however long it rests', () => {
    const bucket = createTokenBucket({ perSecond: 1000, burst: 2 });
    bucket.take(0);
    for (let count = 0; count < 2; count++) bucket.take(3_600 * second);
    expect(bucket.has(3_600 * second)).toBe(false);
  });

  test('what was under way when it ran out is a debt', () => {
    const bucket = createTokenBucket({ perSecond: 1, burst: 1 });
    for (let count = 0; count < 4; count++) bucket.take(0);
    expect([bucket.has(3 * second), bucket.has(4 * second)]).toEqual([false, true]);
  });

  test('goes on when the clock is set back', () => {
    const bucket = createTokenBucket({ perSecond: 1, burst: 1 });
    bucket.take(100 * second);
    expect([bucket.has(0), bucket.has(second)]).toEqual([false, true]);
  });
});

describe('the limit of a source', () => {
  const [sender, attacker] = ['192.0.2.1', '198.51.100.7'];

  test('is that of verified deliveries, whoever brings them', () => {
    const limit = createSourceRateLimit({ rateMax: 1 });
    for (let count = 0; count < burstSeconds; count++) {
      expect(limit.admits(sender, 0)).toBe(true);
      limit.countVerified(sender, 0);
    }
    expect([limit.admits(sender, 0), limit.admits('192.0.2.2', 0)]).toEqual([false, false]);
    expect(limit.admits(sender, second)).toBe(true);
  });

  test('can not be used up by what is not verified', () => {
    const limit = createSourceRateLimit({ rateMax: 1 });
    for (let count = 0; count < 100_000; count++) limit.countFailed(attacker, 0, 1);
    expect([limit.admits(attacker, 0), limit.admits(sender, 0)]).toEqual([false, true]);
  });

  test('of failures is one for each address, and comes back', () => {
    const limit = createSourceRateLimit({});
    for (let count = 0; count < failures.burst; count++) {
      expect(limit.admits(attacker, 0)).toBe(true);
      limit.countFailed(attacker, 0, 1);
    }
    expect(limit.admits(attacker, 0)).toBe(false);
    expect(limit.admits(attacker, second / failures.perSecond)).toBe(true);
  });

  test('does not hold an address to it that brought a verified delivery: it may be that of a proxy', () => {
    const limit = createSourceRateLimit({});
    limit.countVerified(sender, 0);
    for (let count = 0; count < 10 * failures.burst; count++) limit.countFailed(sender, 0, 1);
    expect(limit.admits(sender, 0)).toBe(true);
  });

  test('opens to an address that was above it with its first verified delivery', () => {
    const limit = createSourceRateLimit({});
    for (let count = 0; count < failures.burst; count++) limit.countFailed(sender, 0, 1);
    expect(limit.admits(sender, 0)).toBe(false);
    limit.countVerified(sender, 0);
    expect(limit.admits(sender, 0)).toBe(true);
  });

  test('remembers so many addresses and no more, and failures do not push out who verified', () => {
    const limit = createSourceRateLimit({});
    limit.countVerified(sender, 0);
    for (let count = 0; count < failures.burst; count++) limit.countFailed(attacker, 0, 1);
    for (let count = 0; count < networksMax; count++) limit.countFailed(`203.0.113.${count}`, 0, 1);
    for (let count = 0; count < failures.burst; count++) limit.countFailed(sender, 0, 1);
    expect([limit.admits(attacker, 0), limit.admits(sender, 0)]).toEqual([true, true]);
  });
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
  ['', ''],
])('the network of %s is %s', (peer, network) => expect(networkOf(peer)).toBe(network));

import { LRUCache } from 'lru-cache';

/** Tokens that come back at a steady rate. Time is given, so that it can be told in tests. */
export interface TokenBucket {
  /** Whether there is a token. */
  readonly has: (nowMs: number) => boolean;
  /** Takes one, or as many as are given. What was under way when the last one went is a debt. */
  readonly take: (nowMs: number, count?: number) => void;
}

/** @param burst most tokens that it holds, and how many there are at first */
export function createTokenBucket({ perSecond, burst }: { perSecond: number; burst: number }): TokenBucket {
  let tokens = burst;
  let filledMs = Number.NEGATIVE_INFINITY;
  function fill(nowMs: number): void {
    // The clock may be set back: nothing comes back then, and it goes on from there.
    const elapsedMs = Math.max(0, nowMs - filledMs);
    tokens = Math.min(burst, tokens + (elapsedMs / 1000) * perSecond);
    filledMs = nowMs;
  }
  return {
    has(nowMs) {
      fill(nowMs);
      return tokens >= 1;
    },
    take(nowMs, count = 1) {
      fill(nowMs);
      tokens -= count;
    },
  };
}

/** For how many seconds a source may be silent and then deliver at once what it may deliver in them. */
export const burstSeconds = 10;

/** How many deliveries that could not be verified a source gets from one network: per second, and at once. */
export const failures = { perSecond: 10, burst: 100 } as const;

/** How many bytes are held against a secret for what one failure counts: some 10 ms. */
const bytesPerFailure = 4 * 1024 * 1024;

/**
 * For how many failures one counts: a signature that is not good costs a hash of the body for each secret. With 100
 * services registered, 1 MiB took 0.4 seconds.
 */
export function failureWeight({ bytes, secrets }: { bytes: number; secrets: number }): number {
  return 1 + Math.floor((bytes * secrets) / bytesPerFailure);
}

/** Most networks that are remembered for a source: of those with failures, and of those that it delivers from. */
export const networksMax = 1_000;

/** The rate limit of one source: docs/adr/0014. */
export interface SourceRateLimit {
  /** Whether a delivery from this address is looked at. Asking takes nothing. */
  readonly admits: (peer: string, nowMs: number) => boolean;
  /** Counts a delivery whose signature was good. */
  readonly countVerified: (peer: string, nowMs: number) => void;
  /** Counts one whose signature was not good. @param weight `failureWeight` */
  readonly countFailed: (peer: string, nowMs: number, weight: number) => void;
}

/**
 * Limits what a source delivers and, apart from it, what others deliver in its name. Only what was verified counts towards
 * `rateMax`, so nobody else can use it up. What could not be verified counts against the network that it came from,
 * unless that has brought verified deliveries too: behind a proxy all come from one.
 * @param rateMax verified deliveries per second @default no limit
 */
export function createSourceRateLimit({ rateMax }: { rateMax?: number | undefined }): SourceRateLimit {
  const verified =
    rateMax === undefined
      ? null
      : createTokenBucket({ perSecond: rateMax, burst: Math.max(1, rateMax * burstSeconds) });
  const failing = new LRUCache<string, TokenBucket>({ max: networksMax });
  const trusted = new LRUCache<string, true>({ max: networksMax });
  return {
    admits(peer, nowMs) {
      if (verified && !verified.has(nowMs)) return false;
      const network = networkOf(peer);
      return trusted.has(network) || (failing.get(network)?.has(nowMs) ?? true);
    },
    countVerified(peer, nowMs) {
      verified?.take(nowMs);
      trusted.set(networkOf(peer), true);
    },
    countFailed(peer, nowMs, weight) {
      const network = networkOf(peer);
      if (trusted.has(network)) return;
      const bucket = failing.get(network) ?? createTokenBucket(failures);
      failing.set(network, bucket);
      bucket.take(nowMs, weight);
    },
  };
}

/** The address itself for IPv4; the first 64 bits for IPv6, which whoever has one address has all of. */
export function networkOf(peer: string): string {
  if (!peer.includes(':')) return peer;
  if (peer.startsWith('::ffff:') && peer.includes('.')) return peer.slice('::ffff:'.length);
  const [left = '', right] = peer.split('::');
  const groups = left === '' ? [] : left.split(':');
  const after = right === undefined || right === '' ? [] : right.split(':');
  const zeros = right === undefined ? 0 : 8 - groups.length - after.length;
  return [...groups, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4).join(':');
}

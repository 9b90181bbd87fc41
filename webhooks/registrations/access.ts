import { hash, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { networkOf } from '../rate-limit.ts';

/** What whoever shows a token may register. */
export interface Permit {
  readonly allows: (source: string) => boolean;
  /** Whether it is the key of operators. */
  readonly isOperator: boolean;
}

export interface AccessOptions {
  /** Sources that services can register for, each with the token of its folder; null: operators alone can. */
  readonly tokens: ReadonlyMap<string, string | null>;
  readonly adminKey: string;
}

/**
 * Reads `authorization: Bearer <token>` (RFC 6750, section 2.1). Tokens are compared as hashes of one length, all of them
 * and in constant time.
 * @returns null when it is the token of nobody
 */
export function createAccess({
  tokens,
  adminKey,
}: AccessOptions): (authorization: string | undefined) => Permit | null {
  const operator = digest(adminKey);
  const known = [...tokens].flatMap(([source, token]) =>
    token === null ? [] : [{ source, expected: digest(token) }],
  );
  return (authorization) => {
    const given = digest(/^bearer +([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1] ?? '');
    const isOperator = timingSafeEqual(given, operator);
    const sources = new Set(
      known.filter((one) => timingSafeEqual(given, one.expected)).map(({ source }) => source),
    );
    if (isOperator) return { isOperator, allows: (source) => tokens.has(source) };
    return sources.size > 0 ? { isOperator, allows: (source) => sources.has(source) } : null;
  };
}

function digest(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

/** Most wrong tokens from one address, and in which time, in milliseconds. */
export const [wrongTokensMax, wrongTokensMs] = [10, 60_000];

/** Most networks that are remembered. */
const networksMax = 10_000;

/** Counts wrong tokens by the address that they come from; in IPv6 by its network, as whoever has one has all of it. */
export interface AttemptLimit {
  /** Seconds after which the address is listened to again; 0: it is now. */
  readonly secondsUntilHeard: (address: string) => number;
  readonly failed: (address: string) => void;
}

/** @param now milliseconds since the epoch */
export function createAttemptLimit(now: () => number): AttemptLimit {
  const attempts = new LRUCache<string, { count: number; endMs: number }>({ max: networksMax });
  const current = (network: string) => {
    const found = attempts.get(network);
    return found && found.endMs > now() ? found : undefined;
  };
  return {
    secondsUntilHeard(address) {
      const found = current(networkOf(address));
      return found && found.count >= wrongTokensMax ? Math.ceil((found.endMs - now()) / 1000) : 0;
    },
    failed(address) {
      const network = networkOf(address);
      const { count, endMs } = current(network) ?? { count: 0, endMs: now() + wrongTokensMs };
      attempts.set(network, { count: count + 1, endMs });
    },
  };
}

import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { Client } from 'undici';
import { isPublicAddress } from './public-address.ts';

/** A call is not made because of where it would go. The message names no address. */
export class AddressRefusedError extends Error {
  override readonly name = 'AddressRefusedError';
}

export interface GuardedCallOptions {
  /** Hosts that may be called although their addresses are not public: names or addresses, in lower case. */
  readonly allowedHosts: ReadonlySet<string>;
  /** All addresses of a host. @default the system's resolver */
  readonly resolve?: (host: string) => Promise<readonly LookupAddress[]>;
  /** For resolving, connecting and the whole answer together. @default 10_000 */
  readonly timeoutMs?: number;
  /** Most bytes of an answer. @default 65_536 */
  readonly answerBytesMax?: number;
}

export interface OutboundCall {
  readonly method: 'DELETE' | 'GET';
  /** From outside: nothing in it is believed. */
  readonly url: string;
  /** An origin that the operator wrote, so that it may be called wherever it leads. */
  readonly ownOrigin: string | undefined;
  /** Sent to `ownOrigin` alone. */
  readonly ownHeaders: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/**
 * Calls an address that came from outside.
 * @returns the status of the answer
 * @throws AddressRefusedError, and what the connection throws
 */
export type GuardedCall = (call: OutboundCall) => Promise<number>;

/**
 * Makes the one way to addresses that others supplied (server-side request forgery, OWASP API7:2023). A host is resolved
 * once, every address that it has must be public, and the connection goes to one of these and nowhere else, so that a
 * name that changes its address in the meantime gains nothing. Redirects are answers like any other: they are not followed.
 */
export function createGuardedCall({
  allowedHosts,
  resolve = (host) => lookup(host, { all: true }),
  timeoutMs = 10_000,
  answerBytesMax = 64 * 1024,
}: GuardedCallOptions): GuardedCall {
  /** @returns the address to connect to */
  async function addressOf(url: URL, ownOrigin: string | undefined): Promise<LookupAddress> {
    const host = hostOf(url);
    const family = isIP(host);
    const addresses = family === 0 ? await resolve(host) : [{ address: host, family }];
    const [first] = addresses;
    if (!first) throw new AddressRefusedError('the host has no address');
    const isFree = url.origin === ownOrigin || allowedHosts.has(host);
    if (isFree || addresses.every(({ address }) => isPublicAddress(address))) return first;
    throw new AddressRefusedError('the host is not public: OUTBOUND_HOSTS_ALLOWED can allow it');
  }

  return async ({ method, url: text, ownOrigin, ownHeaders, signal: ended }) => {
    const url = httpUrl(text);
    const signal = AbortSignal.any([ended, AbortSignal.timeout(timeoutMs)]);
    const address = await unlessAborted(addressOf(url, ownOrigin), signal);
    const client = new Client(url.origin, {
      connect: { lookup: pinnedTo(address), timeout: timeoutMs },
      maxResponseSize: answerBytesMax,
    });
    try {
      const headers = url.origin === ownOrigin ? ownHeaders : {};
      const path = url.pathname + url.search;
      const { statusCode, body } = await client.request({ method, path, headers, signal });
      // A status says all that is asked for; a body that is too large changes nothing about it.
      await body.dump({ limit: answerBytesMax, signal }).catch(() => undefined);
      return statusCode;
    } finally {
      await client.destroy();
    }
  };
}

/** @throws AddressRefusedError */
function httpUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new AddressRefusedError('the address is no http(s) URL');
  if (url.username !== '' || url.password !== '') {
    throw new AddressRefusedError('the address holds a user or password');
  }
  return url;
}

/** As the WHATWG parser writes it: `http://0x7f.1` and `http://2130706433` are both `127.0.0.1`. */
function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

function pinnedTo({ address, family }: LookupAddress): LookupFunction {
  return (_host, { all }, callback) => {
    if (all) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };
}

/** The system's resolver can't be told to stop. */
function unlessAborted<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    value.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

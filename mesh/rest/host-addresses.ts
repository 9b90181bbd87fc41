import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';

type Found = Promise<LookupAddress[]>;

export interface HostAddressesOptions {
  /** How long an address is believed, in milliseconds. @default 10 seconds */
  ttlMs?: number;
  /** Asks for all addresses of a host. @default the system's resolver */
  resolve?: (host: string, options: LookupAllOptions) => Found;
  /** Milliseconds. @default performance.now */
  now?: () => number;
}

/**
 * A `lookup` for connections that remembers addresses for a while, and asks once when many connections begin at a time.
 * Failures are not remembered. undici's DNS interceptor would do this again for every call, and has no effect on a
 * pool, which belongs to one origin.
 */
export function createHostAddresses(options: HostAddressesOptions = {}): LookupFunction {
  const { ttlMs = 10_000, resolve = systemLookup, now = () => performance.now() } = options;
  const known = new Map<string, { addresses: Found; until: number }>();

  const ask = callbackify((host: string, wanted: LookupAllOptions): Found => {
    const key = `${wanted.family ?? 0} ${host}`;
    const found = known.get(key);
    if (found && found.until > now()) return found.addresses;
    const addresses = resolve(host, wanted);
    known.set(key, { addresses, until: now() + ttlMs });
    addresses.catch(() => known.delete(key));
    return addresses;
  });

  return (host, { all, ...wanted }, callback) => {
    ask(host, { ...wanted, all: true }, (error, addresses) => {
      const [first] = error ? [] : addresses;
      if (error || all) callback(error, addresses);
      else callback(null, first?.address ?? '', first?.family);
    });
  };
}

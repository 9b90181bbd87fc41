import { lookup, type LookupAddress, type LookupAllOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

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

  const addressesOf = (host: string, family: number, wanted: LookupAllOptions): Found => {
    const key = `${family} ${host}`;
    const found = known.get(key);
    if (found && found.until > now()) return found.addresses;
    const addresses = resolve(host, wanted);
    known.set(key, { addresses, until: now() + ttlMs });
    addresses.catch(() => known.delete(key));
    return addresses;
  };

  return (host, { all, ...wanted }, callback) => {
    const family = wanted.family === 'IPv4' ? 4 : wanted.family === 'IPv6' ? 6 : (wanted.family ?? 0);
    addressesOf(host, family, { ...wanted, all: true }).then(
      (addresses) => {
        const [first] = addresses;
        if (all) callback(null, addresses);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}

function systemLookup(host: string, options: LookupAllOptions): Found {
  return new Promise((resolve, reject) => {
    lookup(host, options, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });
}

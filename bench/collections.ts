import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Pool } from 'undici';
import { getJson } from './shop.ts';
import type { Collections } from './services/collections.ts';

/** A service that runs, and what asks it by hand. */
export interface CollectionsService {
  url: string;
  /** Connections to a collection of its own, as if it were a service of its own. */
  poolOf: (collection: string) => Pool;
  close(): Promise<void>;
}

/** Starts bench/services/collections.ts as a process of its own. */
export async function startCollections(collections: Collections): Promise<CollectionsService> {
  const service = fork(join(import.meta.dirname, 'services/collections.ts'));
  service.send(collections);
  const [port] = (await once(service, 'message')) as [number];
  const url = `http://127.0.0.1:${port}`;
  const pools = new Map<string, Pool>();
  return {
    url,
    poolOf: (collection) => {
      const pool = pools.get(collection) ?? new Pool(url, { connections: 64 });
      pools.set(collection, pool);
      return pool;
    },
    close: async () => {
      for (const pool of pools.values()) await pool.close();
      service.disconnect();
    },
  };
}

/** Asks a collection by hand: `undici` and `JSON.parse`. */
export type GetJson = (collection: string, path: string) => Promise<unknown>;

/** @returns what calls a service by hand, each collection over connections of its own */
export function getJsonFrom({ poolOf }: CollectionsService): GetJson {
  return (collection, path) => getJson(poolOf(collection), `/${collection}${path}`);
}

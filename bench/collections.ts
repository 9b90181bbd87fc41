import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Pool } from 'undici';
import type { Collections } from './services/collections.ts';

/** A service that runs, and what asks it by hand. */
export interface CollectionsService {
  url: string;
  pool: Pool;
  close(): Promise<void>;
}

/** Starts bench/services/collections.ts as a process of its own. */
export async function startCollections(collections: Collections): Promise<CollectionsService> {
  const service = fork(join(import.meta.dirname, 'services/collections.ts'));
  service.send(collections);
  const [port] = (await once(service, 'message')) as [number];
  const url = `http://127.0.0.1:${port}`;
  const pool = new Pool(url, { connections: 64 });
  return {
    url,
    pool,
    close: async () => {
      await pool.close();
      service.disconnect();
    },
  };
}

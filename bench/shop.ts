import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Pool } from 'undici';
import { loadSubgraphs } from '../mesh/load-subgraphs.ts';
import type { Subgraph } from '../mesh/subgraph.ts';
import type { Contender } from './cpu.ts';

/** The service that is asked, what asks it by hand, and the folders by which Sluice does. */
export interface Shop {
  pool: Pool;
  subgraphs: readonly Subgraph[];
  close(): Promise<void>;
}

/** Starts bench/services/shop.ts as a process of its own. */
export async function startShop(): Promise<Shop> {
  const service = fork(join(import.meta.dirname, 'services/shop.ts'));
  const [port] = (await once(service, 'message')) as [number];
  const url = `http://127.0.0.1:${port}`;
  const pool = new Pool(url, { connections: 64 });
  const dir = join(import.meta.dirname, 'subgraphs');
  const { subgraphs, problems } = await loadSubgraphs({ dir, env: { SHOP_URL: url } });
  const [problem] = problems;
  if (problem) throw new Error(problem.message);
  return {
    pool,
    subgraphs,
    close: async () => {
      for (const subgraph of subgraphs) await subgraph.close();
      await pool.close();
      service.disconnect();
    },
  };
}

/** Calls by hand: `undici` and `JSON.parse`. */
export async function getJson(pool: Pool, path: string): Promise<unknown> {
  const { body } = await pool.request({ method: 'GET', path });
  return JSON.parse(await body.text()) as unknown;
}

/**
 * @returns how many bytes the contenders answer
 * @throws Error when they do not answer the same bytes
 */
export async function mustAnswerAlike(contenders: readonly Contender[]): Promise<number> {
  const [first, ...others] = await Promise.all(contenders.map(({ operate }) => operate()));
  const other = others.find((answer) => answer !== first);
  if (other !== undefined) throw new Error(`the answers differ:\n${first}\n${other}`);
  return Buffer.byteLength(first ?? '');
}

import { Pool } from 'undici';
import type { ServerProcess } from './server-process.ts';
import { storeEnvironment } from './store.ts';
import { join } from 'node:path';

/** How many requests are under way at a time. */
export const requestsAtATime = 4;

/** A server of a contender, and the connections over which it is asked. */
export interface AskedServer {
  name: string;
  server: ServerProcess;
  pool: Pool;
}

export function askServer(name: string, server: ServerProcess): AskedServer {
  return { name, server, pool: new Pool(server.url, { connections: requestsAtATime }) };
}

/** Closes connections and servers. */
export async function stopServers(asked: readonly AskedServer[]): Promise<void> {
  for (const { pool, server } of asked) {
    await pool.close();
    await server.stop();
  }
}

/**
 * Sends each document once.
 * @returns the answers as JSON, in the order of the documents
 * @throws Error when one is answered with errors
 */
export async function sendAll(
  { name, pool }: AskedServer,
  documents: readonly string[],
): Promise<readonly string[]> {
  const answers: string[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < documents.length; index = next++) {
      const query = documents[index] ?? '';
      const { body } = await pool.request({
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      const answer = (await body.text()).trim();
      if (!answer.startsWith('{"data":')) {
        throw new Error(`${name} answered ${query}\nwith ${answer.slice(0, 2_000)}`);
      }
      answers[index] = answer;
    }
  };
  await Promise.all(Array.from({ length: requestsAtATime }, worker));
  return answers;
}

/**
 * The environment of a gateway over the store.
 * @param url of the service that answers for all subgraphs
 * @param folder keeps what the gateway writes
 */
export function gatewayEnvironment(
  url: string,
  folder: string,
  subgraphs: string,
): Readonly<Record<string, string>> {
  return {
    ...storeEnvironment(url),
    SUBGRAPHS_DIR: subgraphs,
    COMPILED_DIR: join(folder, 'compiled'),
    EVENTS_URL: `sqlite:${join(folder, 'events.db')}`,
    LOG_LEVEL: 'error',
    PORT: '0',
  };
}

export function toMebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

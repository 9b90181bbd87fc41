import { join } from 'node:path';
import { Pool } from 'undici';
import type { Usage } from './probe.ts';
import type { ServerProcess } from './server-process.ts';
import { storeEnvironment } from './store.ts';

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

/** How long the event loop of a server stood still at most. */
export interface Stall {
  lateMs: number;
  busyMs: number;
}

export const noStall: Stall = { lateMs: 0, busyMs: 0 };

/** The longer of what was known and what was read now. */
export function longerStall({ lateMs, busyMs }: Stall, usage: Usage): Stall {
  return {
    lateMs: Math.max(lateMs, usage.eventLoopDelayMsMax),
    busyMs: Math.max(busyMs, usage.eventLoopBusyMsMax),
  };
}

/** Where a {@link Stall} is told: what its numbers are called, and the numbers. */
export const stallColumns = ['CPU of the main thread, ms', 'a timer came late, ms'];

export function stallCells({ lateMs, busyMs }: Stall): readonly string[] {
  return [busyMs.toFixed(1), lateMs.toFixed(1)];
}

export const stallMethod = `Of the event loop is told how long it stood still at most: by the CPU that the main thread spent
without looking at its timers, which nothing else on the machine disturbs, and by how much later than asked for a timer
ran (\`perf_hooks.monitorEventLoopDelay\`), which is longer by what other processes took.`;

export function toMebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}

import type { Redis } from 'ioredis';
import type { AppendResult, BatchResult, VerifiedDelivery } from '../event-log.ts';
import { command } from './connections.ts';
import type { RedisStore } from './store.ts';

/** Appends that are on so many replicas when they resolve. */
export type ReplicatedAppends = Pick<RedisStore, 'append' | 'appendAll'>;

export interface ReplicasOptions {
  readonly store: Pick<RedisStore, 'append' | 'appendAll' | 'find'>;
  /** How many replicas must have what a source appends; 0: it is not asked. */
  readonly replicasMin: (source: string) => number;
  /** How long the replicas have to take it. */
  readonly timeoutMs: number;
  /** A connection to the server that has a source now, and a key of its own there; undefined while none is known. */
  readonly serverOf: (source: string) => Redis | undefined;
  readonly keyOf: (source: string) => string;
}

export interface Replicas extends ReplicatedAppends {
  readonly disconnect: () => void;
}

/**
 * Has appends confirmed by replicas, with WAIT. It blocks its connection, so it has one of its own: a replica that hangs
 * holds up nobody who did not ask for it. WAIT counts the writes of its own connection, and a write is behind all that
 * were made before it, whoever made them: so one small write goes before each WAIT, also for what was there already.
 * After it, the newest delivery is looked up: on a server that took over meanwhile it may be missing.
 * What comes while a WAIT is under way shares the next one.
 * @see https://redis.io/docs/latest/commands/wait/
 */
export function createReplicas(options: ReplicasOptions): Replicas {
  const { store, replicasMin, timeoutMs, serverOf, keyOf } = options;
  const rounds = new Map<Redis, Rounds>();

  function roundsOf(source: string): Rounds {
    const server = serverOf(source);
    if (server === undefined) throw new Error('it is not connected');
    return rounds.get(server) ?? openRounds(server);
  }

  function openRounds(server: Redis): Rounds {
    const opened = createRounds(server, timeoutMs, () => {
      rounds.delete(server);
      server.off('end', opened.disconnect);
    });
    // In a cluster a connection ends with its socket, and the next append finds another one.
    server.once('end', opened.disconnect);
    rounds.set(server, opened);
    return opened;
  }

  async function confirm(
    source: string,
    deliveries: readonly VerifiedDelivery[],
    results: readonly BatchResult[],
  ): Promise<void> {
    const min = replicasMin(source);
    const newest = newestOf(deliveries, results);
    if (min === 0 || newest === null) return;
    await command(async () => {
      const count = await roundsOf(source).next(keyOf(source), min);
      if (count < min) throw new Error(`${count} of ${min} replicas have it`);
    });
    const known = await store.find(source, newest.id);
    if (known?.bodyHash === newest.bodyHash) return;
    await command(() => Promise.reject(new Error('another server took over')));
  }

  return {
    async append(source, deliveries): Promise<AppendResult[]> {
      const results = await store.append(source, deliveries);
      await confirm(source, deliveries, results);
      return results;
    },
    async appendAll(source, deliveries): Promise<BatchResult[]> {
      const results = await store.appendAll(source, deliveries);
      await confirm(source, deliveries, results);
      return results;
    },
    disconnect: () => {
      for (const { disconnect } of rounds.values()) disconnect();
    },
  };
}

/** The delivery that stands last in the log: a replica that has it has those before it. */
function newestOf(
  deliveries: readonly VerifiedDelivery[],
  results: readonly BatchResult[],
): VerifiedDelivery | null {
  let newest: VerifiedDelivery | null = null;
  let offset = 0;
  for (const [index, { status, position }] of results.entries()) {
    if (status === 'conflict' || position === null || position.offset <= offset) continue;
    newest = deliveries[index] as VerifiedDelivery;
    offset = position.offset;
  }
  return newest;
}

/** WAITs on one server, one after the other. */
interface Rounds {
  /** @returns how many replicas have everything that was written before the call */
  readonly next: (key: string, min: number) => Promise<number>;
  readonly disconnect: () => void;
}

/** @param onEnd called when its connection is gone for good */
function createRounds(server: Redis, timeoutMs: number, onEnd: () => void): Rounds {
  const connection = server.duplicate({ connectionName: 'sluice-events-replicas', lazyConnect: true });
  // The connections beside it say when Redis is away.
  connection.on('error', () => {});
  connection.once('end', onEnd);
  let last: Promise<unknown> = Promise.resolve();
  let gathering: Promise<number> | null = null;
  let most = 0;

  async function send(key: string, min: number): Promise<number> {
    // ioredis ends a connection for good when a failover meets its question to a Sentinel.
    if (['wait', 'end'].includes(connection.status)) await connection.connect();
    await connection.set(key, '1', 'EX', 10);
    return connection.wait(min, timeoutMs);
  }

  return {
    next(key, min) {
      most = Math.max(most, min);
      gathering ??= last.then(() => {
        const sent = send(key, most);
        gathering = null;
        most = 0;
        last = sent.catch(() => {});
        return sent;
      });
      return gathering;
    },
    disconnect: () => connection.disconnect(),
  };
}

import { Redis } from 'ioredis';
import type { RedisAddress } from './address.ts';
import { serverOptions, type ClientSettings } from './client-settings.ts';

/** The listening connections to the servers of a cluster that have channels. */
export interface Listeners {
  /** The connection to a server, `<host>:<port>`; opened when there is none. It connects again by itself. */
  readonly at: (server: string) => Redis;
  /** Gives up all connections but these. */
  readonly keep: (needed: ReadonlySet<Redis | undefined>) => void;
  /** Asks each whether it is alive: one that does not answer is given up by ioredis, and connected to anew. */
  readonly check: () => void;
  readonly disconnect: () => void;
}

export interface ListenersOptions {
  readonly address: RedisAddress;
  readonly settings: ClientSettings;
  readonly onMessage: (channel: string, text: string) => void;
  readonly onReady: () => void;
  /** A connection has none of its channels any more, or a server has let go of one. */
  readonly onLoss: (redis: Redis) => void;
}

export function createListeners(options: ListenersOptions): Listeners {
  const { address, settings, onMessage, onReady, onLoss } = options;
  const listeners = new Map<string, Redis>();

  function open(server: string): Redis {
    const at = server.lastIndexOf(':');
    const place = { host: server.slice(0, at), port: Number(server.slice(at + 1)) };
    const redis = new Redis({ ...serverOptions('listener', address.credentials, settings), ...place });
    redis.on('smessage', onMessage);
    redis.on('ready', onReady);
    for (const event of ['close', 'moved']) redis.on(event, () => onLoss(redis));
    // The other connections to the same server say what is wrong with it.
    redis.on('error', () => {});
    redis.connect().catch(() => {});
    listeners.set(server, redis);
    return redis;
  }

  return {
    at: (server) => listeners.get(server) ?? open(server),
    keep: (needed) => {
      for (const [server, redis] of listeners) {
        if (needed.has(redis)) continue;
        listeners.delete(server);
        redis.disconnect();
      }
    },
    check: () => {
      for (const redis of listeners.values()) {
        if (redis.status === 'ready') redis.ping().catch(() => {});
      }
    },
    disconnect: () => {
      for (const redis of listeners.values()) redis.disconnect();
    },
  };
}

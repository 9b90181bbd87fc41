import { type Cluster, Redis } from 'ioredis';
import type { RedisAddress } from './address.ts';
import type { Channels, Hearer } from './channels.ts';
import { serverOptions, type ClientSettings } from './client-settings.ts';
import { slotOf } from './slot.ts';

export interface ShardedChannelsOptions {
  /** Knows which server has which slot, and says `refresh` when it was told anew. */
  readonly cluster: Cluster;
  readonly address: RedisAddress;
  readonly settings: ClientSettings;
}

/**
 * Channels of a cluster, each on the server that has its slot: one connection to each server that has channels. ioredis
 * has such a thing too, but it does not tell when it fails to subscribe again.
 */
export function createShardedChannels(
  options: ShardedChannelsOptions,
): Channels & { readonly disconnect: () => void } {
  const { cluster, address, settings } = options;
  const servers = new Map<string, Redis>();
  const wanted = new Set<string>();
  /** Channels that a server was asked for, and has not refused. */
  const carriers = new Map<string, Redis>();
  let hearer: Hearer | null = null;

  function connect(key: string): Redis {
    const at = key.lastIndexOf(':');
    const place = { host: key.slice(0, at), port: Number(key.slice(at + 1)) };
    const redis = new Redis({ ...serverOptions('listener', address.credentials, settings), ...place });
    servers.set(key, redis);
    redis.on('smessage', (channel: string, text: string) => {
      if (wanted.has(channel)) hearer?.onMessage(channel, text);
    });
    redis.on('ready', () => void settle());
    redis.on('close', () => forget(redis));
    // The server has let go of a slot, and with it of its channels.
    redis.on('moved', () => {
      forget(redis);
      cluster.refreshSlotsCache();
    });
    // The other connections to the same server say what is wrong with it.
    redis.on('error', () => {});
    redis.connect().catch(() => {});
    return redis;
  }

  function forget(redis: Redis): void {
    for (const [channel, carrier] of carriers) if (carrier === redis) carriers.delete(channel);
  }

  function serverOf(channel: string): Redis | undefined {
    const key = cluster.slots[slotOf(channel)]?.[0];
    return key === undefined ? undefined : (servers.get(key) ?? connect(key));
  }

  /** Subscribes where a channel is not carried by the server that has its slot now. */
  async function settle(): Promise<void> {
    const subscribing = [...wanted].map(subscribe);
    dropUnused();
    if ((await Promise.all(subscribing)).includes(true)) hearer?.onGap();
  }

  /** Whether messages may have been missed before. */
  async function subscribe(channel: string): Promise<boolean> {
    const redis = serverOf(channel);
    const carrier = carriers.get(channel);
    if (redis === undefined || redis === carrier || redis.status !== 'ready') return false;
    carriers.set(channel, redis);
    carrier?.sunsubscribe(channel).catch(() => {});
    try {
      await redis.ssubscribe(channel);
      return true;
    } catch {
      if (carriers.get(channel) === redis) carriers.delete(channel);
      return false;
    }
  }

  function dropUnused(): void {
    const needed = new Set([...wanted].map(serverOf));
    for (const [key, redis] of servers) {
      if (needed.has(redis)) continue;
      servers.delete(key);
      redis.disconnect();
    }
  }

  cluster.on('refresh', () => void settle());

  return {
    begin: (given) => {
      hearer = given;
    },
    listen: async (channel) => {
      wanted.add(channel);
      await subscribe(channel);
    },
    leave: (channel) => {
      wanted.delete(channel);
      carriers
        .get(channel)
        ?.sunsubscribe(channel)
        .catch(() => {});
      carriers.delete(channel);
    },
    check: () => {
      const isMissing = [...wanted].some((channel) => carriers.get(channel) !== serverOf(channel));
      if (isMissing) {
        void settle();
        cluster.refreshSlotsCache();
      }
      // A question that gets no answer is what makes ioredis give up a connection that died without a word.
      for (const redis of servers.values()) if (redis.status === 'ready') redis.ping().catch(() => {});
    },
    disconnect: () => {
      wanted.clear();
      for (const redis of servers.values()) redis.disconnect();
    },
  };
}

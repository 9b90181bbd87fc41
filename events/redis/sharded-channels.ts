import type { Cluster, Redis } from 'ioredis';
import type { RedisAddress } from './address.ts';
import type { Channels, Hearer } from './channels.ts';
import type { ClientSettings } from './client-settings.ts';
import { createListeners } from './listeners.ts';
import { slotOf } from './slot.ts';

export interface ShardedChannelsOptions {
  /** Knows which server has which slot, and says `refresh` when it was told anew. */
  readonly cluster: Cluster;
  readonly address: RedisAddress;
  readonly settings: ClientSettings;
}

/**
 * Channels of a cluster, each heard on the server that has its slot. ioredis has such a thing too, but it does not tell
 * when it fails to subscribe again.
 */
export function createShardedChannels(
  options: ShardedChannelsOptions,
): Channels & { readonly disconnect: () => void } {
  const { cluster, ...connection } = options;
  const wanted = new Set<string>();
  /** The connection on which each channel is subscribed to, or is being. */
  const carriers = new Map<string, Redis>();
  let hearer: Hearer | null = null;
  const listeners = createListeners({
    ...connection,
    onMessage: (channel, text) => {
      if (wanted.has(channel)) hearer?.onMessage(channel, text);
    },
    onReady: () => void settle(),
    onLoss: (redis) => {
      for (const [channel, carrier] of carriers) if (carrier === redis) carriers.delete(channel);
      if (redis.status === 'ready') cluster.refreshSlotsCache();
    },
  });

  function serverOf(channel: string): Redis | undefined {
    const server = cluster.slots[slotOf(channel)]?.[0];
    return server === undefined ? undefined : listeners.at(server);
  }

  /** Subscribes to what is not carried by the server that has its slot now. */
  async function settle(): Promise<void> {
    const subscribing = [...wanted].map(subscribe);
    listeners.keep(new Set([...wanted].map(serverOf)));
    if ((await Promise.all(subscribing)).includes(true)) hearer?.onGap();
  }

  /** Whether the channel was not subscribed to before, and is now. */
  async function subscribe(channel: string): Promise<boolean> {
    const redis = serverOf(channel);
    const carrier = carriers.get(channel);
    if (redis === undefined || redis === carrier || redis.status !== 'ready') return false;
    carriers.set(channel, redis);
    unsubscribe(carrier, channel);
    try {
      await redis.ssubscribe(channel);
      return true;
    } catch {
      if (carriers.get(channel) === redis) carriers.delete(channel);
      return false;
    }
  }

  function check(): void {
    const isMissing = [...wanted].some((channel) => !carriers.has(channel));
    if (isMissing) void settle();
    // Who refuses a channel may have lost its slot; what is known of the slots now was not enough.
    if (isMissing) cluster.refreshSlotsCache();
    listeners.check();
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
      unsubscribe(carriers.get(channel), channel);
      carriers.delete(channel);
    },
    check,
    disconnect: () => {
      wanted.clear();
      listeners.disconnect();
    },
  };
}

/** Where it fails, the connection is gone and its subscriptions with it. */
function unsubscribe(redis: Redis | undefined, channel: string): void {
  redis?.sunsubscribe(channel).catch(() => {});
}

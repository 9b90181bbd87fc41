import type { Redis } from 'ioredis';

/** What a subscribed connection tells. */
export interface Hearer {
  readonly onMessage: (channel: string, text: string) => void;
  /** Messages may have been missed. */
  readonly onGap: () => void;
}

/** The channels that are subscribed to, whichever connections carry them. Messages may be lost at any time. */
export interface Channels {
  /** Says who hears, once, before anything else. */
  readonly begin: (hearer: Hearer) => void;
  /** Resolves when the channel is subscribed to, or could not be: then `check` tries again. */
  readonly listen: (channel: string) => Promise<void>;
  readonly leave: (channel: string) => void;
  /** Subscribes again to what failed, and asks each connection whether it is alive. */
  readonly check: () => void;
}

/** Channels of one server: all of them on one connection. */
export function createChannels(listener: Redis): Channels {
  const wanted = new Set<string>();
  let hearer: Hearer | null = null;
  let missesChannels = false;

  async function subscribe(channels: readonly string[]): Promise<void> {
    try {
      if (channels.length > 0) await listener.subscribe(...channels);
    } catch {
      missesChannels = true;
    }
  }

  async function subscribeAgain(): Promise<void> {
    missesChannels = false;
    await subscribe([...wanted]);
    hearer?.onGap();
  }

  listener.on('message', (channel: string, text: string) => {
    if (wanted.has(channel)) hearer?.onMessage(channel, text);
  });
  listener.on('ready', () => void subscribeAgain());

  return {
    begin: (given) => {
      hearer = given;
    },
    listen: (channel) => {
      wanted.add(channel);
      return subscribe([channel]);
    },
    leave: (channel) => {
      wanted.delete(channel);
      // Where it fails, the connection is gone and its subscriptions with it.
      listener.unsubscribe(channel).catch(() => {});
    },
    check: () => {
      if (listener.status !== 'ready') return;
      if (missesChannels) void subscribeAgain();
      // A question that gets no answer is what makes ioredis give up a connection that died without a word.
      listener.ping().catch(() => {});
    },
  };
}

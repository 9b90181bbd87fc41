import type { StoredEvent } from '../event-log.ts';
import type { Connections } from './connections.ts';
import { decodeMessage } from './event-text.ts';

/** Hears what is appended to the sources that are listened to. */
export interface Listening {
  readonly start: (source: string) => Promise<void>;
  readonly stop: (source: string) => void;
  readonly close: () => void;
}

export interface ListeningOptions {
  readonly connections: Connections;
  readonly channelOf: (source: string) => string;
  /** How often `onDoorbell` rings, and the listening connection is tried, whatever the messages say. */
  readonly pollMs: number;
  readonly onEvents: (source: string, events: readonly StoredEvent[]) => void;
  /** Something may have been missed: read the store. */
  readonly onDoorbell: () => void;
}

/** Messages are the fast path and may be lost at any time; the doorbell after every reconnection and poll is the floor. */
export function createListening(options: ListeningOptions): Listening {
  const { connections, channelOf, pollMs, onEvents, onDoorbell } = options;
  const { listener, reader } = connections;
  const sources = new Map<string, string>();
  let missesChannels = false;

  async function start(source: string): Promise<void> {
    const channel = channelOf(source);
    sources.set(channel, source);
    await subscribe([channel]);
  }

  function stop(source: string): void {
    const channel = channelOf(source);
    sources.delete(channel);
    // Where it fails, the connection is gone and its subscriptions with it.
    listener.unsubscribe(channel).catch(() => {});
  }

  async function subscribe(channels: readonly string[]): Promise<void> {
    try {
      if (channels.length > 0) await listener.subscribe(...channels);
    } catch {
      missesChannels = true;
    }
  }

  async function subscribeAgain(): Promise<void> {
    missesChannels = false;
    await subscribe([...sources.keys()]);
    onDoorbell();
  }

  function poll(): void {
    onDoorbell();
    if (listener.status !== 'ready') return;
    if (missesChannels) void subscribeAgain();
    // A question that gets no answer is what makes ioredis give up a connection that died without a word.
    listener.ping().catch(() => {});
  }

  listener.on('message', (channel: string, text: string) => {
    const source = sources.get(channel);
    if (source === undefined) return;
    const events = decodeMessage(text, source);
    if (events === null) onDoorbell();
    else onEvents(source, events);
  });
  listener.on('ready', () => void subscribeAgain());
  reader.on('ready', onDoorbell);
  const timer = setInterval(poll, pollMs);

  return { start, stop, close: () => clearInterval(timer) };
}

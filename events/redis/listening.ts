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
  /** How often `onDoorbell` rings, and the listening connections are tried, whatever the messages say. */
  readonly pollMs: number;
  readonly onEvents: (source: string, events: readonly StoredEvent[]) => void;
  /** Something may have been missed: read the store. */
  readonly onDoorbell: () => void;
}

/** Messages are the fast path and may be lost at any time; the doorbell after every reconnection and poll is the floor. */
export function createListening(options: ListeningOptions): Listening {
  const { connections, channelOf, pollMs, onEvents, onDoorbell } = options;
  const { channels, onReady } = connections;
  const sources = new Map<string, string>();

  async function start(source: string): Promise<void> {
    const channel = channelOf(source);
    sources.set(channel, source);
    await channels.listen(channel);
  }

  function stop(source: string): void {
    const channel = channelOf(source);
    sources.delete(channel);
    channels.leave(channel);
  }

  function onMessage(channel: string, text: string): void {
    const source = sources.get(channel);
    if (source === undefined) return;
    const events = decodeMessage(text, source);
    if (events === null) onDoorbell();
    else onEvents(source, events);
  }

  function poll(): void {
    onDoorbell();
    channels.check();
  }

  channels.begin({ onMessage, onGap: onDoorbell });
  onReady(onDoorbell);
  const timer = setInterval(poll, pollMs);

  return { start, stop, close: () => clearInterval(timer) };
}

import type { Cluster, Redis } from 'ioredis';
import { EventLogUnavailableError } from '../event-log.ts';
import type { Channels } from './channels.ts';

/** A connection to one server, or one to each server of a cluster. Commands of several keys name keys of one slot. */
export type RedisClient = Redis | Cluster;

/**
 * Three connections to each server that has events, so that neither a long replay nor a flood of messages holds up an
 * append. They connect again by themselves, wherever the events are by then.
 */
export interface Connections {
  readonly writer: RedisClient;
  readonly reader: RedisClient;
  readonly channels: Channels;
  /** The command that announces on `channels`. In a cluster a message stays in the shard of its channel. */
  readonly publishCommand: 'PUBLISH' | 'SPUBLISH';
  /** For people: hosts and ports, never a password. */
  readonly address: string;
  /** The servers that take writes, as far as they are known now; connections that `writer` uses. */
  readonly masters: () => readonly Redis[];
  /** The connection of `writer` to the server that has a key now, where one is known. */
  readonly masterOf: (key: string) => Redis | undefined;
  /**
   * Calls back whenever a connection of `writer` or `reader` is there again, or another server than before may answer:
   * what was known about the servers has to be asked anew. Not called for what was there before.
   */
  readonly onReady: (listener: () => void) => void;
  readonly disconnect: () => void;
}

/**
 * Runs commands, and turns whatever ioredis throws into ours: its own errors carry arguments, and so payloads and
 * passwords.
 * @throws EventLogUnavailableError whatever the reason.
 */
export async function command<Reply>(run: () => Promise<Reply>): Promise<Reply> {
  try {
    return await run();
  } catch (error) {
    const { message } = error as Error;
    const isUnconnected = /^(?:Stream isn't writeable|Cluster isn't ready|None of startup nodes)/.test(
      message,
    );
    const reason = isUnconnected ? 'it is not connected' : message;
    throw new EventLogUnavailableError(`Redis does not take commands: ${reason}`);
  }
}

import type { RedisOptions } from 'ioredis';
import type { ConnectionOptions } from 'node:tls';
import type { Logger } from '../logger.ts';
import type { Credentials } from './address.ts';

/** What every connection needs to know. */
export interface ClientSettings {
  /** null without TLS. */
  readonly tls: ConnectionOptions | null;
  readonly log: Logger;
  /** Bound of every command and of every attempt to connect. */
  readonly commandTimeoutMs: number;
  /** Spreads reconnections, 0 to 1. */
  readonly random: () => number;
}

/** Without the option whose absence its type can't say. */
export type ServerOptions = Omit<RedisOptions, 'replyMapping'>;

const RECONNECT_DELAY_MS_MAX = 1000;

/** How long to wait before an attempt to connect again, the first being 1. */
export function reconnectDelayMs(attempt: number, random: () => number): number {
  return Math.min(50 * 2 ** Math.min(attempt, 10), RECONNECT_DELAY_MS_MAX) * (0.5 + random() / 2);
}

/** The settings of one connection to one server. */
export function serverOptions(
  name: string,
  credentials: Credentials,
  settings: ClientSettings,
): ServerOptions {
  const { tls, commandTimeoutMs, random } = settings;
  return {
    ...credentials,
    ...(tls !== null && { tls }),
    connectionName: `sluice-events-${name}`,
    lazyConnect: true,
    connectTimeout: commandTimeoutMs,
    commandTimeout: commandTimeoutMs,
    // A peer that stays silent for longer is given up, and connected to anew.
    socketTimeout: 2 * commandTimeoutMs,
    // ioredis arms this timer even when the socket is gone already; it must not outlive `close`.
    disconnectTimeout: 0,
    // Nothing waits for a Redis that is gone: what is under way fails with the connection, what comes later at once.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // Subscribing again is done by hand at `ready`, where a failure is seen.
    autoResubscribe: false,
    // A server that became a replica behind our back: where the writes go now is found by connecting anew.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    retryStrategy: (attempt) => reconnectDelayMs(attempt, random),
  };
}

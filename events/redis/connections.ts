import { Redis, type RedisOptions } from 'ioredis';
import { EventLogUnavailableError } from '../event-log.ts';
import type { Logger } from '../logger.ts';

export interface ConnectionsOptions {
  readonly url: string;
  readonly log: Logger;
  /** Bound of every command and of every attempt to connect. */
  readonly commandTimeoutMs: number;
  readonly random: () => number;
}

/** Three connections, so that neither a long replay nor a flood of messages holds up an append. */
export interface Connections {
  readonly writer: Redis;
  readonly reader: Redis;
  readonly listener: Redis;
  /** For people: host and port, never a password. */
  readonly address: string;
  readonly disconnect: () => void;
}

/** Without the option whose absence its type can't say. */
type Settings = Omit<RedisOptions, 'replyMapping'>;

const RECONNECT_DELAY_MS_MAX = 1000;

/**
 * Connects, or fails to: it resolves after the first attempt either way, and the connections go on trying.
 * @throws EventLogUnavailableError for a URL that ioredis can't read.
 */
export async function openConnections(options: ConnectionsOptions): Promise<Connections> {
  const { url, commandTimeoutMs, random } = options;
  const settings: Settings = {
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
    retryStrategy: (attempt) =>
      Math.min(50 * 2 ** Math.min(attempt, 10), RECONNECT_DELAY_MS_MAX) * (0.5 + random() / 2),
  };
  const names = ['writer', 'reader', 'listener'] as const;
  const opened = names.map((name) => open(name, settings, options));
  const [writer, reader, listener] = opened as [Redis, Redis, Redis];
  await Promise.allSettled(opened.map((redis) => redis.connect()));
  const disconnect = (): void => opened.forEach((redis) => redis.disconnect());
  return { writer, reader, listener, address: addressOf(url), disconnect };
}

function open(name: string, settings: Settings, { url, log }: ConnectionsOptions): Redis {
  const redis = createClient(url, { ...settings, connectionName: `sluice-events-${name}` });
  let down = false;
  redis.on('error', (error: Error) => {
    if (!down) log.warn({ connection: name, reason: error.message }, 'Redis is not reachable; trying again');
    down = true;
  });
  redis.on('ready', () => {
    if (down) log.info({ connection: name }, 'Redis is reached again');
    down = false;
  });
  return redis;
}

/** The reason stays unsaid where it could repeat the URL. */
function createClient(url: string, settings: Settings): Redis {
  try {
    return new Redis(url, settings);
  } catch {
    throw new EventLogUnavailableError('The Redis URL of the event log is malformed');
  }
}

function addressOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'at a malformed address';
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
    const reason = message.startsWith("Stream isn't writeable") ? 'it is not connected' : message;
    throw new EventLogUnavailableError(`Redis does not take commands: ${reason}`);
  }
}

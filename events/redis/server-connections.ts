import { Redis } from 'ioredis';
import type { RedisAddress } from './address.ts';
import { createChannels } from './channels.ts';
import {
  reconnectDelayMs,
  serverOptions,
  type ClientSettings,
  type ServerOptions,
} from './client-settings.ts';
import type { Connections } from './connections.ts';
import { watchReachability } from './reachability.ts';

type ServerAddress = Exclude<RedisAddress, { kind: 'cluster' }>;

/**
 * Opens the connections to one server, or to the master that Sentinels name: they are asked anew at each attempt to
 * connect, and tell of a failover as it happens.
 */
export async function openServer(address: ServerAddress, settings: ClientSettings): Promise<Connections> {
  const open = (name: string): { redis: Redis; close: () => void } => {
    const options = { ...serverOptions(name, address.credentials, settings), db: address.db };
    const redis = new Redis({ ...options, ...placeOf(address, settings) });
    const reachability = watchReachability(name, settings.log);
    redis.on('error', reachability.lost);
    redis.on('ready', reachability.found);
    return { redis, close: keepOpen(redis, settings) };
  };
  const all = [open('writer'), open('reader'), open('listener')] as const;
  await Promise.all(all.map(({ redis }) => firstAttempt(redis)));
  const [{ redis: writer }, { redis: reader }, { redis: listener }] = all;
  return {
    writer,
    reader,
    channels: createChannels(listener),
    publishCommand: 'PUBLISH',
    address: address.text,
    masters: () => [writer],
    masterOf: () => writer,
    onReady: (heard) => {
      for (const redis of [writer, reader]) redis.on('ready', heard);
    },
    disconnect: () => all.forEach(({ close }) => close()),
  };
}

function placeOf(address: ServerAddress, { tls, commandTimeoutMs, random }: ClientSettings): ServerOptions {
  if (address.kind === 'server') return { ...address.hosts[0] };
  const { username, password } = address.sentinelCredentials;
  return {
    sentinels: [...address.hosts],
    name: address.masterName,
    ...(username !== undefined && { sentinelUsername: username }),
    ...(password !== undefined && { sentinelPassword: password }),
    ...(tls !== null && { sentinelTLS: tls, enableTLSForSentinelMode: true }),
    sentinelCommandTimeout: commandTimeoutMs,
    // Without a delay ioredis would give up for ever when no Sentinel answers.
    sentinelRetryStrategy: (attempt) => reconnectDelayMs(attempt, random),
    sentinelReconnectStrategy: (attempt) => reconnectDelayMs(attempt, random),
    // A master that was cut off takes writes until it hears of its successor; whoever hears of it first leaves.
    failoverDetector: true,
  };
}

/**
 * Connects again where ioredis gives up: it ends a connection for good when it hears of a failover while it asks a Sentinel
 * for the master.
 * @returns what closes the connection
 */
function keepOpen(redis: Redis, { random }: ClientSettings): () => void {
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  redis.on('end', () => {
    if (isClosed) return;
    timer = setTimeout(() => void redis.connect().catch(() => {}), reconnectDelayMs(1, random)).unref();
  });
  return () => {
    isClosed = true;
    clearTimeout(timer);
    redis.disconnect();
  };
}

/** Resolves when a connection is there, or something stood against it for the first time. */
function firstAttempt(redis: Redis): Promise<void> {
  return new Promise((resolve) => {
    redis.once('error', () => resolve());
    redis.connect().then(resolve, () => resolve());
  });
}

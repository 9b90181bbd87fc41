import { Cluster, type Redis } from 'ioredis';
import type { RedisAddress } from './address.ts';
import { reconnectDelayMs, serverOptions, type ClientSettings } from './client-settings.ts';
import type { Connections } from './connections.ts';
import { watchReachability, type Reachability } from './reachability.ts';
import { createShardedChannels } from './sharded-channels.ts';
import { slotOf } from './slot.ts';

type ClusterAddress = Extract<RedisAddress, { kind: 'cluster' }>;

/** Opens the connections to the masters of a cluster, as the hosts of the address know them. */
export async function openCluster(address: ClusterAddress, settings: ClientSettings): Promise<Connections> {
  const writer = createCluster('writer', address, settings);
  const reader = createCluster('reader', address, settings);
  const both = [writer, reader];
  const channels = createShardedChannels({ cluster: reader, address, settings });
  await Promise.all(both.map(firstAttempt));
  return {
    writer,
    reader,
    channels,
    publishCommand: 'SPUBLISH',
    address: address.text,
    masters: () => writer.nodes('master'),
    masterOf: (key) => nodeAt(writer, writer.slots[slotOf(key)]?.[0]),
    onReady: (heard) => {
      for (const cluster of both) onTopologyChange(cluster, heard);
    },
    disconnect: () => {
      for (const cluster of both) cluster.disconnect();
      channels.disconnect();
    },
  };
}

/**
 * A client that knows which server has which slot, and learns of it by MOVED and ASK. What it sends again itself, after
 * TRYAGAIN, CLUSTERDOWN or a lost connection, does no harm, as each of our commands may be done twice; it does so within
 * the time of the command.
 */
function createCluster(name: string, address: ClusterAddress, settings: ClientSettings): Cluster {
  const { log, commandTimeoutMs, random } = settings;
  const cluster = new Cluster([...address.hosts], {
    lazyConnect: true,
    enableOfflineQueue: false,
    slotsRefreshTimeout: Math.min(commandTimeoutMs, 1000),
    clusterRetryStrategy: (attempt) => reconnectDelayMs(attempt, random),
    // A certificate is for the name: the connection looks it up by itself.
    dnsLookup: (host, found) => found(null, host),
    redisOptions: serverOptions(name, address.credentials, settings),
  });
  const reachabilities = new Map<string, Reachability>();
  const of = (server: string): Reachability => {
    const known = reachabilities.get(server) ?? watchReachability(`${name} to ${server}`, log);
    reachabilities.set(server, known);
    return known;
  };
  cluster.on('node error', (error: Error, server: string) => of(server).lost(error));
  cluster.on('error', () => {});
  cluster.on('ready', () => cluster.nodes('master').forEach(connect));
  cluster.on('+node', (node: Redis) => {
    node.on('ready', () => of(keyOf(node)).found());
    // While it asks which servers there are, ioredis needs them as they are.
    if (cluster.status === 'ready') setImmediate(() => connect(node));
  });
  return cluster;
}

/** Resolves when the masters are connected, or something stood against it for the first time. */
async function firstAttempt(cluster: Cluster): Promise<void> {
  await new Promise<void>((resolve) => {
    // The promise of `connect` never settles where the cluster is found, but is not whole.
    for (const event of ['ready', 'close']) cluster.once(event, () => resolve());
    cluster.connect().catch(() => {});
  });
  await Promise.all(cluster.nodes('master').map(settled));
}

/** ioredis would connect with the first command, and hold up or refuse those that come meanwhile. */
function connect(node: Redis): void {
  if (node.status === 'wait' && node.options.readOnly !== true) node.connect().catch(() => {});
}

/** Resolves when a connection to a master is there, or failed. */
function settled(node: Redis): Promise<void> {
  connect(node);
  return new Promise((resolve) => {
    if (node.status === 'ready' || node.status === 'end') resolve();
    else for (const event of ['ready', 'close']) node.once(event, () => resolve());
  });
}

/** Calls back when a server is there again, and when slots have another master. */
function onTopologyChange(cluster: Cluster, heard: () => void): void {
  let masters = mastersOf(cluster);
  const watch = (node: Redis): void => void node.on('ready', heard);
  cluster.nodes('all').forEach(watch);
  cluster.on('+node', watch);
  cluster.on('refresh', () => {
    const now = mastersOf(cluster);
    const isOther = now.some((master, slot) => master !== masters[slot]);
    masters = now;
    if (isOther) heard();
  });
}

function mastersOf({ slots }: Cluster): (string | undefined)[] {
  return Array.from({ length: 16_384 }, (_, slot) => slots[slot]?.[0]);
}

function nodeAt(cluster: Cluster, key: string | undefined): Redis | undefined {
  return cluster.nodes('master').find((node) => keyOf(node) === key);
}

function keyOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}

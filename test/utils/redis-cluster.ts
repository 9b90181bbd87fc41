import { Cluster, Command, Redis } from 'ioredis';
import { freePort } from './free-port.ts';
import { startRedisServer, type RedisServer } from './redis-server.ts';
import { until } from './until.ts';

const SLOTS = 16_384;
const MASTERS = 3;

/** A server of a cluster, and a connection of the test's own to it. */
export interface ClusterNode {
  readonly server: RedisServer;
  readonly redis: Redis;
}

/** Three masters with a third of the slots each, and their replicas where there are some. */
export interface RedisCluster {
  readonly url: string;
  readonly masters: readonly ClusterNode[];
  /** The replica of each master, in the same order. */
  readonly replicas: readonly ClusterNode[];
  /** A client that finds the server of a key. */
  readonly admin: Cluster;
  /** The master that had the slot of a key in the beginning. */
  masterOf(key: string): ClusterNode;
  /** Moves the slot of a key from one master to another. */
  moveSlot(key: string, from: ClusterNode, to: ClusterNode): Promise<void>;
  /** Ends all of them. */
  close(): Promise<void>;
}

export interface RedisClusterOptions {
  /** Whether each master has a replica. @default false */
  readonly withReplicas?: boolean;
  /** How long a server is silent before it is taken for down. @default 60000: not on a slow machine */
  readonly nodeTimeoutMs?: number;
  /** More arguments of `redis-server`, of the first one and so on. */
  readonly argsOf?: (at: number) => readonly string[];
}

/** Starts everything on free ports, and waits until each server takes the cluster for whole. */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { withReplicas = false, nodeTimeoutMs = 60_000, argsOf = () => [] } = options;
  const count = withReplicas ? 2 * MASTERS : MASTERS;
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, at) => startNode(nodeTimeoutMs, argsOf(at))),
  );
  const [first] = nodes as [ClusterNode & { readonly busPort: number }];
  const masters = nodes.slice(0, MASTERS);
  const replicas = nodes.slice(MASTERS);
  await Promise.all(
    masters.map(({ redis }, at) => redis.cluster('ADDSLOTSRANGE', firstSlot(at), firstSlot(at + 1) - 1)),
  );
  await Promise.all(nodes.map(({ redis }, at) => redis.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1)));
  for (const { redis } of nodes.slice(1)) {
    await redis.call('CLUSTER', 'MEET', '127.0.0.1', first.server.port, first.busPort);
  }
  for (const node of nodes) await untilWhole(node, count);
  for (const [at, { redis }] of replicas.entries()) {
    await redis.cluster('REPLICATE', await idOf(masters[at] as ClusterNode));
    await until('the replica is in sync', async () =>
      /^master_link_status:up/m.test(await redis.info('replication')),
    );
  }
  const hosts = masters.map(({ server }) => `127.0.0.1:${server.port}`);
  const admin = new Cluster(
    masters.map(({ server }) => ({ host: '127.0.0.1', port: server.port })),
    { redisOptions: { disconnectTimeout: 0 } },
  );
  admin.on('error', () => {});
  return {
    url: `redis-cluster://${hosts.join()}`,
    masters,
    replicas,
    admin,
    masterOf: (key) => masters[Math.floor((slotOf(key) * MASTERS) / SLOTS)] as ClusterNode,
    moveSlot: (key, from, to) => moveSlot(slotOf(key), from, to, masters),
    close: async () => {
      admin.disconnect();
      for (const { redis } of nodes) redis.disconnect();
      await Promise.all(nodes.map(({ server }) => server.close()));
    },
  };
}

async function startNode(
  nodeTimeoutMs: number,
  args: readonly string[],
): Promise<ClusterNode & { readonly busPort: number }> {
  const busPort = await freePort();
  const server = await startRedisServer({
    appendOnly: true,
    args: ['--cluster-enabled', 'yes', '--cluster-port', String(busPort)].concat(
      ['--cluster-node-timeout', String(nodeTimeoutMs), '--repl-diskless-sync-delay', '0'],
      args,
    ),
  });
  const redis = new Redis({ port: server.port, host: '127.0.0.1', disconnectTimeout: 0 });
  redis.on('error', () => {});
  return { server, redis, busPort };
}

async function untilWhole({ redis }: ClusterNode, count: number): Promise<void> {
  const whole = new RegExp(`^cluster_state:ok[^]*^cluster_known_nodes:${count}\r`, 'm');
  await until('the cluster is whole', async () => whole.test(await redis.cluster('INFO')));
}

/** As `redis-cli --cluster reshard` does it. */
async function moveSlot(
  slot: number,
  from: ClusterNode,
  to: ClusterNode,
  masters: readonly ClusterNode[],
): Promise<void> {
  const [fromId, toId] = [await idOf(from), await idOf(to)];
  await to.redis.cluster('SETSLOT', slot, 'IMPORTING', fromId);
  await from.redis.cluster('SETSLOT', slot, 'MIGRATING', toId);
  for (;;) {
    const keys = await from.redis.cluster('GETKEYSINSLOT', slot, 100);
    if (keys.length === 0) break;
    await from.redis.call('MIGRATE', '127.0.0.1', to.server.port, '', 0, 5000, 'KEYS', ...keys);
  }
  for (const { redis } of [to, from, ...masters]) await redis.cluster('SETSLOT', slot, 'NODE', toId);
}

async function idOf({ redis }: ClusterNode): Promise<string> {
  return (await redis.call('CLUSTER', 'MYID')) as string;
}

/** The first slot of a master, or the end of the slots. */
function firstSlot(master: number): number {
  return Math.ceil((master * SLOTS) / MASTERS);
}

function slotOf(key: string): number {
  return new Command('get', [key]).getSlot();
}

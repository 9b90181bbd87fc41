import { Redis } from 'ioredis';
import type { EventLog } from '../../../events/event-log.ts';
import { createRedisEventLog, type RedisEventLogOptions } from '../../../events/redis/redis-event-log.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { until } from '../../utils/until.ts';
import { createMovableAddress, type MovableAddress } from './movable-address.ts';

/** One of two servers, with a connection of the test's own. */
export interface Member {
  readonly server: RedisServer;
  readonly admin: Redis;
}

/** Two servers that replicate, and logs at addresses that lead to either. */
export interface Failover {
  readonly first: () => Member;
  readonly second: () => Member;
  /** Opens a log as a node of its own, at an address of its own that leads to the first server. */
  readonly open: (options?: Partial<RedisEventLogOptions>) => Promise<EventLog>;
  /** Leads a log, or all that were opened, to a server. */
  readonly lead: (member: Member, log?: EventLog) => void;
  readonly replicate: (master: Member, replica: Member) => Promise<void>;
  readonly promote: (member: Member) => Promise<unknown>;
  /** From now on a replica gets nothing of what its master takes. */
  readonly freeze: (replica: Member, master: Member) => Promise<void>;
  /** kill -9 of the master; the replica, which may be frozen, takes its place and its address. */
  readonly failOver: (master: Member, replica: Member) => Promise<void>;
}

/** Registers the hooks that start and end it all; the second server begins as a replica of the first. */
export function useFailover(): Failover {
  let members: Member[] = [];
  let addresses = new Map<EventLog, MovableAddress>();
  const [first, second] = [() => members[0] as Member, () => members[1] as Member];

  async function replicate(master: Member, replica: Member): Promise<void> {
    await replica.admin.replicaof('127.0.0.1', master.server.port);
    await until('the replica has everything', async () => {
      const info = await replica.admin.info('replication');
      const isUp = /^master_link_status:up/m.test(info) && !/^master_sync_in_progress:1/m.test(info);
      return isUp && offsetIn(info) === offsetIn(await master.admin.info('replication'));
    });
  }

  beforeEach(async () => {
    members = [await start(), await start()];
    addresses = new Map();
    await replicate(first(), second());
  });
  afterEach(async () => {
    await Promise.all([...addresses.keys()].map((log) => log.close()));
    await Promise.all([...addresses.values()].map((address) => address.close()));
    for (const { admin } of members) admin.disconnect();
    await Promise.all(members.map(({ server }) => server.close()));
  });

  const lead: Failover['lead'] = ({ server }, log) => {
    for (const [one, address] of addresses) {
      if (log === undefined || log === one) address.leadTo(server.port);
    }
  };

  return {
    first,
    second,
    lead,
    replicate,
    promote,
    open: async (options = {}) => {
      const address = await createMovableAddress(first().server.port);
      const log = await createRedisEventLog({
        url: address.url,
        commandTimeoutMs: 1000,
        pollMs: 100,
        ...options,
      });
      addresses.set(log, address);
      return log;
    },
    freeze: async (replica, master) => {
      replica.server.pause();
      // What the socket of the frozen server holds would be read when it thaws.
      await master.admin.call('CLIENT', 'KILL', 'TYPE', 'replica');
    },
    failOver: async (master, replica) => {
      await master.server.kill();
      replica.server.resume();
      await promote(replica);
      lead(replica);
    },
  };
}

async function start(): Promise<Member> {
  const server = await startRedisServer({ args: ['--repl-diskless-sync-delay', '0'] });
  const admin = new Redis(server.url, { disconnectTimeout: 0 });
  admin.on('error', () => {});
  return { server, admin };
}

function promote({ admin }: Member): Promise<unknown> {
  return admin.replicaof('NO', 'ONE');
}

function offsetIn(replication: string): string | undefined {
  return /^(?:master|slave)_repl_offset:(\d+)/m.exec(replication)?.[1];
}

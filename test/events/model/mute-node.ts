import { Redis } from 'ioredis';
import type { EventLog } from '../../../events/event-log.ts';
import { sourceKeys } from '../../../events/redis/keys.ts';
import { createRedisEventLog } from '../../../events/redis/redis-event-log.ts';
import type { Store } from '../conformance/sibling.ts';
import { sources } from './operations.ts';

/** A node whose user may not publish: the others find what it appends by the hole before the next message. */
export interface MuteNode {
  readonly log: EventLog;
  /** Makes the others look, as they do each second by themselves. */
  readonly ring: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** @returns null where there are no messages, or no users. */
export async function openMuteNode({ childArgs }: Store): Promise<MuteNode | null> {
  const [kind, url = '', keyPrefix = ''] = childArgs;
  if (kind !== 'redis' || !url.startsWith('redis://')) return null;
  const admin = new Redis(url);
  await admin.call('ACL', 'SETUSER', 'mute', 'on', 'nopass', '~*', 'resetchannels', '+@all');
  const log = await createRedisEventLog({
    url: url.replace('redis://', 'redis://mute:any@'),
    keyPrefix,
    commandTimeoutMs: 5000,
  });
  return {
    log,
    ring: () =>
      Promise.all(sources.map((source) => admin.publish(sourceKeys(keyPrefix, source).channel, 'look'))),
    close: async () => {
      await log.close();
      admin.disconnect();
    },
  };
}

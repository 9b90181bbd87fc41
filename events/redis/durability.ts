import type { Redis } from 'ioredis';
import type { Logger } from '../logger.ts';

export interface Durability {
  /**
   * What makes this Redis less durable than a disk, for people; empty when nothing is known to. Waits for a look
   * that is under way.
   */
  readonly shortcomings: () => Promise<readonly string[]>;
}

/** Looks at each connection how Redis is configured, and warns when what it lacks is not what it lacked before. */
export function watchDurability(redis: Redis, log: Logger): Durability {
  let found: readonly string[] = [];
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    // A user with restricted rights may not ask; then nothing is known, but that losses can't be noticed.
    const [persistence, policy] = await Promise.all([
      redis.info('persistence').catch(({ message }: Error) => message),
      redis.config('GET', 'maxmemory-policy').catch(() => []),
    ]);
    const lacking = shortcomingsOf(persistence, (policy as string[])[1]);
    if (lacking.length > 0 && lacking.join() !== found.join()) {
      log.warn({ shortcomings: lacking }, 'Redis may lose events that it took');
    }
    found = lacking;
  }

  const lookNow = (): void => void (looking = look());
  redis.on('ready', lookNow);
  if (redis.status === 'ready') lookNow();
  return { shortcomings: () => looking.then(() => found) };
}

function shortcomingsOf(persistence: string, policy: string | undefined): string[] {
  const lacking: string[] = [];
  if (persistence.startsWith('NOPERM')) {
    lacking.push('INFO is not permitted, so that losses may go unnoticed');
  }
  if (/^aof_enabled:0/m.test(persistence)) lacking.push('appendonly is off');
  if (policy !== undefined && policy !== 'noeviction') lacking.push(`maxmemory-policy is ${policy}`);
  return lacking;
}

import type { Redis } from 'ioredis';
import type { Logger } from '../logger.ts';
import type { Connections } from './connections.ts';

export interface Durability {
  /**
   * What makes this Redis less durable than a disk, for people; empty when nothing is known to. Waits for a look
   * that is under way.
   */
  readonly shortcomings: () => Promise<readonly string[]>;
}

/** Looks at each connection how the masters are configured, and warns when what they lack is not what they lacked before. */
export function watchDurability({ masters, onReady }: Connections, log: Logger): Durability {
  let found: readonly string[] = [];
  let looking: Promise<void> = Promise.resolve();

  async function look(): Promise<void> {
    const ofEach = await Promise.all(masters().map(lackedBy));
    const lacking = [...new Set(ofEach.flat())];
    if (lacking.length > 0 && lacking.join() !== found.join()) {
      log.warn({ shortcomings: lacking }, 'Redis may lose events that it took');
    }
    found = lacking;
  }

  const lookNow = (): void => void (looking = look());
  onReady(lookNow);
  lookNow();
  return { shortcomings: () => looking.then(() => found) };
}

/** Of a server that does not answer nothing is known, of a user who may not ask only that losses can't be noticed. */
async function lackedBy(master: Redis): Promise<string[]> {
  if (master.status !== 'ready') return [];
  const [persistence, policy] = await Promise.all([
    master.info('persistence').catch(({ message }: Error) => message),
    master.config('GET', 'maxmemory-policy').catch(() => []),
  ]);
  return shortcomingsOf(persistence, (policy as string[])[1]);
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

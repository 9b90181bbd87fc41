import { createRedisEventLog } from '../../../events/redis/redis-event-log.ts';
import { source } from './numbers.ts';

/** The numbers that a Redis has, in the order of the log. @param url as a gateway gets it */
export async function keptNumbers(url: string): Promise<number[]> {
  const log = await createRedisEventLog({ url });
  try {
    const events = await log.read(source, null, 100_000);
    return events.map(({ id }) => Number(id.slice(1)));
  } finally {
    await log.close();
  }
}

import { randomUUID } from 'node:crypto';
import type { ResultStream } from './result-stream.ts';
import { until } from './until.ts';

/**
 * Waits until subscriptions are live. Nothing tells a client so but an event: one is delivered again and again until
 * each has seen one, and a last one ends the wait. What they get afterwards was not there before.
 * @param deliver delivers an event of theirs under the given id
 */
export async function untilLive(
  streams: readonly ResultStream[],
  deliver: (id: string) => Promise<unknown>,
): Promise<void> {
  let isLive = false;
  const arrivals = Promise.all(streams.map((stream) => stream.next())).finally(() => (isLive = true));
  arrivals.catch(() => {});
  await until('subscriptions are live', async () => {
    if (!isLive) await deliver(`opening-${randomUUID()}`);
    return isLive;
  });
  await arrivals;
  const last = `opened-${randomUUID()}`;
  await deliver(last);
  await Promise.all(streams.map((stream) => stream.through((result) => eventIdOf(result) === last)));
}

const eventIdOf = ({ extensions }: Awaited<ReturnType<ResultStream['next']>>) => extensions?.event?.id;

import { randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as IoRedis from 'ioredis';
import type { VerifiedDelivery } from '../../events/event-log.ts';
import { encodeEvent } from '../../events/redis/event-text.ts';
import { sourceKeys } from '../../events/redis/keys.ts';
import { createScripts } from '../../events/redis/scripts.ts';
import { serveLoads } from './contender.ts';
import { source } from './events.ts';

/**
 * The limit: ioredis with its own defaults, the same script for what one turn of the event loop brings, at most 64 at a time,
 * and `JSON.parse` of each message. It bounds nothing, has no timeout, and finds no hole. The peers bring another ioredis into
 * this folder: this is the one that Sluice uses.
 */
const { Redis } = createRequire(new URL('../../package.json', import.meta.url))('ioredis') as typeof IoRedis;
const batchMax = 64;
const idSeconds = 7 * 24 * 3600;
const writer = new Redis(process.argv[2] ?? '');
const listener = new Redis(process.argv[2] ?? '');
const { head, stream, channel, id: idKey } = sourceKeys('bare:', source);
const { lua, sha } = createScripts('PUBLISH').append;
await writer.script('LOAD', lua);
const epoch = randomUUID();
/** By which the script knows that the same Redis wrote last, and asks it nothing more. */
let fence = '';
let waiting: { delivery: VerifiedDelivery; done: () => void; failed: (error: unknown) => void }[] = [];

function append(delivery: VerifiedDelivery): Promise<void> {
  return new Promise((done, failed) => {
    if (waiting.length === 0) setImmediate(flush);
    waiting.push({ delivery, done, failed });
  });
}

function flush(): void {
  const all = waiting;
  waiting = [];
  for (let at = 0; at < all.length; at += batchMax) {
    const batch = all.slice(at, at + batchMax);
    const settle = (key: 'done' | 'failed') => (value: unknown) => {
      for (const entry of batch) entry[key](value);
    };
    const keys = [head, stream, ...batch.map(({ delivery }) => idKey(delivery.id))];
    const events = batch.flatMap(({ delivery }) => [delivery.bodyHash, encodeEvent(delivery)]);
    writer
      .evalsha(sha, keys.length, ...keys, epoch, fence, '', idSeconds, channel, 'each', ...events)
      .then((reply) => (fence = (reply as string[])[1] || fence))
      .then(settle('done'), settle('failed'));
  }
}

await serveLoads({
  append,
  async listen(onIds) {
    listener.on('message', (_channel: string, text: string) => {
      const [, ...events] = text.split('\n');
      onIds(events.map((event) => (JSON.parse(event) as { id: string }).id));
    });
    await listener.subscribe(channel);
  },
});

import { randomUUID } from 'node:crypto';
import type { EventLog } from '../event-log.ts';
import { startJanitor, type Janitor } from '../janitor.ts';
import type { Logger } from '../logger.ts';
import { sweepEveryMs, type Retention } from '../retention.ts';
import { createRedisSweep, type SweepOptions } from './sweep.ts';

type Appends = Pick<EventLog, 'append' | 'appendAll'>;

export interface RedisJanitor extends Janitor {
  /** The same appends; their sources are known to the janitors of all nodes from then on. */
  readonly watching: (appends: Appends) => Appends;
}

export interface RedisJanitorOptions extends Pick<SweepOptions, 'connections' | 'keyPrefix' | 'now'> {
  readonly log: Logger;
  /** Undefined: events are kept for ever, and there is no janitor. */
  readonly retention: Retention | undefined;
  /** Milliseconds from the end of a sweep to the next. @default by the age that is kept */
  readonly everyMs: number | undefined;
}

/** Starts the janitor of this node: of those of all nodes one sweeps at a time. */
export function startRedisJanitor(options: RedisJanitorOptions): RedisJanitor {
  const { connections, keyPrefix, log, retention, now } = options;
  if (retention === undefined) return { watching: (appends) => appends, close: () => {} };
  const { everyMs = sweepEveryMs(retention) } = options;
  const leaseMs = 2 * everyMs + 1000;
  const node = randomUUID();
  const { note, sweep } = createRedisSweep({ connections, keyPrefix, retention, node, leaseMs, now });
  const { close } = startJanitor({ sweep, everyMs, log });

  function watching({ append, appendAll }: Appends): Appends {
    return {
      append(deliveries) {
        for (const { source } of deliveries) note(source);
        return append(deliveries);
      },
      appendAll(deliveries) {
        for (const { source } of deliveries) note(source);
        return appendAll(deliveries);
      },
    };
  }

  return { watching, close };
}

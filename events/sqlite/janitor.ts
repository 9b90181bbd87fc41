import { startJanitor, type Janitor } from '../janitor.ts';
import type { Logger } from '../logger.ts';
import { ID_AGE_MS, markEveryMs, sweepEveryMs, type Retention } from '../retention.ts';
import type { Swept } from './messages.ts';
import type { WorkerClient } from './worker-client.ts';

export interface SqliteJanitorOptions {
  readonly request: WorkerClient['request'];
  readonly log: Logger;
  /** Undefined: events and ids are kept for ever, and there is no janitor. */
  readonly retention: Retention | undefined;
  /** Milliseconds from the end of a sweep to the next. @default by the age that is kept */
  readonly everyMs: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Starts the janitor of a file. It sweeps step by step: the thread commits what has come in between. */
export function startSqliteJanitor(options: SqliteJanitorOptions): Janitor {
  const { request, log, retention, now } = options;
  if (retention === undefined) return { close: () => {} };
  const { everyMs = sweepEveryMs(retention) } = options;
  const bounds = { ...retention, markEveryMs: markEveryMs(retention), idAgeMs: ID_AGE_MS };

  async function sweep(isClosed: () => boolean): Promise<number> {
    let removed = 0;
    while (!isClosed()) {
      const step = await request<Swept>({ kind: 'sweep', sweep: { ...bounds, nowMs: now() } });
      removed += step.events;
      if (step.isDone) break;
    }
    return removed;
  }

  return startJanitor({ sweep, everyMs, log });
}

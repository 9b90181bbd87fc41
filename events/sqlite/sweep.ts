import { ID_AGE_MS, markEveryMs, type Retention } from '../retention.ts';
import type { Swept } from './messages.ts';
import type { WorkerClient } from './worker-client.ts';

export interface SweepOptions {
  readonly request: WorkerClient['request'];
  readonly retention: Retention;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Sweeps step by step: the thread commits what has come in between. */
export function createSweep({ request, retention, now }: SweepOptions) {
  return async function sweep(isClosed: () => boolean): Promise<number> {
    const bounds = { ...retention, markEveryMs: markEveryMs(retention), idAgeMs: ID_AGE_MS };
    let removed = 0;
    while (!isClosed()) {
      const step = await request<Swept>({ kind: 'sweep', sweep: { ...bounds, nowMs: now() } });
      removed += step.events;
      if (step.isDone) break;
    }
    return removed;
  };
}

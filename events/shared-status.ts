import type { LogStatus } from './event-log.ts';

/**
 * Asks the store once for everybody who wants to know: questions under way are shared, and an answer is kept, so that
 * health checks cost the store no more than one write in that time.
 * @param ask must not reject.
 */
export function shareStatus(ask: () => Promise<LogStatus>, keptMs: number): () => Promise<LogStatus> {
  let shared: Promise<LogStatus> | null = null;
  let keptUntil = 0;

  async function askNow(): Promise<LogStatus> {
    const answer = await ask();
    keptUntil = performance.now() + keptMs;
    return answer;
  }

  return () => {
    if (shared === null || performance.now() >= keptUntil) {
      keptUntil = Number.POSITIVE_INFINITY;
      shared = askNow();
    }
    return shared;
  };
}

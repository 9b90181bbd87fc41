import { reasonOf } from './reason.ts';

export type BackgroundWork = ReturnType<typeof createBackgroundWork>;

/**
 * Work that goes on after a request was answered. A failure is logged and harms nobody.
 *
 * @param options.log takes one line of text
 */
export function createBackgroundWork({ log }: { log: (line: string) => void }) {
  const closing = new AbortController();
  const running = new Set<Promise<void>>();

  return {
    /** Starts some work. Its signal aborts when the service closes. */
    run(name: string, work: (signal: AbortSignal) => Promise<void>): void {
      const task = guard(name, work);
      running.add(task);
      void task.then(() => running.delete(task));
    },
    /** Aborts all work and waits for its end. */
    async close(): Promise<void> {
      closing.abort();
      await Promise.all(running);
    },
  };

  async function guard(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await work(closing.signal);
    } catch (error) {
      if (!closing.signal.aborted) log(`${name} failed: ${reasonOf(error)}`);
    }
  }
}

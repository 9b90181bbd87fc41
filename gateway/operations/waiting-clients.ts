/** Clients that wait for one piece of work. */
export interface WaitingClients {
  /** One more waits. @param signal aborted when it leaves; a client without one stays */
  join(signal: AbortSignal | undefined): void;
  /** Whether one is left. */
  areThere(): boolean;
  /** The work is done: their leaving is no longer looked at. */
  done(): void;
}

export function createWaitingClients(): WaitingClients {
  let count = 0;
  const finished = new AbortController();
  return {
    join(signal) {
      if (signal?.aborted) return;
      count += 1;
      signal?.addEventListener('abort', () => (count -= 1), { once: true, signal: finished.signal });
    },
    areThere: () => count > 0,
    done: () => finished.abort(),
  };
}

/** What came of an attempt: a value, or why there is none. */
export type AttemptResult<Value> = { readonly value: Value } | { readonly failed: string };

/**
 * Makes one call that may fail, and does not wait for one that ignores its signal.
 * @param call its `signal` aborts when it took too long or `ended` does
 */
export async function attempt<Value>(
  call: (signal: AbortSignal) => Promise<Value>,
  { ended, timeoutMs }: { ended: AbortSignal; timeoutMs: number },
): Promise<AttemptResult<Value>> {
  const isOver = new AbortController();
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([ended, timeout]);
  const aborted = new Promise<never>((_resolve, reject) => {
    const abort = () => reject(new Error('aborted'));
    signal.addEventListener('abort', abort, { once: true, signal: isOver.signal });
    if (signal.aborted) abort();
  });
  try {
    const called = (async () => call(signal))();
    return { value: await Promise.race([called, aborted]) };
  } catch (error) {
    if (timeout.aborted) return { failed: `no answer within ${timeoutMs} ms` };
    return { failed: error instanceof Error ? error.message : String(error) };
  } finally {
    isOver.abort();
  }
}

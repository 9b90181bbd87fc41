import { setTimeout } from 'node:timers/promises';

/**
 * Waits for something that no event tells of: asks again and again until the answer is neither undefined nor false.
 * @param what for the message when it never is
 * @param timeoutMs @default 20000
 */
export async function until<Value>(
  what: string,
  ask: () => Promise<Value | undefined | false>,
  timeoutMs = 20_000,
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await ask();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    await setTimeout(20);
  }
}

/** Waits for a promise, but not for ever. */
export async function within<Value>(
  what: string,
  promise: Promise<Value>,
  timeoutMs = 20_000,
): Promise<Value> {
  const late = new AbortController();
  const timeout = setTimeout(timeoutMs, undefined, { signal: late.signal }).then(
    () => {
      throw new Error(`Waited ${timeoutMs} ms in vain: ${what}`);
    },
    () => new Promise<never>(() => {}),
  );
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    late.abort();
  }
}

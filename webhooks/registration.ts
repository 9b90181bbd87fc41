import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../events/logger.ts';

/** One callback that a service has to be told about. */
export interface CallbackRegistration {
  readonly source: string;
  /** For people, in status and log: `POST /subscriptions`. No URL with credentials. */
  readonly describe: string;
  /**
   * Registers once; rejects when the service refused or was not reached. The message of the error is shown in
   * status and log. It is called again and again, so the service must take the same callback URL as the same
   * registration. `signal` aborts when the attempt took too long or registration is closed.
   */
  readonly register: (signal: AbortSignal) => Promise<unknown>;
}

/** How failures are retried: after `firstDelayMs`, then twice as long each time, less up to half at random. */
export interface RegistrationRetry {
  /** @default 1_000 */
  readonly firstDelayMs?: number;
  /** @default 60_000 */
  readonly delayMsMax?: number;
  /** After which an attempt counts as failed. @default 10_000 */
  readonly attemptTimeoutMs?: number;
}

export interface CallbackRegistrationOptions {
  readonly registrations: readonly CallbackRegistration[];
  readonly retry?: RegistrationRetry;
  /**
   * After which a callback that was registered is registered again, less up to half at random: a service that was
   * restarted may have forgotten it.
   * @default 300_000
   */
  readonly refreshMs?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
  /** From 0 up to 1, as Math.random gives. */
  readonly random: () => number;
}

export interface RegistrationStatus {
  readonly source: string;
  readonly describe: string;
  /** `waiting`: not started, or the first attempt is running; `closed`: given up by `close()`. */
  readonly state: 'waiting' | 'registered' | 'retrying' | 'closed';
  /** Attempts begun so far. */
  readonly attempts: number;
  /** When the service last accepted, in ISO 8601; null before it did. */
  readonly lastSuccess: string | null;
  /** Why the last attempt failed; null when none failed or one succeeded since. */
  readonly lastError: string | null;
}

export interface CallbackRegistrar {
  /** Begins with every registration at once and returns. A second call, or one after `close()`, does nothing. */
  readonly start: () => void;
  /** One entry per registration, in the order given. */
  readonly status: () => readonly RegistrationStatus[];
  /** Cancels attempts and waits at once. A second call does nothing; what is registered stays registered. */
  readonly close: () => void;
}

/**
 * Registers callback URLs with services until this is closed: after a failure soon again, after a success slowly. A
 * service that can't be reached is never fatal: it shows in `status()`, and as one warning per failed attempt.
 */
export function createCallbackRegistration({
  registrations,
  retry: { firstDelayMs = 1_000, delayMsMax = 60_000, attemptTimeoutMs = 10_000 } = {},
  refreshMs = 300_000,
  now = Date.now,
  logger,
  random,
}: CallbackRegistrationOptions): CallbackRegistrar {
  const closing = new AbortController();
  const entries: Entry[] = registrations.map((registration) => ({
    registration,
    status: statusBefore(registration),
  }));
  let isStarted = false;

  async function run(entry: Entry): Promise<void> {
    for (let failures = 0; !closing.signal.aborted;) {
      entry.status = { ...entry.status, attempts: entry.status.attempts + 1 };
      const lastError = await attempt(entry.registration.register);
      if (closing.signal.aborted) return;
      failures = lastError === null ? 0 : failures + 1;
      const longestMs = failures === 0 ? refreshMs : Math.min(delayMsMax, firstDelayMs * 2 ** (failures - 1));
      const waitMs = Math.round(longestMs * (1 - random() / 2));
      if (lastError === null) succeeded(entry);
      else failed(entry, lastError, waitMs);
      await delay(waitMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
    }
  }

  /** Logged when it is news: not each time that a registration was repeated. */
  function succeeded(entry: Entry): void {
    const { source, describe, state, attempts } = entry.status;
    if (state !== 'registered') logger.info({ source, describe, attempts }, 'callback registered');
    const lastSuccess = new Date(now()).toISOString();
    entry.status = { ...entry.status, state: 'registered', lastError: null, lastSuccess };
  }

  function failed(entry: Entry, reason: string, retryInMs: number): void {
    const { source, describe, attempts } = entry.status;
    entry.status = { ...entry.status, state: 'retrying', lastError: reason };
    logger.warn({ source, describe, attempts, retryInMs, reason }, 'callback registration failed');
  }

  /** Null when it succeeded, otherwise why it failed. Does not wait for a `register` that ignores its signal. */
  async function attempt(register: CallbackRegistration['register']): Promise<string | null> {
    const ended = new AbortController();
    const timeout = AbortSignal.timeout(attemptTimeoutMs);
    const signal = AbortSignal.any([closing.signal, timeout]);
    try {
      await Promise.race([
        register(signal),
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')), {
            once: true,
            signal: ended.signal,
          });
        }),
      ]);
      return null;
    } catch (error) {
      if (timeout.aborted) return `no answer within ${attemptTimeoutMs} ms`;
      return error instanceof Error ? error.message : String(error);
    } finally {
      ended.abort();
    }
  }

  return {
    start() {
      if (isStarted) return;
      isStarted = true;
      for (const entry of entries) void run(entry);
    },
    status: () => entries.map(({ status }) => status),
    close() {
      if (closing.signal.aborted) return;
      closing.abort();
      for (const entry of entries) {
        if (entry.status.state !== 'registered') entry.status = { ...entry.status, state: 'closed' };
      }
    },
  };
}

interface Entry {
  readonly registration: CallbackRegistration;
  status: RegistrationStatus;
}

function statusBefore({ source, describe }: CallbackRegistration): RegistrationStatus {
  return { source, describe, state: 'waiting', attempts: 0, lastSuccess: null, lastError: null };
}

import { Worker } from 'node:worker_threads';
import { CursorExpiredError, EventLogUnavailableError } from '../event-log.ts';
import type { Failure, Reply, Work, WorkerOptions } from './messages.ts';
import { createOutbox } from './outbox.ts';

/** One running thread that owns the database. */
export interface Thread {
  /**
   * Sends work to the thread, in order.
   * @param onDone called in the order of the work, before any later reply is looked at.
   * @throws EventLogUnavailableError, CursorExpiredError
   */
  request<Value>(work: Work, onDone?: (value: Value) => void): Promise<Value>;
  /** Resolves when the thread has ended, with why. */
  readonly ended: Promise<EventLogUnavailableError>;
  /** Resolves when everything sent before is answered and the thread has ended. */
  close(): Promise<void>;
}

interface Waiting {
  readonly done: (value: unknown) => void;
  readonly fail: (error: Error) => void;
}

export type ThreadOptions = WorkerOptions & {
  /** Called when the database was closed by a failure and is open again. */
  readonly onReopened: () => void;
};

/**
 * Starts the thread and opens the database in it.
 * @throws EventLogUnavailableError when the database can't be opened.
 */
export async function startThread({ onReopened, ...workerData }: ThreadOptions): Promise<Thread> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData, name: 'event-log' });
  const waiting = new Map<number, Waiting>();
  const outbox = createOutbox((requests) => worker.postMessage(requests, []));
  let lastNumber = 0;
  let cause = '';
  let reason: EventLogUnavailableError | null = null;
  worker.on('error', (error) => (cause = `: ${error.message}`));
  const ended = new Promise<EventLogUnavailableError>((resolve) => {
    worker.once('exit', () => resolve(end()));
  });

  function end(): EventLogUnavailableError {
    reason = new EventLogUnavailableError(`The thread of the event log ended${cause}`);
    for (const { fail } of waiting.values()) fail(reason);
    waiting.clear();
    return reason;
  }

  function settle(reply: Extract<Reply, { number: number }>): void {
    const entry = waiting.get(reply.number);
    waiting.delete(reply.number);
    if (reply.kind === 'done') entry?.done(reply.value);
    else entry?.fail(errorOf(reply.failure));
  }

  await new Promise<void>((resolve, reject) => {
    let opened = false;
    worker.on('message', (replies: readonly Reply[]) => {
      for (const reply of replies) {
        if (reply.kind === 'refused') reject(new EventLogUnavailableError(reply.message));
        else if (reply.kind !== 'opened') settle(reply);
        else if (opened) onReopened();
        else resolve();
        opened = true;
      }
    });
    void ended.then(reject);
  });

  function request<Value>(work: Work, onDone?: (value: Value) => void): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      if (reason !== null) throw reason;
      lastNumber += 1;
      const done = (value: unknown): void => {
        onDone?.(value as Value);
        resolve(value as Value);
      };
      waiting.set(lastNumber, { done, fail: reject });
      outbox.add({ ...work, number: lastNumber });
    });
  }

  async function close(): Promise<void> {
    // A database that does not close cleanly is left to recovery at the next start: nothing committed is lost.
    await request({ kind: 'close' }).catch(() => worker.terminate());
    await ended;
  }

  return { request, ended, close };
}

function errorOf(failure: Failure): Error {
  return failure.kind === 'expired'
    ? new CursorExpiredError(failure.source, failure.earliest, failure.reason)
    : new EventLogUnavailableError(failure.message);
}

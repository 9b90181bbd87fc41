import { Worker } from 'node:worker_threads';
import { CursorExpiredError, EventLogUnavailableError } from '../event-log.ts';
import type { Failure, Reply, Work, WorkerOptions } from './messages.ts';

export interface WorkerClient {
  /**
   * Sends work to the thread, in order.
   * @param onDone called in the order of the work, before any later reply is looked at.
   * @throws EventLogUnavailableError, CursorExpiredError
   */
  request<Value>(work: Work, onDone?: (value: Value) => void): Promise<Value>;
  /** Resolves when everything sent before is answered and the thread has ended. */
  close(): Promise<void>;
}

interface Waiting {
  readonly done: (value: unknown) => void;
  readonly fail: (error: Error) => void;
}

/**
 * Starts the thread that owns the database.
 * @param onReopened called when the database was closed by a failure and is open again.
 * @throws EventLogUnavailableError when the database can't be opened.
 */
export async function startWorker(
  options: WorkerOptions & { onReopened: () => void },
): Promise<WorkerClient> {
  const { onReopened, ...workerData } = options;
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData, name: 'event-log' });
  const waiting = new Map<number, Waiting>();
  let lastNumber = 0;
  let ended: Error | null = null;
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      end(new EventLogUnavailableError('The event log is closed'));
      resolve();
    });
  });
  worker.on('error', (error) =>
    end(new EventLogUnavailableError(`The event log's thread failed: ${error.message}`)),
  );

  function end(error: Error): void {
    ended ??= error;
    for (const { fail } of waiting.values()) fail(ended);
    waiting.clear();
  }

  function settle(reply: Extract<Reply, { number: number }>): void {
    const entry = waiting.get(reply.number);
    waiting.delete(reply.number);
    if (reply.kind === 'done') entry?.done(reply.value);
    else entry?.fail(errorOf(reply.failure));
  }

  await new Promise<void>((resolve, reject) => {
    let opened = false;
    worker.on('message', (reply: Reply) => {
      if (reply.kind === 'refused') reject(new EventLogUnavailableError(reply.message));
      else if (reply.kind !== 'opened') settle(reply);
      else if (opened) onReopened();
      else resolve();
      opened = true;
    });
    void exited.then(() => reject(ended as Error));
  });

  function request<Value>(work: Work, onDone?: (value: Value) => void): Promise<Value> {
    return new Promise<Value>((resolve, reject) => {
      if (ended !== null) throw ended;
      lastNumber += 1;
      const done = (value: unknown): void => {
        onDone?.(value as Value);
        resolve(value as Value);
      };
      waiting.set(lastNumber, { done, fail: reject });
      worker.postMessage({ ...work, number: lastNumber }, []);
    });
  }

  async function close(): Promise<void> {
    // A database that does not close cleanly is left to recovery at the next start: nothing committed is lost.
    await request({ kind: 'close' }).catch(() => worker.terminate());
    await exited;
  }

  return { request, close };
}

function errorOf(failure: Failure): Error {
  return failure.kind === 'expired'
    ? new CursorExpiredError(failure.source, failure.earliest)
    : new EventLogUnavailableError(failure.message);
}

import { EventLogClosedError } from '../event-log.ts';
import type { Logger } from '../logger.ts';
import type { Work } from './messages.ts';
import { startThread, type Thread, type ThreadOptions } from './thread.ts';

/** The thread that owns the database; another one takes its place when it ends by itself. */
export interface WorkerClient {
  readonly request: Thread['request'];
  /** Resolves when everything sent before is answered and the thread has ended. */
  readonly close: () => Promise<void>;
}

/**
 * Starts the thread. When it ends unasked, what waits for it fails, and another is started at once; where that fails
 * too, every request tries again and fails with the reason.
 * @throws EventLogUnavailableError when the database can't be opened.
 */
export async function startWorker(options: ThreadOptions & { readonly log: Logger }): Promise<WorkerClient> {
  const { log, onReopened } = options;
  const { log: _, ...threadOptions } = options;
  let closed = false;
  let thread: Promise<Thread> | null = null;

  function start(): Promise<Thread> {
    const starting = startThread(threadOptions);
    thread = starting;
    starting.then(watch, () => (thread = null));
    return starting;
  }

  async function watch({ ended }: Thread): Promise<void> {
    const { message } = await ended;
    if (closed) return;
    log.error({ reason: message }, 'The thread of the event log ended; starting another');
    await start().then(onReopened, (error: Error) => {
      log.error({ reason: error.message }, 'The thread of the event log could not be started');
    });
  }

  async function request<Value>(work: Work, onDone?: (value: Value) => void): Promise<Value> {
    if (closed) throw new EventLogClosedError();
    const running = await (thread ?? start());
    return running.request<Value>(work, onDone);
  }

  async function close(): Promise<void> {
    closed = true;
    const running = await thread?.catch(() => null);
    await running?.close();
  }

  await start();
  return { request, close };
}

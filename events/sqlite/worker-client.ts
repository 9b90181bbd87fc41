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
  let starting: Promise<Thread> | null = null;
  let running: Thread | null = null;

  function start(): Promise<Thread> {
    starting = startThread(threadOptions);
    starting.then(watch, () => (starting = null));
    return starting;
  }

  async function watch(thread: Thread): Promise<void> {
    running = thread;
    const { message } = await thread.ended;
    running = null;
    if (closed) return;
    log.error({ reason: message }, 'The thread of the event log ended; starting another');
    await start().then(onReopened, (error: Error) => {
      log.error({ reason: error.message }, 'The thread of the event log could not be started');
    });
  }

  async function request<Value>(work: Work, onDone?: (value: Value) => void): Promise<Value> {
    if (closed) throw new EventLogClosedError();
    const thread = running ?? (await (starting ?? start()));
    return thread.request<Value>(work, onDone);
  }

  async function close(): Promise<void> {
    closed = true;
    const thread = await starting?.catch(() => null);
    await thread?.close();
  }

  await start();
  return { request, close };
}

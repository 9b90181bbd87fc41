/** The thread that owns the database file: it blocks on the disk, so that the main thread never does. */
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { CursorExpiredError } from '../event-log.ts';
import { dataChars } from '../page.ts';
import type { Failure, Reply, Request, WorkerOptions, Write } from './messages.ts';
import { openStore, type Store } from './store.ts';

/** A commit is full with the write that brings it to so many deliveries and records, or characters of their data. */
const COMMIT_EVENTS_MAX = 2048;
const COMMIT_DATA_CHARS_MAX = 8 * 1024 * 1024;

type WriteRequest = Extract<Request, { kind: 'write' }>;

function serve(port: MessagePort, options: WorkerOptions): void {
  let store: Store | null = null;
  const queue = createQueue(port);
  const post = (...replies: readonly Reply[]): void => port.postMessage(replies);

  function open(): Store {
    store = openStore(options);
    post({ kind: 'opened' });
    return store;
  }

  /** Runs work on the open database. After a failure of the disk it is closed; the next work opens it again. */
  function attempt<Result>(work: (store: Store) => Result): Result {
    const opened = store ?? open();
    try {
      return work(opened);
    } catch (error) {
      if (error instanceof CursorExpiredError) throw error;
      discard();
      throw new Error(`The event log does not work: ${(error as Error).message}`, { cause: error });
    }
  }

  function discard(): void {
    if (options.path === ':memory:') return;
    try {
      store?.close();
    } catch {
      // It failed before; what counts is the first failure, which is on its way to the caller.
    }
    store = null;
  }

  /** Everything that arrived while the last commit ran shares the next one. */
  function writeTogether(requests: readonly WriteRequest[]): void {
    if (requests.length === 0) return;
    try {
      const outcomes = attempt((store) => store.write(requests.map(({ write }) => write)));
      post(...requests.map(({ number }, at) => ({ kind: 'done', number, value: outcomes[at] }) as const));
    } catch (error) {
      const failure = failureOf(error);
      post(...requests.map(({ number }) => ({ kind: 'failed', number, failure }) as const));
    }
  }

  function answer(request: Exclude<Request, WriteRequest>): void {
    const { number } = request;
    try {
      post({ kind: 'done', number, value: attempt((store) => perform(store, request)) });
    } catch (error) {
      post({ kind: 'failed', number, failure: failureOf(error) });
    }
  }

  port.on('message', (arrived: readonly Request[]) => {
    queue.add(arrived);
    while (!queue.isEmpty()) work(queue.take());
  });

  function work(requests: readonly Request[]): void {
    writeTogether(requests.filter((request) => request.kind === 'write'));
    for (const request of requests) {
      if (request.kind === 'write') continue;
      answer(request);
      if (request.kind === 'close') port.close();
    }
  }

  try {
    open();
  } catch (error) {
    post({ kind: 'refused', message: (error as Error).message });
    port.close();
  }
}

/** What has come and is not worked on yet. */
function createQueue(port: MessagePort) {
  const pending: Request[] = [];

  function takeNext(): Request | undefined {
    if (pending.length === 0) {
      const next: { message: readonly Request[] } | undefined = receiveMessageOnPort(port);
      pending.push(...(next?.message ?? []));
    }
    return pending.shift();
  }

  /** Takes what shares the next commit: everything, with what came meanwhile, until a commit is full. */
  function take(): Request[] {
    const requests: Request[] = [];
    let events = 0;
    let chars = 0;
    for (let next = takeNext(); next !== undefined; next = takeNext()) {
      requests.push(next);
      if (next.kind !== 'write') continue;
      const data = writtenData(next.write);
      events += data.length;
      chars += dataChars(data);
      if (events >= COMMIT_EVENTS_MAX || chars >= COMMIT_DATA_CHARS_MAX) break;
    }
    return requests;
  }

  return {
    add: (arrived: readonly Request[]) => void pending.push(...arrived),
    isEmpty: () => pending.length === 0,
    take,
  };
}

function writtenData(write: Write): readonly { readonly dataJson: string }[] {
  if (write.kind === 'append') return write.rows.map(([, , , , , dataJson]) => ({ dataJson }));
  return [{ dataJson: 'record' in write ? write.record.json : '' }];
}

function perform({ events, records, ...store }: Store, request: Exclude<Request, WriteRequest>): unknown {
  if (request.kind === 'read-before') {
    return events.readBefore(request.source, request.before, request.limit);
  }
  if (request.kind === 'read') return events.read(request.source, request.after, request.limit);
  if (request.kind === 'head') return events.head(request.source);
  if (request.kind === 'find') return events.find(request.source, request.id);
  if (request.kind === 'get-record') return records.get(request.collection, request.key);
  if (request.kind === 'list-records') return records.list(request.collection, request.after, request.limit);
  if (request.kind === 'count-records') return records.count(request.collection);
  if (request.kind === 'sweep') return store.sweep(request.sweep);
  if (request.kind === 'probe') store.probe();
  else store.close();
  return null;
}

function failureOf(error: unknown): Failure {
  if (error instanceof CursorExpiredError) {
    return { kind: 'expired', source: error.source, earliest: error.earliest, reason: error.reason };
  }
  return { kind: 'unavailable', message: (error as Error).message };
}

if (parentPort === null) throw new Error('worker.ts runs as a worker thread');
serve(parentPort, workerData as WorkerOptions);

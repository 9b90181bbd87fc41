import cluster, { type Worker } from 'node:cluster';
import type { MetricsSnapshot } from '../metrics/metrics-page.ts';
import type { PrimaryMessage, WorkerMessage } from './messages.ts';

export interface WorkerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why there was no process at all: the system had none left, or no memory for it. */
  readonly error?: Error;
}

/** What a worker says when it listens. */
export type ReadyWorker = Omit<Extract<WorkerMessage, { type: 'ready' }>, 'type'>;

/** A worker process, as the primary sees it. */
export interface RunningWorker {
  readonly id: number;
  /** What it said when it listened; undefined before. */
  readonly ready: () => ReadyWorker | undefined;
  readonly exited: Promise<WorkerExit>;
  readonly send: (message: PrimaryMessage) => void;
  /** Asks it what it has counted. Resolves when it has said so, has ended, or did neither in time. */
  readonly askMetrics: () => Promise<void>;
  /** What it had counted when it last said so. */
  readonly lastMetrics: () => MetricsSnapshot;
  /** Asks it to close. */
  readonly stop: () => void;
  /** kill -9. */
  readonly kill: () => void;
}

export interface LaunchOptions {
  readonly onReady: (worker: RunningWorker) => void;
  /** It was asked for the metrics page. */
  readonly onPageWanted: (worker: RunningWorker) => void;
  /** How long a worker may take to say what it has counted. @default 3000 */
  readonly metricsTimeoutMs?: number;
}

/** Starts a worker process: this program with the same arguments. */
export function launchWorker(options: LaunchOptions): RunningWorker {
  const { onReady, onPageWanted, metricsTimeoutMs = 3_000 } = options;
  const forked = cluster.fork();
  const exited = exitOf(forked);
  let ready: ReadyWorker | undefined;
  let snapshot: MetricsSnapshot = [];
  forked.on('message', (message: WorkerMessage) => {
    if (message.type === 'ready') {
      ready = message;
      onReady(worker);
    } else if (message.type === 'page-wanted') onPageWanted(worker);
    else snapshot = message.snapshot;
  });

  const send: RunningWorker['send'] = (message) => {
    // It may end at any moment; that is told by `exited`.
    if (forked.isConnected()) forked.send(message, () => undefined);
  };

  async function askMetrics(): Promise<void> {
    if (!ready) return;
    send({ type: 'metrics' });
    await toldMetrics(forked, metricsTimeoutMs);
  }

  const worker: RunningWorker = {
    id: forked.id,
    ready: () => ready,
    exited,
    send,
    askMetrics,
    lastMetrics: () => snapshot,
    stop: () => void forked.process.kill('SIGTERM'),
    kill: () => void forked.process.kill('SIGKILL'),
  };
  return worker;
}

/**
 * Resolves when a worker has ended. An error of one that runs is a message that did not reach it, such as a connection
 * that Node hands over to a worker which is dying: its end follows.
 */
function exitOf(forked: Worker): Promise<WorkerExit> {
  return new Promise((resolve) => {
    forked.once('exit', (code, signal) => resolve({ code, signal: signal as NodeJS.Signals | null }));
    forked.on('error', (error) => {
      if (forked.process.pid === undefined) resolve({ code: null, signal: null, error });
    });
  });
}

/** Resolves when a worker has said what it counted, has ended, or did neither in time. */
function toldMetrics(forked: Worker, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(late);
      forked.off('message', listen);
      forked.off('exit', finish);
      resolve();
    };
    const listen = ({ type }: WorkerMessage) => {
      if (type === 'metrics') finish();
    };
    const late = setTimeout(finish, timeoutMs);
    forked.on('message', listen);
    forked.once('exit', finish);
  });
}

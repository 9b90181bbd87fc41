import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../../events/logger.ts';
import type { MetricsPage } from '../metrics/metrics-page.ts';
import { createMetricsSum } from '../metrics/metrics-sum.ts';
import { createWorkerMetrics } from '../metrics/worker-metrics.ts';
import { launchWorker, type ReadyWorker, type RunningWorker, type WorkerExit } from './running-worker.ts';

/** After which a worker that ended is replaced: doubled each time that it ends soon after its start. */
export const [restartMs, restartMsMax] = [100, 30_000];

/** A worker that ran for so long ended for another reason than the one before. */
const steadyMs = 60_000;

export interface WorkersOptions {
  /** How many gateways listen on the one port. */
  count: number;
  logger: Logger;
  /** Milliseconds since the epoch. @default Date.now */
  now?: () => number;
}

/** Gateways in processes of their own, which listen on one port and share an event log. */
export interface Workers {
  /**
   * Resolves when all of them listen; or with the end of the first one when that could not start, which has said why
   * on standard error. The others are not started before the first listens: they find compiled what it has compiled.
   */
  readonly started: Promise<ReadyWorker | WorkerExit>;
  /** Asks all of them to close. Resolves with how they ended; none is started from now on. */
  readonly stop: () => Promise<readonly WorkerExit[]>;
  /** kill -9 for those that still run. */
  readonly cutOff: () => void;
}

/** Starts workers, keeps as many of them running, and does for all what must be done once. */
export function startWorkers({ count, logger, now = Date.now }: WorkersOptions): Workers {
  const stopping = new AbortController();
  const running = new Set<RunningWorker>();
  const listening = () => [...running].filter((worker) => worker.ready() !== undefined);
  const [firstReady, allReady] = [Promise.withResolvers<void>(), Promise.withResolvers<ReadyWorker>()];
  const page = createWorkersPage({ running, listening });
  let registrar: RunningWorker | undefined;

  function launch(): RunningWorker {
    const worker = launchWorker({
      onReady: () => onReady(worker),
      onPageWanted: (asker) => void sendPage(asker),
    });
    running.add(worker);
    void worker.exited.then(() => forget(worker));
    return worker;
  }

  function forget(worker: RunningWorker): void {
    running.delete(worker);
    page.keep(worker);
    if (registrar === worker) appointRegistrar();
  }

  /** A page that can't be made is not sent: the worker that asked answers with an error after a while. */
  async function sendPage({ send }: RunningWorker): Promise<void> {
    try {
      send({ type: 'page', page: await page.make() });
    } catch (error) {
      logger.error({ err: error }, 'The metrics of the workers can not be summed up');
    }
  }

  function onReady(worker: RunningWorker): void {
    firstReady.resolve();
    if (!registrar) appointRegistrar();
    const ready = worker.ready();
    if (ready && listening().length === count) allReady.resolve(ready);
  }

  /** Services are told of callbacks by one worker, whichever it is: they are the same for all. */
  function appointRegistrar(): void {
    [registrar] = stopping.signal.aborted ? [] : listening();
    registrar?.send({ type: 'register-callbacks' });
  }

  /** Puts another in the place of a worker that has ended, until all are stopped. */
  async function keep(worker: RunningWorker): Promise<void> {
    for (let [current, failures] = [worker, 0]; ;) {
      const startedMs = now();
      const { code, signal, error } = await current.exited;
      if (stopping.signal.aborted) return;
      failures = now() - startedMs < steadyMs ? failures + 1 : 1;
      const restartInMs = Math.min(restartMsMax, restartMs * 2 ** (failures - 1));
      logger.error(
        { worker: current.id, code, signal, err: error, restartInMs },
        'A worker ended; starting another',
      );
      await delay(restartInMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return;
      page.restarted();
      current = launch();
    }
  }

  async function start(): Promise<ReadyWorker | WorkerExit> {
    const first = launch();
    const failed = await Promise.race([first.exited, firstReady.promise]);
    if (failed) return failed;
    for (const worker of [first, ...Array.from({ length: count - 1 }, launch)]) void keep(worker);
    return allReady.promise;
  }

  return {
    started: start(),
    stop() {
      stopping.abort();
      const exits = [...running].map((worker) => worker.exited);
      for (const worker of running) worker.stop();
      return Promise.all(exits);
    },
    cutOff: () => running.forEach((worker) => worker.kill()),
  };
}

interface WorkersPageOptions {
  running: ReadonlySet<RunningWorker>;
  listening: () => readonly RunningWorker[];
}

/** The metrics page of all workers, those that have ended included. */
function createWorkersPage({ running, listening }: WorkersPageOptions) {
  const metrics = createWorkerMetrics(() => listening().length);
  const sum = createMetricsSum();
  let making: Promise<MetricsPage> | undefined;

  async function gather(): Promise<MetricsPage> {
    await Promise.all([...running].map((worker) => worker.askMetrics()));
    const own = await metrics.snapshot();
    // Only now: one that has ended meanwhile is in the sum already.
    return sum.page([own, ...[...running].map((worker) => worker.lastMetrics())]);
  }

  return {
    /** Who asks while a page is made gets that one. */
    make: () => (making ??= gather().finally(() => (making = undefined))),
    keep: (worker: RunningWorker) => sum.keep(worker.lastMetrics()),
    restarted: metrics.restarted,
  };
}

import type { Worker } from 'node:cluster';
import type { Logger } from 'pino';
import { startGateway } from '../app.ts';
import type { GatewayConfig } from '../config.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import type { MetricsPage } from '../metrics/metrics-page.ts';
import type { Environment } from '../../mesh/config/subgraph-config.ts';
import type { PrimaryMessage, WorkerMessage } from './messages.ts';

export interface WorkerOptions {
  /** This process, as `cluster.worker` names it. */
  worker: Worker;
  config: GatewayConfig;
  /** Values for `${NAME}` in subgraph.yaml. */
  env: Environment;
  logger: Logger;
  /** Is told of folders that are left out, and of warnings about the others. */
  startLogger: Logger;
  /** Resolves when the worker should end. */
  stopping: Promise<unknown>;
}

/**
 * One of several gateways that listen on one port. It does all that a gateway does; that it is one of several shows
 * only where something must be done once: the metrics page is that of all workers, and services are told of
 * callbacks by the worker that the primary chooses.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { worker, config, env, logger, startLogger, stopping } = options;
  const metrics = createMetrics({ ofProcess: true });
  const primary = connectPrimary(worker, metrics, logger);
  const starting = startGateway({
    config,
    env,
    logger,
    startLogger,
    metrics,
    metricsPage: primary.metricsPage,
    registersCallbacks: false,
  });
  const gateway = await Promise.race([starting, stopping.then(() => undefined)]);
  // Stopped before it was ready: whatever the start waits for, nothing has been served yet.
  if (!gateway) process.exit(0);
  primary.onRegisterCallbacks(() => gateway.registerCallbacks());
  primary.send({ type: 'ready', url: gateway.url, subgraphs: gateway.subgraphs });
  await stopping;
  await gateway.close();
}

/** How long the primary may take to gather a page, in milliseconds. */
const pageTimeoutMs = 5_000;

function connectPrimary(worker: Worker, metrics: Metrics, logger: Logger) {
  const waiting = new Set<(page: MetricsPage) => void>();
  let registerCallbacks: (() => void) | undefined;
  // A primary that is gone takes this process with it, so nothing that can't be sent matters.
  const send = (message: WorkerMessage) => void worker.send(message, () => undefined);
  const failed = (error: unknown) => logger.error({ err: error }, 'The metrics can not be collected');
  worker.on('message', (message: PrimaryMessage) => {
    switch (message.type) {
      case 'register-callbacks':
        registerCallbacks?.();
        break;
      case 'metrics':
        void metrics.snapshot().then((snapshot) => send({ type: 'metrics', snapshot }), failed);
        break;
      case 'page':
        for (const answer of waiting) answer(message.page);
        waiting.clear();
        break;
    }
  });

  function metricsPage(): Promise<MetricsPage> {
    return new Promise((resolve, reject) => {
      const answer = (page: MetricsPage) => {
        clearTimeout(late);
        resolve(page);
      };
      const late = setTimeout(() => {
        waiting.delete(answer);
        reject(new Error('The primary process gave no metrics page in time'));
      }, pageTimeoutMs);
      // Who asks while a page is made gets that one.
      if (waiting.size === 0) send({ type: 'page-wanted' });
      waiting.add(answer);
    });
  }

  return {
    send,
    metricsPage,
    onRegisterCallbacks: (listener: () => void) => void (registerCallbacks = listener),
  };
}

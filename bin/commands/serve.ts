import cluster from 'node:cluster';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { pino } from 'pino';
import { ConfigError, readConfig, subgraphEnvironment, type GatewayConfig } from '../../gateway/config.ts';
import { startWorkers } from '../../gateway/workers/primary.ts';
import { UsageError, type CommandInput } from '../command.ts';
import { setHeapFlags } from '../heap-flags.ts';

/**
 * Runs the gateway until SIGTERM or SIGINT, then closes it in order. Whoever only starts workers, or says what is wrong with
 * the settings, does not load a gateway.
 */
export async function serve({ values }: CommandInput): Promise<number> {
  const count = workerCount(values['workers']);
  const config = readConfig();
  setHeapFlags();
  if (cluster.worker) return serveAsWorker(config, count, cluster.worker);
  return count === 1 ? serveAlone(config) : serveByWorkers(config, count);
}

const workersMax = 64;

function workerCount(text: unknown = '1'): number {
  const count = text === 'auto' ? Math.min(availableParallelism(), workersMax) : Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= workersMax) return count;
  throw new UsageError(`--workers takes a number from 1 to ${workersMax}, or auto`);
}

async function serveAlone(config: GatewayConfig): Promise<number> {
  const { startGateway } = await import('../../gateway/app.ts');
  const { createMetrics } = await import('../../gateway/metrics/metrics.ts');
  const logger = pino({ level: config.logLevel });
  const stopping = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const metrics = createMetrics({ ofProcess: true });
  const starting = startGateway({ config, env: subgraphEnvironment(), logger, metrics });
  const gateway = await Promise.race([starting, stopping.then(() => undefined)]);
  // Stopped before it was ready: whatever the start waits for, nothing has been served yet.
  if (!gateway) process.exit(0);
  logger.info({ url: gateway.url, subgraphs: gateway.subgraphs }, 'Sluice is ready');
  // Whoever started this process with a channel learns where the gateway listens.
  process.send?.({ ready: gateway.url });
  await stopping;
  await gateway.close();
  logger.info('Closed');
  return 0;
}

async function serveByWorkers(config: GatewayConfig, count: number): Promise<number> {
  if (/^sqlite:/i.test(config.eventsUrl)) {
    const reason = 'one process owns an SQLite file, so several workers need a Redis as event log';
    throw new ConfigError(
      `EVENTS_URL must be a redis:// URL, or another one of Redis, with --workers ${count}: ${reason}`,
    );
  }
  const logger = pino({ level: config.logLevel });
  const workers = startWorkers({ count, logger });
  const stopping = stopSignals(workers.cutOff);
  const started = await Promise.race([workers.started, stopping]);
  if (started && 'code' in started) {
    if (started.error) throw started.error;
    // It has said on standard error what is wrong.
    return started.code ?? 1;
  }
  if (started) {
    const { url, subgraphs } = started;
    logger.info({ url, subgraphs, workers: count }, 'Sluice is ready');
    process.send?.({ ready: url });
  }
  await stopping;
  const exits = await workers.stop();
  logger.info('Closed');
  // SIGTERM ends a worker that did not come as far as to listen to signals.
  return exits.every(({ code, signal }) => code === 0 || signal === 'SIGTERM') ? 0 : 1;
}

async function serveAsWorker(
  config: GatewayConfig,
  count: number,
  worker: NonNullable<typeof cluster.worker>,
): Promise<number> {
  const { runWorker } = await import('../../gateway/workers/worker.ts');
  const logger = pino({ level: config.logLevel }).child({ worker: worker.id });
  // What the first one says of the folders holds for those that are started with it.
  const isRepeated = worker.id > 1 && worker.id <= count;
  const startLogger = isRepeated ? pino({ level: 'silent' }) : logger;
  // A terminal, or systemd, sends a signal to all processes, and the primary sends another: the first one counts.
  const stopping = stopSignals(() => undefined);
  try {
    await runWorker({ worker, config, env: subgraphEnvironment(), logger, startLogger, stopping });
    return 0;
  } finally {
    worker.disconnect();
  }
}

/** Resolves at the first SIGTERM or SIGINT. @param onAnother is called for each later one */
function stopSignals(onAnother: () => void): Promise<void> {
  return new Promise((resolve) => {
    let isStopping = false;
    const stop = () => {
      if (isStopping) onAnother();
      isStopping = true;
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}

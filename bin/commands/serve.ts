import { once } from 'node:events';
import { pino } from 'pino';
import { startGateway } from '../../gateway/app.ts';
import { readConfig, subgraphEnvironment } from '../../gateway/config.ts';

/** Runs the gateway until SIGTERM or SIGINT, then closes it in order. */
export async function serve(): Promise<number> {
  const config = readConfig();
  const logger = pino({ level: config.logLevel });
  const stopping = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const starting = startGateway({ config, env: subgraphEnvironment(), logger });
  const gateway = await Promise.race([starting, stopping.then(() => undefined)]);
  // Stopped before it was ready: whatever the start waits for, nothing has been served yet.
  if (!gateway) process.exit(0);
  // Whoever started this process with a channel learns where the gateway listens.
  process.send?.({ ready: gateway.url });
  await stopping;
  await gateway.close();
  logger.info('Closed');
  return 0;
}

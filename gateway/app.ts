import type { Logger } from 'pino';
import type { EventLog } from '../events/event-log.ts';
import { openEventLog } from '../events/open.ts';
import { composeSupergraph } from '../mesh/federation/compose.ts';
import type { SubgraphProblem } from '../mesh/load-subgraphs.ts';
import type { Environment } from '../mesh/config/subgraph-config.ts';
import type { Subgraph } from '../mesh/subgraph.ts';
import { webhooksRouter } from '../webhooks/express.ts';
import { createWebhookReceiver } from '../webhooks/receive.ts';
import { createCallbackRegistration } from '../webhooks/registration.ts';
import { isLoopback, localUrl, type GatewayConfig } from './config.ts';
import { createGraphQLServer } from './http/graphql.ts';
import { startHttpServer } from './http/server.ts';
import { createOperations, type Operations } from './operations/operations.ts';
import { createRequests } from './operations/requests.ts';
import type { TrustedDocuments } from './operations/trusted-documents.ts';
import { openSubgraphs } from './subgraphs.ts';
import { createSubscriber } from './subscriptions/subscribe.ts';
import { createSupergraph } from './supergraph/supergraph.ts';
import { openTrustedDocuments } from './trusted-documents.ts';
import { callbackRegistrations } from './webhooks/callback-registrations.ts';
import { webhookSources } from './webhooks/webhook-sources.ts';

export interface GatewayOptions {
  config: GatewayConfig;
  /** Values for `${NAME}` in subgraph.yaml. */
  env: Environment;
  logger: Logger;
}

export interface Gateway {
  /** Base URL of this gateway on this machine. */
  url: string;
  /** Closes the doors in the reverse order of their opening. A second call does nothing. */
  close(): Promise<void>;
}

/** The composition root: what is served, how events travel, which doors are open, in which order they close. */
export async function startGateway({ config, env, logger }: GatewayOptions): Promise<Gateway> {
  const opened: (() => Promise<void> | void)[] = [];
  const close = closeOnce(opened);
  try {
    const log = await openEventLog({ url: config.eventsUrl, log: logger });
    opened.push(() => log.close());

    const subgraphs = await openFolders({ config, env, logger });
    opened.push(() => closeAll(subgraphs));

    const composed = composeSupergraph(subgraphs);
    logLeftOut(composed.problems, logger);
    const supergraph = await createSupergraph({ composed, logger, executor: config.queryExecutor });
    opened.push(() => supergraph.close());

    const operations = createOperations({ supergraph, logger });
    const trusted = await openTrustedDocuments({ path: config.trustedDocuments, operations, logger });
    opened.push(() => trusted?.close());

    const server = await openDoors({ config, logger, log, subgraphs, supergraph, operations, trusted });
    opened.push(() => server.close());

    const url = localUrl(config.host, server.port);
    const registrations = createCallbackRegistration({
      registrations: callbackRegistrations({ subgraphs, publicUrl: config.publicUrl || url }),
      logger,
      random: Math.random,
    });
    registrations.start();
    opened.push(() => registrations.close());

    logger.info({ url, subgraphs: subgraphs.map(({ name }) => name) }, 'Sluice is ready');
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens the folders that can be served, and says in the log which can not, and why. */
async function openFolders({ config, env, logger }: GatewayOptions): Promise<readonly Subgraph[]> {
  const { subgraphs, problems } = await openSubgraphs({ config, env });
  logLeftOut(problems, logger);
  for (const { name, warnings } of subgraphs) {
    for (const warning of warnings) logger.warn({ subgraph: name }, warning);
  }
  return subgraphs;
}

function logLeftOut(problems: readonly SubgraphProblem[], logger: Logger): void {
  for (const { name, message } of problems) logger.error({ subgraph: name }, `Left out: ${message}`);
}

interface DoorsOptions {
  config: GatewayConfig;
  logger: Logger;
  log: EventLog;
  subgraphs: readonly Subgraph[];
  supergraph: Awaited<ReturnType<typeof createSupergraph>>;
  operations: Operations;
  trusted: TrustedDocuments | undefined;
}

function openDoors(options: DoorsOptions) {
  const { config, logger, log, subgraphs, supergraph, operations, trusted } = options;
  const sources = webhookSources({ subgraphs, isLoopback: isLoopback(config.host) });
  const receiver = createWebhookReceiver({ sources, log, now: Date.now, logger });
  const allowOthers = !trusted || config.untrustedDocuments === 'allow';
  const requests = createRequests({ operations, trusted, allowOthers });
  const subscriber = createSubscriber({ supergraph, log, logger });
  const pipeline = {
    requests,
    subscribe: subscriber.subscribe,
    schema: supergraph.apiSchema,
  };
  return startHttpServer({
    host: config.host,
    port: config.port,
    graphql: createGraphQLServer({ ...pipeline, logger, hasGraphiQL: allowOthers }),
    pipeline,
    webhooks: webhooksRouter({ receiver, bodyBytesMaxOf: receiver.bodyBytesMaxOf }),
    log,
    endSubscriptions: subscriber.close,
    corsOrigins: config.corsOrigins,
    uploads: { fileBytesMax: config.uploadFileBytesMax, filesMax: config.uploadFilesMax },
    publicUrl: config.publicUrl,
    logger,
  });
}

async function closeAll(subgraphs: readonly Subgraph[]): Promise<void> {
  await Promise.all(subgraphs.map((subgraph) => subgraph.close()));
}

/** Closes in reverse order; everything is closed even when something fails, and the first failure is thrown. */
function closeOnce(opened: (() => Promise<void> | void)[]): () => Promise<void> {
  let closing: Promise<void> | undefined;
  const closeInReverse = async () => {
    const failures: unknown[] = [];
    for (const release of opened.toReversed()) {
      try {
        await release();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  return () => (closing ??= closeInReverse());
}

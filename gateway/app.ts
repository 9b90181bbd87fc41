import type { Logger } from 'pino';
import { createLogCursors, type LogCursors } from '../events/log-cursors.ts';
import { composeSupergraph } from '../mesh/federation/compose.ts';
import type { SubgraphProblem } from '../mesh/load-subgraphs.ts';
import type { Environment } from '../mesh/config/subgraph-config.ts';
import type { Subgraph } from '../mesh/subgraph.ts';
import { configuredHeaders } from '../webhooks/dead-letters/configured-headers.ts';
import { createDeadLetters } from '../webhooks/dead-letters/dead-letters.ts';
import { createLetterStore } from '../webhooks/dead-letters/letter-store.ts';
import { lateConflict } from '../webhooks/dead-letters/late-conflict.ts';
import { createQuarantine } from '../webhooks/dead-letters/quarantine.ts';
import { createWebhookReceiver } from '../webhooks/receive.ts';
import { withRegistrations } from '../webhooks/registrations/registered-receiver.ts';
import type { CallbackRegistrar } from '../webhooks/registrations/callback-registrar.ts';
import type { SubscribedTo } from '../webhooks/registrations/first-subscriptions.ts';
import type { Registrations } from '../webhooks/registrations/registrations.ts';
import { isLoopback, localUrl, type GatewayConfig } from './config.ts';
import { openGatewayLog, type GatewayLog } from './event-log.ts';
import type { ShowMade } from './execution/generated-code.ts';
import { createCuts, type Cuts } from './history/cut.ts';
import { createEventHistory } from './history/history.ts';
import { adminRouter } from './http/admin.ts';
import { deadLettersRouter } from './http/dead-letters-admin.ts';
import { eventsRouter } from './http/events-admin.ts';
import { createGraphQLServer } from './http/graphql.ts';
import { startHttpServer } from './http/server.ts';
import { createOperations, type Operations } from './operations/operations.ts';
import { createRequests } from './operations/requests.ts';
import type { TrustedDocuments } from './operations/trusted-documents.ts';
import { createMetrics, type Metrics } from './metrics/metrics.ts';
import type { MetricsPage } from './metrics/metrics-page.ts';
import { openSubgraphs } from './subgraphs.ts';
import { createSubscriber } from './subscriptions/subscribe.ts';
import { createSupergraph } from './supergraph/supergraph.ts';
import { openTrustedDocuments } from './trusted-documents.ts';
import { openCallbacks } from './webhooks/callbacks.ts';
import { openRegistrations, registrationsDoor } from './webhooks/registrations.ts';
import { webhookSources } from './webhooks/webhook-sources.ts';

export interface GatewayOptions {
  config: GatewayConfig;
  /** Values for `${NAME}` in subgraph.yaml. */
  env: Environment;
  logger: Logger;
  /** Is told of folders that are left out, and of warnings about the others. @default logger */
  startLogger?: Logger;
  /** Is shown the plans and the code of operations, when SLUICE_DEBUG asks for it. @default standard error */
  show?: ShowMade;
  /** Where it counts. @default metrics of its own, without those of the process */
  metrics?: Metrics;
  /** What `GET /metrics` answers. @default the page of `metrics` */
  metricsPage?: () => Promise<MetricsPage>;
  /** Whether services are told of callbacks at once, or when `registerCallbacks` is called. @default true */
  registersCallbacks?: boolean;
}

export interface Gateway {
  /** Base URL of this gateway on this machine. */
  url: string;
  /** Names of the subgraphs that it serves. */
  subgraphs: readonly string[];
  /** Begins to tell services of callbacks, until it is closed. A second call does nothing. */
  registerCallbacks(): void;
  /** Closes the doors in the reverse order of their opening. A second call does nothing. */
  close(): Promise<void>;
}

/** The composition root: what is served, how events travel, which doors are open, in which order they close. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const settings = withDefaults(options);
  const { config, logger, startLogger, metrics, registersCallbacks } = settings;
  const opened: (() => Promise<void> | void)[] = [];
  const close = closeOnce(opened);
  try {
    const subgraphs = await openFolders(settings);
    opened.push(() => closeAll(subgraphs));

    const log = await openGatewayLog({ config, subgraphs, logger });
    opened.push(() => log.close());
    metrics.observeEventLog(log);
    metrics.observeJournal(log);
    const cursors = createLogCursors({ records: log.records });
    const cuts = createCuts(cursors);

    const composed = composeSupergraph(subgraphs);
    logLeftOut(composed.problems, startLogger);
    const supergraph = await createSupergraph({
      composed,
      history: createEventHistory({ log, cuts, fields: composed.eventFields }),
      logger,
      executor: config.queryExecutor,
      ...(config.debug === 'plan' && { show: settings.show }),
    });
    opened.push(() => supergraph.close());

    const operations = createOperations({ supergraph, logger, metrics: metrics.operations });
    metrics.registerCache('operations', operations.statistics);
    const trusted = await openTrustedDocuments({
      path: config.trustedDocuments,
      operations,
      logger: startLogger,
    });
    opened.push(() => trusted?.close());

    const registrations = await openRegistrations({ ...config, records: log.records, logger });
    opened.push(() => registrations?.close());

    let url = '';
    const publicUrl = () => config.publicUrl || url;
    let callbacks: CallbackRegistrar | undefined;
    // Nobody subscribes before there are callbacks: from listening on to there, no connection has its turn.
    const subscribed: SubscribedTo = (source, event) => callbacks?.subscribed(source, event);
    const doors = {
      log,
      cursors,
      cuts,
      subgraphs,
      supergraph,
      operations,
      trusted,
      registrations,
      publicUrl,
      subscribed,
    };
    const server = await openDoors({ ...settings, ...doors });
    opened.push(() => server.close());
    url = localUrl(config.host, server.port);

    callbacks = openCallbacks({
      config,
      records: log.records,
      subgraphs,
      publicUrl: publicUrl(),
      logger,
    });
    metrics.observeCallbacks(callbacks);
    if (registersCallbacks) callbacks.start();
    opened.push(callbacks.close);

    const names = subgraphs.map(({ name }) => name);
    return { url, subgraphs: names, registerCallbacks: callbacks.start, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Settings = Required<GatewayOptions>;

function withDefaults({ metrics = createMetrics(), ...options }: GatewayOptions): Settings {
  const { logger } = options;
  return {
    startLogger: logger,
    show: toStandardError,
    metricsPage: metrics.page,
    registersCallbacks: true,
    metrics,
    ...options,
  };
}

const toStandardError: ShowMade = (what, text) => void process.stderr.write(`\n--- ${what}\n${text}\n`);

/** Opens the folders that can be served, and says in the log which can not, and why. */
async function openFolders({ config, env, startLogger, metrics }: Settings): Promise<readonly Subgraph[]> {
  const { subgraphs, problems } = await openSubgraphs({ config, env, observeCall: metrics.observeRestCall });
  logLeftOut(problems, startLogger);
  for (const { name, warnings } of subgraphs) {
    for (const warning of warnings) startLogger.warn({ subgraph: name }, warning);
  }
  return subgraphs;
}

function logLeftOut(problems: readonly SubgraphProblem[], logger: Logger): void {
  for (const { name, message } of problems) logger.error({ subgraph: name }, `Left out: ${message}`);
}

interface DoorsOptions extends Settings {
  log: GatewayLog;
  cursors: LogCursors;
  cuts: Cuts;
  subgraphs: readonly Subgraph[];
  supergraph: Awaited<ReturnType<typeof createSupergraph>>;
  operations: Operations;
  trusted: TrustedDocuments | undefined;
  registrations: Registrations | undefined;
  /** Base URL of this gateway, as senders reach it; asked for when it listens. */
  publicUrl: () => string;
  subscribed: SubscribedTo;
}

function openDoors({ log, cursors, subgraphs, supergraph, operations, trusted, ...settings }: DoorsOptions) {
  const { config, logger, metrics, metricsPage } = settings;
  const { receiver, deadLetters, registrations } = openReceiver({ ...settings, log, subgraphs });
  const allowOthers = !trusted || config.untrustedDocuments === 'allow';
  const subscriber = createSubscriber({ supergraph, log, cursors, logger, subscribed: settings.subscribed });
  const pipeline = {
    requests: createRequests({ operations, trusted, allowOthers }),
    subscribe: metrics.countSubscriptions(subscriber.subscribe),
    schema: supergraph.apiSchema,
  };
  return startHttpServer({
    host: config.host,
    port: config.port,
    graphql: createGraphQLServer({ ...pipeline, logger, hasGraphiQL: allowOthers }),
    pipeline,
    receiver,
    registrations,
    admin: adminRouter({
      adminKey: config.adminKey,
      resources: [
        deadLettersRouter(deadLetters),
        eventsRouter({ log, cuts: settings.cuts, sources: sourceNames(subgraphs) }),
      ],
      logger,
    }),
    log,
    metricsPage,
    endSubscriptions: subscriber.close,
    corsOrigins: config.corsOrigins,
    uploads: { fileBytesMax: config.uploadFileBytesMax, filesMax: config.uploadFilesMax },
    publicUrl: config.publicUrl,
    logger,
  });
}

/** What takes deliveries, and what takes those that it kept back. */
function openReceiver(
  options: Settings & Pick<DoorsOptions, 'log' | 'subgraphs' | 'registrations' | 'publicUrl'>,
) {
  const { config, log, subgraphs, registrations, publicUrl, logger, startLogger, metrics } = options;
  const sources = webhookSources({
    subgraphs,
    isLoopback: isLoopback(config.host),
    publicUrl: config.publicUrl,
    registeredSecretsOf: registrations?.known.secretsOf,
  });
  const letters = createLetterStore(log.records);
  const { observeChange, observeCount } = metrics.deadLetters;
  observeCount(letters.count);
  const quarantine = createQuarantine({
    letters,
    headersOf: configuredHeaders(sources),
    lettersMax: config.deadLettersMax,
    observeChange,
  });
  log.startDraining(async (delivery) => {
    const refused = lateConflict(delivery);
    await quarantine.keep(refused);
    const { source, event, id, reason } = refused;
    logger.warn({ source, event, id, code: reason.code }, 'webhook delivery refused after its 2xx');
  });
  const taken = createWebhookReceiver({ sources, log, quarantine, now: Date.now, logger, startLogger });
  const receiver = metrics.countDeliveries(withRegistrations(taken, registrations));
  const { retake } = receiver;
  const { adminKey } = config;
  const ofServices = {
    registrations,
    sources,
    adminKey,
    records: log.records,
    publicUrl,
    logger,
    startLogger,
  };
  return {
    receiver,
    registrations: registrationsDoor(ofServices),
    deadLetters: createDeadLetters({ letters, retake, now: Date.now, logger, observeChange }),
  };
}

function sourceNames(subgraphs: readonly Subgraph[]): readonly string[] {
  return subgraphs.filter(({ rest }) => rest && rest.events.length > 0).map(({ name }) => name);
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

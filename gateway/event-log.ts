import type { EventLog } from '../events/event-log.ts';
import type { Logger } from '../events/logger.ts';
import { createJournaledEventLog, type JournaledEventLog } from '../events/journal/journaled-event-log.ts';
import { openEventLog } from '../events/open.ts';
import type { Durability } from '../mesh/config/webhook-config.ts';
import type { VerifyConfig } from '../mesh/config/verify-config.ts';
import type { Subgraph } from '../mesh/subgraph.ts';
import type { GatewayConfig } from './config.ts';

/** The event log of a gateway, and what is on its way there. */
export type GatewayLog = EventLog & Pick<JournaledEventLog, 'startDraining' | 'waits'>;

export interface GatewayLogOptions {
  readonly config: Pick<
    GatewayConfig,
    | 'eventsUrl'
    | 'eventsRetentionMs'
    | 'eventsRetentionBytes'
    | 'eventsDurability'
    | 'eventsReplicasMin'
    | 'eventsJournal'
    | 'eventsJournalBytesMax'
  >;
  readonly subgraphs: readonly Subgraph[];
  readonly logger: Logger;
}

/**
 * Opens the event log, with a journal before it where it is shared. SQLite syncs every event to the disk before it is
 * answered, so there is nothing to choose.
 * @throws EventLogUrlError for a URL that names no event log
 * @throws EventLogUnavailableError when a file can't be opened
 */
export async function openGatewayLog({ config, subgraphs, logger }: GatewayLogOptions): Promise<GatewayLog> {
  const durability = sourceDurability(subgraphs, config.eventsDurability);
  const { eventsUrl: url, eventsReplicasMin: replicasMin } = config;
  const store = await openEventLog({
    url,
    log: logger,
    retention: { ageMs: config.eventsRetentionMs, bytesMax: config.eventsRetentionBytes },
    replicasMin: (source) => (durability.get(source) === 'redis+replicas' ? replicasMin : 0),
  });
  if (/^sqlite:/i.test(url)) return { ...store, startDraining: () => {}, waits: nothingWaits };
  const journaled = [...durability].flatMap(([source, level]) => (level === 'journal' ? source : []));
  try {
    return await createJournaledEventLog({
      store,
      path: config.eventsJournal,
      sources: new Set(journaled),
      charsMax: config.eventsJournalBytesMax,
      log: logger,
    });
  } catch (error) {
    await store.close();
    throw error;
  }
}

const nothingWaits = () => ({ events: 0, chars: 0, oldestMs: null });

/**
 * Schemes of senders that hardly try again, so that what is refused is lost. GitHub: "does not automatically redeliver
 * failed deliveries" (https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries). Twilio: once
 * more, and all within 15 seconds, unless its URL says otherwise
 * (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
 */
const unrepeated: ReadonlySet<VerifyConfig['scheme'] | undefined> = new Set(['github', 'twilio'] as const);

/**
 * When deliveries of each source are answered 2xx: as its folder says, else as the environment says, else by what is known
 * of the senders of its schemes. All events of a source go one way: two would not keep their order.
 */
export function sourceDurability(
  subgraphs: readonly Pick<Subgraph, 'name' | 'rest'>[],
  ofAll: Durability | undefined,
): ReadonlyMap<string, Durability> {
  return new Map(
    subgraphs.flatMap(({ name, rest }) => {
      if (!rest || rest.events.length === 0) return [];
      const isUnrepeated = rest.events.some(({ webhook }) => unrepeated.has(webhook.verify?.scheme));
      const { durability = ofAll ?? (isUnrepeated ? 'journal' : 'redis') } = rest.config.webhookSource;
      return [[name, durability] as const];
    }),
  );
}

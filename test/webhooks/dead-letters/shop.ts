/** Sources whose deliveries end as dead letters, and the gateway's parts that keep them, over a store of the test's. */
import type { EventLog } from '../../../events/event-log.ts';
import { configuredHeaders } from '../../../webhooks/dead-letters/configured-headers.ts';
import { createDeadLetters } from '../../../webhooks/dead-letters/dead-letters.ts';
import type { LetterChange } from '../../../webhooks/dead-letters/letter-change.ts';
import { createLetterStore } from '../../../webhooks/dead-letters/letter-store.ts';
import { createQuarantine } from '../../../webhooks/dead-letters/quarantine.ts';
import { createWebhookReceiver } from '../../../webhooks/receive.ts';
import type { WebhookEvent, WebhookSource } from '../../../webhooks/source.ts';
import { recordingLogger } from '../recording-logger.ts';
import { nowMs, secrets } from '../senders.ts';

export const standardBy = (...given: string[]) => ({ scheme: 'standard-webhooks', secrets: given }) as const;

export const wantsTotal = {
  type: 'object',
  required: ['total'],
  properties: { total: { type: 'number' } },
} as const;

/** An event of the shop, signed with the current secret; what is given goes on top. */
export function shopEvent(event: Partial<WebhookEvent> = {}): WebhookEvent {
  const name = event.name ?? 'orderCreated';
  return {
    name,
    match: { pointer: '/type', equals: name },
    verify: standardBy(secrets.current),
    schema: wantsTotal,
    dialect: '3.1',
    successStatus: 202,
    ...event,
  };
}

export function source(name: string, ...events: WebhookEvent[]): WebhookSource {
  return { name, bodyBytesMax: 100_000, events };
}

/** Two with one event each, one of CloudEvents, and `hub`, which names its events in a header. */
export const sources: readonly WebhookSource[] = [
  source('shop', shopEvent()),
  source('other', shopEvent()),
  source('cloud', shopEvent({ format: 'cloudevents', match: undefined, verify: { scheme: 'none' } })),
  source(
    'hub',
    ...['push', 'ping'].map((name) =>
      shopEvent({
        name,
        match: { header: 'X-GitHub-Event', equals: name },
        verify: { scheme: 'github', secrets: [secrets.github] },
      }),
    ),
  ),
];

export interface ShopOptions {
  log: EventLog;
  sources?: readonly WebhookSource[];
  /** Milliseconds since the epoch, of each delivery and redrive. */
  now?: () => number;
  lettersMax?: number;
}

/** Receiver and dead letters, as the gateway puts them together. */
export function openShop({
  log,
  sources: given = sources,
  now = () => nowMs,
  lettersMax = 1000,
}: ShopOptions) {
  const logger = recordingLogger();
  const letters = createLetterStore(log.records);
  const changes: { source: string; change: LetterChange }[] = [];
  const observeChange = (change: (typeof changes)[number]) => void changes.push(change);
  const quarantine = createQuarantine({
    letters,
    headersOf: configuredHeaders(given),
    lettersMax,
    observeChange,
  });
  const { receive, retake } = createWebhookReceiver({ sources: given, log, quarantine, now, logger });
  const deadLetters = createDeadLetters({ letters, retake, now, logger, observeChange });
  return { receive, deadLetters, letters, changes, lines: logger.lines };
}

/** What a receiver of the tests' sources is made of, on a log of their own. */
import type { EventLog, StoredEvent } from '../../events/event-log.ts';
import type { Logger } from '../../events/logger.ts';
import { configuredHeaders } from '../../webhooks/dead-letters/configured-headers.ts';
import { createLetterStore } from '../../webhooks/dead-letters/letter-store.ts';
import { type Quarantine, createQuarantine } from '../../webhooks/dead-letters/quarantine.ts';
import type { WebhookReceiverOptions } from '../../webhooks/receive.ts';
import type { Kept } from './deliveries/case.ts';
import { recordingLogger } from './recording-logger.ts';
import { nowMs } from './senders.ts';
import { sources } from './sources.ts';

/** Most letters that its quarantine holds. */
export const lettersMax = 20;

export function receiverOptions(log: EventLog, logger: Logger = recordingLogger()): WebhookReceiverOptions {
  return { sources, log, quarantine: quarantineOf(log), now: () => nowMs, logger };
}

function quarantineOf({ records }: EventLog): Quarantine {
  return createQuarantine({
    letters: createLetterStore(records),
    headersOf: configuredHeaders(sources),
    lettersMax,
    observeChange: () => {},
  });
}

/** Everything that is in the log, source by source in the order of `sources`. */
export async function inLog(log: Pick<EventLog, 'read'>): Promise<StoredEvent[]> {
  const read = await Promise.all(sources.map(({ name }) => log.read(name, null, 100)));
  return read.flat();
}

/** Everything that is in quarantine, in the order in which it came. */
export async function inQuarantine({ records }: EventLog): Promise<Kept[]> {
  const kept: Kept[] = [];
  for await (const letter of createLetterStore(records).above(null)) {
    const { source, event, deliveryId: id, reason, bodyBase64 } = letter;
    const { code, detail, errors } = reason;
    kept.push({
      source,
      event,
      id,
      code,
      detail,
      errors,
      body: Buffer.from(bodyBase64, 'base64').toString('latin1'),
    });
  }
  return kept;
}

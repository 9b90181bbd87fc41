import { EventLogUnavailableError, type EventLog, type VerifiedDelivery } from '../../../events/event-log.ts';

/** Sends until it is accepted, as a sender with retries does; tells how often it was refused. */
export async function appendWithRetries(log: EventLog, one: VerifiedDelivery): Promise<number> {
  for (let refused = 0; ; refused += 1) {
    try {
      await log.append([one]);
      return refused;
    } catch (error) {
      expect(error).toBeInstanceOf(EventLogUnavailableError);
      await new Promise(setImmediate);
    }
  }
}

/** Sends one after the other, until told to end; the ids of what was accepted. */
export function keepSending(log: EventLog, next: () => VerifiedDelivery) {
  const accepted: string[] = [];
  const ending = new AbortController();
  let refused = 0;
  const sending = (async () => {
    while (!ending.signal.aborted) {
      const one = next();
      refused += await appendWithRetries(log, one);
      accepted.push(one.id);
    }
  })();
  return {
    accepted,
    refused: () => refused,
    end: () => {
      ending.abort();
      return sending;
    },
  };
}

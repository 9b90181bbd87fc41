import { EventLogUnavailableError } from './event-log.ts';
import { dataChars } from './page.ts';

export interface WaitingOptions {
  /** Most deliveries and records that wait for the store. */
  readonly eventsMax: number;
  /** Most characters of their data; one write is let in whatever its size when nothing else waits. */
  readonly dataCharsMax: number;
}

/** Counts what waits for the store, so that a slow store costs no more than so much memory. */
export interface Waiting {
  /**
   * Does the work while the deliveries count as waiting.
   * @throws EventLogUnavailableError when too much waits already; the work is not done.
   */
  readonly during: <Result>(
    deliveries: readonly { readonly dataJson: string }[],
    work: () => Promise<Result>,
  ) => Promise<Result>;
}

export function createWaiting({ eventsMax, dataCharsMax }: WaitingOptions): Waiting {
  let waitingEvents = 0;
  let waitingChars = 0;
  return {
    async during(deliveries, work) {
      const chars = dataChars(deliveries);
      const isTooMuch = waitingChars > 0 && waitingChars + chars > dataCharsMax;
      if (isTooMuch || waitingEvents + deliveries.length > eventsMax) {
        throw new EventLogUnavailableError('Too much waits for the event log');
      }
      waitingEvents += deliveries.length;
      waitingChars += chars;
      try {
        return await work();
      } finally {
        waitingEvents -= deliveries.length;
        waitingChars -= chars;
      }
    },
  };
}

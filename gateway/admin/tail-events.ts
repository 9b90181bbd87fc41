import { setTimeout as delay } from 'node:timers/promises';
import { AdminCallError } from './admin-client.ts';
import type { EventLines, EventsClient } from './events-client.ts';

export interface TailOptions {
  readonly client: EventsClient;
  /** Empty: all of the gateway. */
  readonly sources: readonly string[];
  /** Where to begin: behind a cursor, with the oldest, or with what comes from now on. */
  readonly from: { readonly cursor: string } | 'beginning' | 'now';
  /** Empty: of all types. */
  readonly types: readonly string[];
  /** Ends it, without an error. */
  readonly signal: AbortSignal;
  /** Is called once each time that the gateway goes away, and with undefined when it is back. */
  readonly onAway: (reason: string | undefined) => void;
  /** Pause before the gateway is asked again for what is new. @default 1000 */
  readonly pauseMs?: number;
}

/**
 * Follows the events of a gateway that runs: each line is an event, in the order of the log within a source. When the
 * gateway is away it is asked again and again, and goes on behind the last line, so that nothing is lost or doubled.
 * @throws Error when the gateway can not be reached at the beginning
 * @throws AdminCallError when it refuses, such as a cursor behind which events are no longer kept
 */
export async function* tailEvents(options: TailOptions): AsyncGenerator<string, void> {
  const { client, types, signal, pauseMs = 1000 } = options;
  try {
    const places = await startingPlaces(options);
    const read = patient(client.read, options, pauseMs);
    for (;;) {
      let isMore = false;
      for (const [source, after] of places) {
        const page = await read(source, { after, types });
        yield* page.lines;
        places.set(source, page.next);
        isMore ||= page.isMore;
      }
      if (!isMore) await delay(pauseMs, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Source to the cursor behind which it begins; null: with its oldest event. */
async function startingPlaces({ client, sources, from }: TailOptions): Promise<Map<string, string | null>> {
  const kept = await client.sources();
  const names = sources.length > 0 ? sources : kept.map(({ source }) => source);
  const placeOf = async (name: string): Promise<string | null> => {
    if (from === 'beginning') return null;
    if (from !== 'now') return from.cursor;
    const known = kept.find(({ source }) => source === name);
    return known ? (known.newest?.cursor ?? null) : endOf(client, name);
  };
  return new Map(await Promise.all(names.map(async (name) => [name, await placeOf(name)] as const)));
}

/** The newest place of a source that the gateway does not list: its folder is gone. */
async function endOf({ read }: EventsClient, source: string): Promise<string | null> {
  for (let after: string | null = null; ;) {
    const { next, isMore }: EventLines = await read(source, { after, types: [] });
    if (!isMore) return next;
    after = next;
  }
}

/** Asks again while the gateway, or its event log, is away. */
function patient(
  read: EventsClient['read'],
  { signal, onAway }: TailOptions,
  pauseMs: number,
): EventsClient['read'] {
  return async (source, choice) => {
    for (let isAway = false; ;) {
      try {
        const page = await read(source, choice);
        if (isAway) onAway(undefined);
        return page;
      } catch (error) {
        if (signal.aborted || !isPassing(error)) throw error;
        if (!isAway) onAway((error as Error).message);
        isAway = true;
      }
      await delay(pauseMs, undefined, { signal });
    }
  };
}

/** What a gateway answers that starts, stops or has lost its log, and a proxy in its place. */
function isPassing(error: unknown): boolean {
  return !(error instanceof AdminCallError) || error.status >= 500 || error.status === 429;
}

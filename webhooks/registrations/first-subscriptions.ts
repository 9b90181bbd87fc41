import type { KeptCallback } from './callback-keeper.ts';

/** Is told of each subscription that begins, by its source and the name of its event. */
export type SubscribedTo = (source: string, event: string) => void;

export interface FirstSubscriptionsOptions {
  readonly callbacks: readonly KeptCallback[];
  /** Makes the record of a callback, unless there is one; never rejects. */
  readonly remember: (kept: KeptCallback) => Promise<unknown>;
}

/** Remembers each callback that awaits a subscriber when this node sees the first to one of its events. */
export function createFirstSubscriptions({ callbacks, remember }: FirstSubscriptionsOptions) {
  const awaiting = new Map(
    callbacks.flatMap((kept) => placesOf(kept).map((place): [string, KeptCallback] => [place, kept])),
  );
  const remembering: Promise<unknown>[] = [];
  const subscribed: SubscribedTo = (source, event) => {
    const kept = awaiting.get(`${source}/${event}`);
    if (!kept) return;
    for (const place of placesOf(kept)) awaiting.delete(place);
    remembering.push(remember(kept));
  };
  return {
    subscribed,
    /** Resolves when nothing is being remembered. */
    remembered: () => Promise.all(remembering),
  };
}

function placesOf({ source, registration }: KeptCallback): string[] {
  return (registration?.firstSubscribedTo ?? []).map((event) => `${source}/${event}`);
}

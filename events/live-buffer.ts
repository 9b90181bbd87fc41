import type { Position, StoredEvent } from './event-log.ts';
import { gapsOf } from './gaps.ts';
import { dataChars } from './page.ts';

/** Live events that wait for their consumer: a bounded number of them, and of characters of their data. */
export interface LiveBuffer {
  readonly push: (events: readonly StoredEvent[]) => void;
  /** The oldest batch, or undefined. */
  readonly shift: () => readonly StoredEvent[] | undefined;
  /** Whether events were dropped since `restart`: they, and all after them, are only in the log. */
  readonly overflowed: () => boolean;
  /** Empties the buffer and takes events again. @returns the gaps of what was dropped since the last time */
  readonly restart: () => readonly Position[];
  /** Resolves when there is a batch or an overflow, or at `wake`. */
  readonly filled: () => Promise<void>;
  readonly wake: () => void;
}

export interface LiveBufferOptions {
  readonly eventsMax: number;
  /** One batch is held whatever its size. */
  readonly dataCharsMax: number;
}

export function createLiveBuffer({ eventsMax, dataCharsMax }: LiveBufferOptions): LiveBuffer {
  let batches: (readonly StoredEvent[])[] = [];
  let events = 0;
  let chars = 0;
  let isOverflowed = false;
  let droppedGaps: readonly Position[] = [];
  let wake: (() => void) | null = null;

  return {
    push(batch) {
      if (isOverflowed) {
        droppedGaps = [...droppedGaps, ...gapsOf(batch)];
        return;
      }
      batches.push(batch);
      events += batch.length;
      chars += dataChars(batch);
      if (events > eventsMax || (batches.length > 1 && chars > dataCharsMax)) {
        droppedGaps = batches.flatMap(gapsOf);
        batches = [];
        isOverflowed = true;
      }
      wake?.();
    },
    shift() {
      const batch = batches.shift();
      events -= batch?.length ?? 0;
      chars -= dataChars(batch ?? []);
      return batch;
    },
    overflowed: () => isOverflowed,
    restart() {
      const gaps = [...droppedGaps, ...batches.flatMap(gapsOf)];
      droppedGaps = [];
      batches = [];
      events = 0;
      chars = 0;
      isOverflowed = false;
      return gaps;
    },
    filled() {
      if (batches.length > 0 || isOverflowed) return Promise.resolve();
      return new Promise((resolve) => {
        wake = resolve;
      });
    },
    wake: () => wake?.(),
  };
}

/**
 * The event log: what every sibling (`sqlite/`, `redis/`) promises, and the shapes that cross its door.
 *
 * One ordered list of events per source. Offsets are contiguous within a source and start at 1, so a reader
 * that sees `offset === last + 1` in one epoch has proof that nothing is missing. An epoch is an unbroken part of the
 * history of a source. When a store may have lost its newest events, another one begins above those that are left, and
 * offsets go on; when it lost everything, they begin again from 1.
 */
import type { RecordStore } from './record-store.ts';

declare const verified: unique symbol;

/**
 * A delivery whose signature was verified and whose body was found valid. Only `webhooks/` makes one:
 * the brand is the proof, so nothing unverified can be appended by mistake.
 */
export interface VerifiedDelivery {
  readonly [verified]: true;
  /** What makes the delivery unique within its source. */
  readonly id: string;
  /** Name of the source, the `:source` of `POST /webhooks/:source`. */
  readonly source: string;
  /** Event type, for example `orderCreated`. */
  readonly type: string;
  /** Which thing the event is about, or null. */
  readonly subject: string | null;
  /** When it was received, RFC 3339 with milliseconds. */
  readonly time: string;
  /** The payload as JSON text, kept as text so that no number loses digits. */
  readonly dataJson: string;
  /** SHA-256 of the raw body, or of what its format takes for the content, hex: tells a repeated delivery from another one with the same id. */
  readonly bodyHash: string;
  /** W3C trace context of the delivery, or null. */
  readonly traceparent: string | null;
}

/** A place in the history of one source. `offset` 0 is the place before the first event. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** An event as the log keeps it: CloudEvents 1.0 context attributes, the data, and its position. */
export interface StoredEvent extends Position {
  /**
   * Only on the first event after a loss, for a reader that was below it: nothing is missing up to this position, and
   * events between it and this one are gone for good. It may come on a later event, when it is known only then.
   */
  readonly gap?: Position;
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string | null;
  readonly time: string;
  readonly dataJson: string;
  readonly traceparent: string | null;
}

/**
 * - `appended`: the store has it now, at `position`.
 * - `duplicate`: the same id with the same body is already there, at `position`.
 * - `conflict`: the same id is already there, at `position`, with another body; nothing was appended.
 */
export interface AppendResult {
  readonly status: 'appended' | 'duplicate' | 'conflict';
  readonly position: Position;
}

/**
 * What became of one delivery of a batch. Where nothing was appended, what is new is `withheld`, and a conflict with
 * another of the batch has no position.
 */
export type BatchResult =
  AppendResult | { readonly status: 'conflict' | 'withheld'; readonly position: null };

/** What is known of a delivery's id. */
export interface KnownId {
  /** Where its event stands, or stood. */
  readonly position: Position;
  readonly bodyHash: string;
}

export interface LogSubscription {
  /** Events above this position are delivered; everything up to it can be read. */
  readonly from: Position;
  /** Ends the subscription. `onEvents` is not called again. A second call does nothing. */
  readonly unsubscribe: () => void;
}

export interface LogStatus {
  readonly available: boolean;
  /** For people: which store, what makes it less than durable, and why it is unavailable. Never an address with credentials. */
  readonly detail: string;
}

export interface EventLog {
  /** Small documents that are kept beside the events. */
  readonly records: RecordStore;

  /**
   * Appends deliveries in order, each at most once by (source, id), and publishes those that are new.
   * Resolves when the store has taken all of them; one result per delivery, in the same order. SQLite has synced
   * them to the disk by then. Redis is as durable as its own settings: with `appendonly yes` and
   * `appendfsync always` as a disk, with less it may lose what it took.
   * @throws EventLogUnavailableError when the store can't take them now; the caller may send them again.
   */
  append(deliveries: readonly VerifiedDelivery[]): Promise<AppendResult[]>;

  /**
   * Appends a batch of one sender as `append` does, or nothing of it: when one is a `conflict`, none is appended. All are
   * looked at before the first is written, in one step with it. Events of others don't come between them.
   * @param deliveries of one source, at most `BATCH_DELIVERIES_MAX`.
   * @throws RangeError when there are more, or several sources.
   * @throws EventLogUnavailableError when the store can't take them now; all or none of them are in it.
   */
  appendAll(deliveries: readonly VerifiedDelivery[]): Promise<BatchResult[]>;

  /**
   * What is known of an id of a source, as long as a delivery with that id is a duplicate; null when there is none.
   * @throws EventLogUnavailableError when the store does not answer.
   */
  find(source: string, id: string): Promise<KnownId | null>;

  /**
   * Reads events of a source in order, from just above `after` (null: from the earliest kept).
   * @param limit most events to return. A page is also full with the event that brings its data to
   * `PAGE_DATA_CHARS_MAX`; one that is not full (`isFullPage`) reached the end.
   * @throws RangeError when `limit` is no whole number above 0.
   * Where events above `after` are known to be lost, the first above the loss carries a `gap`.
   * @throws CursorExpiredError when events above `after` are no longer kept, or `after` is of an unknown epoch.
   * @throws EventLogUnavailableError when the store does not answer.
   */
  read(source: string, after: Position | null, limit: number): Promise<StoredEvent[]>;

  /**
   * Reads the last events of a source below `before` (null: the newest of all), in order as well.
   * @param limit most events to return. A page is also full with the event that brings its data to
   * `PAGE_DATA_CHARS_MAX`, counted from its end; one that is not full (`isFullPage`) begins with the earliest kept.
   * @throws RangeError when `limit` is no whole number above 0.
   * @throws CursorExpiredError when `before` is of an unknown epoch or above the place of the next event. One below what is
   * kept has an empty page.
   * @throws EventLogUnavailableError when the store does not answer.
   */
  readBefore(source: string, before: Position | null, limit: number): Promise<StoredEvent[]>;

  /** Position of the newest event of a source; offset 0 when it has none yet. */
  head(source: string): Promise<Position>;

  /**
   * Calls `onEvents` with every event appended after the subscription, in order and contiguous, whichever
   * process appended it. A hole is filled from the store before anything above it is delivered. When the store lost
   * events it goes on with what is there, and the first event carries a `gap`; also where it lies below `from`.
   * @param onEvents must not throw; it is called with at least one event.
   * @param onClosed called once when the log is closed before `unsubscribe`.
   */
  subscribe(
    source: string,
    onEvents: (events: readonly StoredEvent[]) => void,
    onClosed?: () => void,
  ): Promise<LogSubscription>;

  /**
   * Whether the store takes and gives events now. Answers within its command timeout, never throws; an answer is
   * kept for about a second.
   */
  status(): Promise<LogStatus>;

  /** Releases everything. Pending appends settle first. A second call returns the same promise. */
  close(): Promise<void>;
}

/** The store can't take or give events now: answered as 503 with Retry-After at the door. */
export class EventLogUnavailableError extends Error {
  override readonly name: string = 'EventLogUnavailableError';
}

/** The log was closed: asking again is of no use. */
export class EventLogClosedError extends EventLogUnavailableError {
  override readonly name = 'EventLogClosedError';

  constructor() {
    super('The event log is closed');
  }
}

/**
 * - `removed`: events above the position are no longer kept.
 * - `unknown`: the position is of a history that the store does not know.
 * - `above-head`: the position is above the newest event, so that the store must have lost some.
 */
export type ExpiryReason = 'removed' | 'unknown' | 'above-head';

/** What was asked for is no longer kept. `earliest` is the position from which everything still is. */
export class CursorExpiredError extends Error {
  override readonly name = 'CursorExpiredError';
  readonly source: string;
  readonly earliest: Position;
  readonly reason: ExpiryReason;

  constructor(source: string, earliest: Position, reason: ExpiryReason = 'removed') {
    super(`Not everything above the cursor is kept for "${source}"`);
    this.source = source;
    this.earliest = earliest;
    this.reason = reason;
  }
}

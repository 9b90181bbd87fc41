import type { AppendResult, ExpiryReason, Position } from '../event-log.ts';
import type { RecordPlace, StoredRecord } from '../record-store.ts';

/**
 * A delivery as it crosses to the worker thread. A list, because an object takes its keys along each time: the same as
 * objects took a third more CPU on both sides.
 */
export type DeliveryRow = readonly [
  id: string,
  source: string,
  type: string,
  subject: string | null,
  time: string,
  dataJson: string,
  bodyHash: string,
  traceparent: string | null,
];

export interface Append {
  readonly kind: 'append';
  readonly rows: readonly DeliveryRow[];
  readonly nowMs: number;
  /** Appends nothing when one of them is a conflict. */
  readonly allOrNothing: boolean;
}

/** Work that changes the file: what waits together is committed together. */
export type Write =
  | Append
  | { readonly kind: 'add'; readonly record: StoredRecord }
  | { readonly kind: 'replace'; readonly record: StoredRecord; readonly expected: string }
  | {
      readonly kind: 'remove';
      readonly collection: string;
      readonly key: string;
      readonly expected: string | undefined;
    }
  /** Removes the events of a source up to an offset, and what is known of their ids. */
  | { readonly kind: 'forget'; readonly source: string; readonly upTo: number };

/** What is past retention, all times in milliseconds. */
export interface Sweep {
  readonly nowMs: number;
  readonly ageMs: number;
  /** 0: no bound. */
  readonly bytesMax: number;
  readonly markEveryMs: number;
  readonly idAgeMs: number;
}

/** What one step of a sweep came to. */
export interface Swept {
  readonly events: number;
  /** Whether nothing is left to remove. */
  readonly isDone: boolean;
}

export type Work =
  | { readonly kind: 'write'; readonly write: Write }
  | {
      readonly kind: 'read';
      readonly source: string;
      readonly after: Position | null;
      readonly limit: number;
    }
  | {
      readonly kind: 'read-before';
      readonly source: string;
      readonly before: Position | null;
      readonly limit: number;
    }
  | { readonly kind: 'head'; readonly source: string }
  | { readonly kind: 'find'; readonly source: string; readonly id: string }
  | { readonly kind: 'get-record'; readonly collection: string; readonly key: string }
  | {
      readonly kind: 'list-records';
      readonly collection: string;
      readonly after: RecordPlace | null;
      readonly limit: number;
    }
  | { readonly kind: 'count-records'; readonly collection: string }
  /** Removes some of what is past retention. */
  | { readonly kind: 'sweep'; readonly sweep: Sweep }
  /** Proves that the file takes writes. */
  | { readonly kind: 'probe' }
  /** Closes the database after everything sent before, then ends the thread. */
  | { readonly kind: 'close' };

export type Request = Work & { readonly number: number };

/** What became of a delivery: a `BatchResult` without the epoch. */
export type Appended =
  | { readonly status: AppendResult['status']; readonly offset: number }
  | { readonly status: 'conflict' | 'withheld'; readonly offset: null };

export interface AppendOutcome {
  readonly epoch: string;
  readonly results: readonly Appended[];
}

export type Failure =
  | { readonly kind: 'unavailable'; readonly message: string }
  | {
      readonly kind: 'expired';
      readonly source: string;
      readonly earliest: Position;
      readonly reason: ExpiryReason;
    };

export type Reply =
  | { readonly kind: 'done'; readonly number: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly number: number; readonly failure: Failure }
  /** The database is open: at the start, and again after a failure closed it. */
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly message: string };

export interface WorkerOptions {
  /** Absolute path, or `:memory:`. */
  readonly path: string;
  readonly lockTimeoutMs: number;
}

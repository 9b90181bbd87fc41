import type { Position, StoredEvent, VerifiedDelivery } from '../event-log.ts';

/** A delivery as it crosses to the worker thread. */
export type PlainDelivery = Omit<StoredEvent, keyof Position> & Pick<VerifiedDelivery, 'bodyHash'>;

export type Work =
  | { readonly kind: 'append'; readonly deliveries: readonly PlainDelivery[]; readonly nowMs: number }
  | {
      readonly kind: 'read';
      readonly source: string;
      readonly after: Position | null;
      readonly limit: number;
    }
  | { readonly kind: 'head'; readonly source: string }
  /** Proves that the file takes writes. */
  | { readonly kind: 'probe' }
  /** Closes the database after everything sent before, then ends the thread. */
  | { readonly kind: 'close' };

export type Request = Work & { readonly number: number };

export interface Appended {
  readonly status: 'appended' | 'duplicate' | 'conflict';
  readonly offset: number;
}

export interface AppendOutcome {
  readonly epoch: string;
  readonly results: readonly Appended[];
}

export type Failure =
  | { readonly kind: 'unavailable'; readonly message: string }
  | { readonly kind: 'expired'; readonly source: string; readonly earliest: Position };

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

import type { MetricsPage, MetricsSnapshot } from '../metrics/metrics-page.ts';

/** What a worker tells the primary. */
export type WorkerMessage =
  | { type: 'ready'; url: string; subgraphs: readonly string[] }
  /** An answer to `metrics`. */
  | { type: 'metrics'; snapshot: MetricsSnapshot }
  /** Somebody asks this worker for the page of all. */
  | { type: 'page-wanted' };

/** What the primary tells a worker that is ready. That it should end is told by SIGTERM. */
export type PrimaryMessage =
  /** Services are to be told of callbacks, by this worker alone. */
  | { type: 'register-callbacks' }
  | { type: 'metrics' }
  /** An answer to `page-wanted`. */
  | { type: 'page'; page: MetricsPage };

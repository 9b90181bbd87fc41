/** What `GET /metrics` answers, in the text format of Prometheus. */
export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

/** What one process counted, as `getMetricsAsJSON` of prom-client gives it; it crosses process borders as it is. */
export type MetricsSnapshot = readonly object[];

import type { ContenderCpu } from '../contender-cpu.ts';

/** What one contender took in one scenario, its CPU per operation. Medians are over the rounds. */
export interface GatewayResult extends ContenderCpu {
  scenario: string;
  what: string;
  contender: string;
  /** REST calls per operation while many are under way, those of subgraphs included: median. */
  restCalls: number;
  /** Operations per second with all connections busy: median. */
  perSecond: number;
  /** Latency at half of that rate: median of the rounds' percentiles. */
  p50Ms: number;
  p99Ms: number;
  /** Longest delay of the event loop in a busy round: median. */
  eventLoopDelayMs: number;
}

/** The process of one contender. */
export interface ServerResult {
  contender: string;
  versions: readonly string[];
  /** Resident set at the end of all scenarios. */
  rssMiB: number;
  rssPeakMiB: number;
}

export interface GatewaysReport {
  rounds: number;
  results: readonly GatewayResult[];
  servers: readonly ServerResult[];
}

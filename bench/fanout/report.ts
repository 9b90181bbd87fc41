import type { ContenderCpu } from '../contender-cpu.ts';

/** What one contender took with so many subscribers, its CPU per delivered message. Medians are over the rounds. */
export interface FanoutResult extends ContenderCpu {
  /** Subscribers, one socket each, all with one operation. */
  sockets: number;
  contender: string;
  /** Messages delivered per second with always some events on their way: median. */
  messagesPerSecond: number;
  /** From the moment at which an event was due to its last delivery, at half of that rate: median of the rounds' percentiles. */
  p50Ms: number;
  p99Ms: number;
}

/** What one more idle subscription takes, in bytes: medians over the rounds. */
export interface MemoryResult {
  sockets: number;
  contender: string;
  rssBytes: number;
  rssSpread: readonly [number, number];
  /** Of it in the heap of the main thread. */
  heapBytes: number;
}

export interface FanoutServer {
  contender: string;
  versions: readonly string[];
  /** How long a message is, in bytes. */
  messageBytes: number;
}

export interface FanoutReport {
  rounds: number;
  results: readonly FanoutResult[];
  memoryRounds: number;
  memory: readonly MemoryResult[];
  servers: readonly FanoutServer[];
}

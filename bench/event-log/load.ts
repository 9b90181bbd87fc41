/** What the process of a contender is asked over the channel of `child_process`, and what it answers. */

/** Append so much and wait until all of it was delivered. */
export interface Load {
  load: number;
  /** Events a second at fixed times; null: as many as are taken, `atATime` under way. */
  perSecond: number | null;
  seconds: number;
}

export interface Loaded {
  loaded: number;
  events: number;
  /** Of appending alone, and until the last was delivered. */
  appendedPerSecond: number;
  deliveredPerSecond: number;
  /** Microseconds of CPU of the process with all its threads, for each event. */
  cpuMicroseconds: number;
  /** From the call of append to the callback of the subscriber in the same process. */
  p50Ms: number;
  p99Ms: number;
}

/** Tells what a listening process has heard since it was asked last. */
export interface Heard {
  heard: number;
  events: number;
  cpuMicroseconds: number;
}

/** How many appends are under way when nothing sets their pace. */
export const atATime = 256;

import { availableParallelism, cpus, totalmem } from 'node:os';

/** What one contender took in one scenario. */
export interface Result {
  scenario: string;
  contender: string;
  /** Microseconds of CPU (user and system) per operation: median over the rounds. */
  cpuMicroseconds: number;
  /** That of the fastest and the slowest round. */
  spread: readonly [number, number];
  /** Median over the rounds of this contender's time divided by that of the scenario's reference. */
  ratio: number;
}

export interface Report {
  title: string;
  /** What was measured and how, for somebody who reads only this. */
  method: string;
  rounds: number;
  results: readonly Result[];
  /** What is told besides: memory, delays, slopes. */
  tables?: readonly Table[];
}

/** A table of its own kind. */
export interface Table {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

export interface Machine {
  date: string;
  cpu: string;
  cores: number;
  memoryGiB: number;
  node: string;
}

export function readMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}

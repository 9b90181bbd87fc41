import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from './statistics.ts';

/** Does it once. @returns the moment at which it was done, as `performance.now()` tells it */
export type Operation = () => Promise<number>;

/** Milliseconds. */
export interface Latency {
  p50Ms: number;
  p99Ms: number;
}

/**
 * Keeps so many operations under way for so long, and waits for the last of them.
 * @returns how many were done, and how many of them a second
 */
export async function keepBusy(
  operate: Operation,
  { atATime, seconds }: { atATime: number; seconds: number },
): Promise<{ operations: number; perSecond: number }> {
  let operations = 0;
  const start = performance.now();
  const end = start + seconds * 1_000;
  const worker = async () => {
    for (; performance.now() < end; operations++) await operate();
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return { operations, perSecond: (operations / (performance.now() - start)) * 1_000 };
}

/**
 * Starts operations at a fixed rate, however long they take. Latency counts from the moment at which an operation was due,
 * so that a server that stalls is not asked less.
 */
export async function keepRate(
  operate: Operation,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Latency> {
  const latencies: number[] = [];
  const failures: unknown[] = [];
  const underWay: Promise<void>[] = [];
  const start = performance.now();
  const total = Math.ceil(perSecond * seconds);
  for (let started = 0; started < total; await sleep(1)) {
    for (; started < total; started++) {
      const due = start + (started / perSecond) * 1_000;
      if (due > performance.now()) break;
      const operation = operate().then((done) => void latencies.push(done - due));
      underWay.push(operation.catch((error: unknown) => void failures.push(error)));
    }
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
  return { p50Ms: percentile(latencies, 50), p99Ms: percentile(latencies, 99) };
}

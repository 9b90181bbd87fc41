import { setTimeout as sleep } from 'node:timers/promises';
import type { VerifiedDelivery } from '../../events/event-log.ts';
import { percentile } from '../statistics.ts';
import { numberOf, orderDelivery } from './events.ts';
import { atATime, type Load, type Loaded } from './load.ts';

/** What is measured. */
export interface Contender {
  /** Resolves when it is kept. */
  append: (delivery: VerifiedDelivery) => Promise<unknown>;
  /** Calls back with the ids of what was appended, in order. */
  listen: (onIds: (ids: readonly string[]) => void) => Promise<unknown>;
}

/** How many deliveries are made before they are needed, so that making them is not measured. */
const madeAtATime = 4096;

/** How long it waits for what was appended and not heard of yet, in milliseconds. */
const restMsMax = 10_000;

/** Does the loads that the process is asked for, one at a time, and says once that it is ready. */
export async function serveLoads({ append, listen }: Contender): Promise<void> {
  const deliveries = Array.from({ length: madeAtATime }, (_, at) => orderDelivery(at));
  const begun = new Map<number, number>();
  let latencies: number[] = [];
  let next = Date.now() * 1000;
  let allHeard: (() => void) | undefined;

  await listen((ids) => {
    const now = performance.now();
    for (const id of ids) {
      const number = numberOf(id);
      const start = begun.get(number);
      if (start === undefined) continue;
      begun.delete(number);
      latencies.push(now - start);
    }
    if (begun.size === 0) allHeard?.();
  });

  async function appendOne(): Promise<void> {
    const number = next++;
    begun.set(number, performance.now());
    const made = deliveries[number % madeAtATime] as VerifiedDelivery;
    await append({ ...made, id: `msg_${number}` });
  }

  async function keepBusy(seconds: number): Promise<void> {
    const end = performance.now() + seconds * 1000;
    const worker = async () => {
      while (performance.now() < end) await appendOne();
    };
    await Promise.all(Array.from({ length: atATime }, worker));
  }

  async function keepRate(perSecond: number, seconds: number): Promise<void> {
    const start = performance.now();
    const total = Math.ceil(perSecond * seconds);
    const appending: Promise<void>[] = [];
    while (appending.length < total) {
      const due = Math.min(total, ((performance.now() - start) / 1000) * perSecond);
      while (appending.length < due) appending.push(appendOne());
      await sleep(1);
    }
    await Promise.all(appending);
  }

  async function run({ load, perSecond, seconds }: Load): Promise<Loaded> {
    const first = next;
    latencies = [];
    const before = process.cpuUsage();
    const start = performance.now();
    await (perSecond === null ? keepBusy(seconds) : keepRate(perSecond, seconds));
    const appended = performance.now();
    const rest = new Promise<void>((resolve) => (allHeard = resolve));
    // Who finds no holes never hears what a message lost.
    if (begun.size > 0) await Promise.race([rest, sleep(restMsMax)]);
    const heard = performance.now();
    begun.clear();
    const { user, system } = process.cpuUsage(before);
    const events = next - first;
    return {
      loaded: load,
      events,
      appendedPerSecond: (events / (appended - start)) * 1000,
      deliveredPerSecond: (latencies.length / (heard - start)) * 1000,
      cpuMicroseconds: (user + system) / events,
      p50Ms: percentile(latencies, 50),
      p99Ms: percentile(latencies, 99),
    };
  }

  process.on('message', (message: Partial<Load>) => {
    if (message.load !== undefined) void run(message as Load).then((loaded) => process.send?.(loaded));
  });
  process.send?.({ ready: 'by message' });
}

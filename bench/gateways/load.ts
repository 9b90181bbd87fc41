import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { percentile } from '../statistics.ts';

/** Operations, asked for in turn over and over. */
export interface Load {
  /** Base URL of the server. */
  url: string;
  /** Bodies of the POSTs. Their answers are equally long. */
  bodies: readonly string[];
  connections: number;
}

/** Asks for operations, and expects answers of one length. */
export interface LoadGenerator {
  /** Keeps every connection busy for so long. @returns how many operations were answered, and how many of them a second */
  closed(options: { seconds: number }): Promise<{ operations: number; perSecond: number }>;
  /**
   * Starts operations at a fixed rate, however long the answers take. Latency counts from the moment at which an operation
   * was due, so that a server that stalls is not asked less.
   */
  open(options: { perSecond: number; seconds: number }): Promise<Latency>;
  close(): Promise<void>;
}

/** Milliseconds. */
export interface Latency {
  p50Ms: number;
  p99Ms: number;
}

/** @throws Error of `closed` and `open`, when an answer is not 200 or has another length than the first one */
export function createLoadGenerator({ url, bodies, connections }: Load): LoadGenerator {
  const pool = new Pool(new URL(url).origin, { connections, headersTimeout: 60_000 });
  const request = {
    method: 'POST',
    path: '/graphql',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
  } as const;
  let asked = 0;
  let expected: number | undefined;

  async function operate(): Promise<void> {
    const response = await pool.request({ ...request, body: bodies[asked++ % bodies.length] ?? '' });
    const { byteLength } = await response.body.bytes();
    expected ??= byteLength;
    if (response.statusCode === 200 && byteLength === expected) return;
    throw new Error(`${url} answered ${response.statusCode} and ${byteLength} bytes instead of ${expected}`);
  }

  const closed: LoadGenerator['closed'] = async ({ seconds }) => {
    let operations = 0;
    const start = performance.now();
    const end = start + seconds * 1_000;
    const connection = async () => {
      for (; performance.now() < end; operations++) await operate();
    };
    await Promise.all(Array.from({ length: connections }, connection));
    return { operations, perSecond: (operations / (performance.now() - start)) * 1_000 };
  };

  const open: LoadGenerator['open'] = async ({ perSecond, seconds }) => {
    const latencies: number[] = [];
    const failures: unknown[] = [];
    const underWay: Promise<void>[] = [];
    const start = performance.now();
    const total = Math.ceil(perSecond * seconds);
    for (let started = 0; started < total; await sleep(1)) {
      for (; started < total; started++) {
        const due = start + (started / perSecond) * 1_000;
        if (due > performance.now()) break;
        const operation = operate().then(() => void latencies.push(performance.now() - due));
        underWay.push(operation.catch((error: unknown) => void failures.push(error)));
      }
    }
    await Promise.all(underWay);
    if (failures.length > 0) throw failures[0];
    return { p50Ms: percentile(latencies, 50), p99Ms: percentile(latencies, 99) };
  };

  return { closed, open, close: () => pool.close() };
}

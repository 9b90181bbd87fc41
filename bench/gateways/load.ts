import { Pool } from 'undici';
import { keepBusy, keepRate, type Latency, type Operation } from '../pace.ts';

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
  /** Starts operations at a fixed rate, however long the answers take. */
  open(options: { perSecond: number; seconds: number }): Promise<Latency>;
  close(): Promise<void>;
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

  const operate: Operation = async () => {
    const response = await pool.request({ ...request, body: bodies[asked++ % bodies.length] ?? '' });
    const { byteLength } = await response.body.bytes();
    expected ??= byteLength;
    if (response.statusCode === 200 && byteLength === expected) return performance.now();
    throw new Error(`${url} answered ${response.statusCode} and ${byteLength} bytes instead of ${expected}`);
  };

  return {
    closed: ({ seconds }) => keepBusy(operate, { atATime: connections, seconds }),
    open: (options) => keepRate(operate, options),
    close: () => pool.close(),
  };
}

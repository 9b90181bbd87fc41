import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer } from '../../test/utils/redis-server.ts';
import { toCpuResults } from '../cpu.ts';
import { bodyBytes } from '../ingest/delivery.ts';
import type { Report, Table } from '../report.ts';
import { median } from '../statistics.ts';
import { atATime, type Loaded } from './load.ts';
import { startListener, startLogProcess, type LogProcess } from './processes.ts';

const seconds = { warmUp: 3, busy: 2, rate: 2 };
const rates = [1_000, 5_000, 20_000] as const;
const listeners = [1, 4, 16] as const;
/** What the listening processes are sent. */
const listenedPerSecond = 2_000;

const method = `What it costs to append an event of ${bodyBytes} bytes of JSON to the log and to be called back with it, in one process
that appends and listens. SQLite is the embedded log, a file that is synced with every commit. Redis is a \`redis-server\` of
its own with \`appendonly yes\` and \`appendfsync everysec\`. Bare ioredis issues the same script, for what one turn of the event
loop brings, and parses each message: no bounds, no timeouts, no proof that nothing is missing. CPU is that of the
process with all of its threads; Redis is a process of its own. In a round each in alternating order is kept busy for
${seconds.busy} seconds with ${atATime} appends under way, and then given events at fixed times; latency is from the call of append to the
callback. Then more processes listen to the same Redis, at ${listenedPerSecond} events per second.`;

/** What the event log costs, beside the least that a log on Redis does. */
export async function eventLogBenchmark({ rounds }: { rounds: number }): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const redis = await startRedisServer({ args: ['--appendonly', 'yes', '--appendfsync', 'everysec'] });
  const processes: LogProcess[] = [];
  try {
    processes.push(await startLogProcess('bare ioredis', 'bare-process.ts', redis.url));
    processes.push(await startLogProcess('Sluice, Redis', 'sluice-process.ts', redis.url));
    processes.push(
      await startLogProcess('Sluice, SQLite', 'sluice-process.ts', `sqlite:${join(folder, 'events.db')}`),
    );
    for (const { load } of processes) await load({ perSecond: null, seconds: seconds.warmUp });
    const turns = await takeTurns(processes, rounds);
    const names = processes.map(({ name }) => name);
    const results = toCpuResults(
      names,
      turns.map((own) => own.map(({ busy }) => busy.cpuMicroseconds)),
    );
    const [, ours] = processes;
    if (!ours) throw new Error('There is no process to listen to');
    return {
      title: 'An event, appended and delivered',
      method,
      rounds,
      results: results.map((result) => ({ scenario: 'append and deliver', ...result })),
      tables: [
        busyTable(names, turns),
        latencyTable(names, turns),
        await listenersTable(ours, redis.url, rounds),
      ],
    };
  } finally {
    for (const { stop } of processes) await stop();
    await redis.close();
    await rm(folder, { recursive: true });
  }
}

interface Turn {
  busy: Loaded;
  atRate: Loaded[];
}

/** @returns the turns of each process */
async function takeTurns(processes: readonly LogProcess[], rounds: number): Promise<Turn[][]> {
  const turns = new Map(processes.map((process) => [process, [] as Turn[]]));
  for (let round = 0; round < rounds; round++) {
    for (const process of round % 2 === 0 ? processes : processes.toReversed()) {
      const busy = await process.load({ perSecond: null, seconds: seconds.busy });
      const atRate: Loaded[] = [];
      for (const perSecond of rates) atRate.push(await process.load({ perSecond, seconds: seconds.rate }));
      turns.get(process)?.push({ busy, atRate });
    }
  }
  return [...turns.values()];
}

function busyTable(names: readonly string[], turns: readonly Turn[][]): Table {
  const rows = names.map((name, at) => {
    const busy = (turns[at] ?? []).map((turn) => turn.busy);
    return [
      name,
      median(busy.map(({ appendedPerSecond }) => appendedPerSecond)).toFixed(0),
      median(busy.map(({ deliveredPerSecond }) => deliveredPerSecond)).toFixed(0),
    ];
  });
  return {
    title: 'As fast as it goes',
    columns: ['log', 'appended per second', 'delivered per second'],
    rows,
  };
}

function latencyTable(names: readonly string[], turns: readonly Turn[][]): Table {
  const rows = names.flatMap((name, at) =>
    rates.map((perSecond, index) => {
      const own = (turns[at] ?? []).flatMap(({ atRate }) => atRate[index] ?? []);
      return [
        name,
        perSecond,
        median(own.map(({ deliveredPerSecond }) => deliveredPerSecond)).toFixed(0),
        median(own.map(({ cpuMicroseconds }) => cpuMicroseconds)).toFixed(1),
        median(own.map(({ p50Ms }) => p50Ms)).toFixed(2),
        median(own.map(({ p99Ms }) => p99Ms)).toFixed(1),
      ];
    }),
  );
  const columns = [
    'log',
    'events per second',
    'delivered per second',
    'CPU µs per event',
    'p50 ms',
    'p99 ms',
  ];
  return { title: 'From append to callback', columns, rows };
}

async function listenersTable(appending: LogProcess, url: string, rounds: number): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const count of listeners) {
    const nodes = await Promise.all(Array.from({ length: count }, () => startListener(url)));
    try {
      const samples: { appender: number; listener: number; missing: number }[] = [];
      for (let round = 0; round < rounds; round++) {
        for (const { hear } of nodes) await hear();
        const { cpuMicroseconds, events } = await appending.load({
          perSecond: listenedPerSecond,
          seconds: seconds.rate,
        });
        const heard = await Promise.all(nodes.map(({ hear }) => hear()));
        samples.push({
          appender: cpuMicroseconds,
          listener: median(heard.map((node) => node.cpuMicroseconds / events)),
          missing: Math.max(...heard.map((node) => events - node.events)),
        });
      }
      rows.push([
        count,
        median(samples.map(({ appender }) => appender)).toFixed(1),
        median(samples.map(({ listener }) => listener)).toFixed(1),
        Math.max(...samples.map(({ missing }) => missing)),
      ]);
    } finally {
      for (const { stop } of nodes) await stop();
    }
  }
  const columns = [
    'listening processes',
    'CPU µs per event, appending',
    'CPU µs per event, each that listens',
    'events not heard when the last was delivered',
  ];
  return { title: 'More processes listen (Redis)', columns, rows };
}

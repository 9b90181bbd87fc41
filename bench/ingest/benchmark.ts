import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { startRedisServer } from '../../test/utils/redis-server.ts';
import { toCpuResults } from '../cpu.ts';
import { firstNumber } from '../fanout/order.ts';
import { keepBusy, keepRate, type Operation } from '../pace.ts';
import type { Report } from '../report.ts';
import { startServerProcess, type ServerProcess } from '../server-process.ts';
import { median } from '../statistics.ts';
import { bodyBytes, createDelivery, path, secret } from './delivery.ts';

/** How long a server is warmed up, kept busy, and sent half of what it can take. */
const seconds = { warmUp: 3, busy: 2, half: 2 };
const connections = 32;
const scenario = `${bodyBytes} bytes`;

const method = `What it costs to take one webhook delivery of ${bodyBytes} bytes of JSON over HTTP: verified by HMAC-SHA256
(Standard Webhooks), held against its OpenAPI schema, and durably in the event log before it is answered. The raw server is
\`node:http\`, \`createHmac\` and \`JSON.parse\` and keeps nothing. Sluice is \`sluice serve\`, on a file of SQLite that is synced
with every commit, and on a \`redis-server\` of its own with \`appendonly yes\` and \`appendfsync always\`. CPU is user and
system time of the server's process with all of its threads; Redis and the senders are processes of their own. In a round
each server in alternating order is kept busy for ${seconds.busy} seconds over ${connections} connections (CPU, deliveries per second) and then sent
half of that rate at fixed times, however long answers take (latency, counted from the moment at which a delivery was
due). Every delivery has an id of its own. The rate is what this machine gives while server, Redis and senders share its
cores.`;

interface Server {
  name: string;
  process: ServerProcess;
  deliver: Operation;
  close: () => Promise<void>;
  cpuMicroseconds: number[];
  perSecond: number[];
  p50Ms: number[];
  p99Ms: number[];
}

/** What it costs to receive a webhook durably, beside the least that a receiver does. */
export async function ingestBenchmark({ rounds }: { rounds: number }): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const redis = await startRedisServer({ appendOnly: true });
  const servers: Server[] = [];
  try {
    const here = import.meta.dirname;
    servers.push(serverOf('raw', await startServerProcess({ args: [join(here, 'raw-server.ts')] })));
    const sqlite = `sqlite:${join(folder, 'events.db')}`;
    servers.push(serverOf('Sluice, embedded log', await startSluice(folder, 'sqlite', sqlite)));
    servers.push(serverOf('Sluice, Redis', await startSluice(folder, 'redis', redis.url)));
    for (const { deliver } of servers) {
      await keepBusy(deliver, { atATime: connections, seconds: seconds.warmUp });
    }
    for (let round = 0; round < rounds; round++) {
      for (const server of round % 2 === 0 ? servers : servers.toReversed()) await takeTurn(server);
    }
    return reportOf(servers, rounds);
  } finally {
    for (const { close } of servers) await close();
    await redis.close();
    await rm(folder, { recursive: true });
  }
}

/** `npx sluice serve` on an empty log. */
async function startSluice(folder: string, name: string, eventsUrl: string): Promise<ServerProcess> {
  const scratch = join(folder, name);
  await mkdir(scratch);
  return startServerProcess({
    args: ['bin/sluice.ts', 'serve'],
    env: {
      SUBGRAPHS_DIR: join(import.meta.dirname, '../fanout/subgraphs'),
      ORDERS_WEBHOOK_SECRET: secret,
      EVENTS_URL: eventsUrl,
      COMPILED_DIR: join(scratch, 'compiled'),
      PORT: '0',
    },
  });
}

function serverOf(name: string, process: ServerProcess): Server {
  const pool = new Pool(process.url, { connections });
  let number = firstNumber;
  const deliver: Operation = async () => {
    const { statusCode, headers, body } = await pool.request({
      method: 'POST',
      path,
      ...createDelivery(number++),
    });
    const text = await body.text();
    const done = performance.now();
    if (statusCode === 202 && headers['sluice-duplicate'] === undefined) return done;
    throw new Error(`${name} answered ${statusCode}: ${text.slice(0, 500)}`);
  };
  const close = async () => {
    await pool.close();
    await process.stop();
  };
  return { name, process, deliver, close, cpuMicroseconds: [], perSecond: [], p50Ms: [], p99Ms: [] };
}

async function takeTurn(server: Server): Promise<void> {
  const before = await server.process.usage();
  const busy = await keepBusy(server.deliver, { atATime: connections, seconds: seconds.busy });
  const after = await server.process.usage();
  const half = { perSecond: busy.perSecond / 2, seconds: seconds.half };
  const { p50Ms, p99Ms } = await keepRate(server.deliver, half);
  server.cpuMicroseconds.push((after.cpuMicroseconds - before.cpuMicroseconds) / busy.operations);
  server.perSecond.push(busy.perSecond);
  server.p50Ms.push(p50Ms);
  server.p99Ms.push(p99Ms);
}

function reportOf(servers: readonly Server[], rounds: number): Report {
  const results = toCpuResults(
    servers.map(({ name }) => name),
    servers.map(({ cpuMicroseconds }) => cpuMicroseconds),
  );
  const rows = servers.map(({ name, perSecond, p50Ms, p99Ms }) => [
    name,
    median(perSecond).toFixed(0),
    median(p50Ms).toFixed(1),
    median(p99Ms).toFixed(1),
    Math.max(...p99Ms).toFixed(1),
  ]);
  const columns = ['server', 'deliveries per second', 'p50 ms', 'p99 ms', 'p99 ms, worst round'];
  return {
    title: 'A webhook, received',
    method,
    rounds,
    results: results.map((result) => ({ scenario, ...result })),
    tables: [{ title: 'Rate, and latency at half of it', columns, rows }],
  };
}

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contenderCpu } from '../contender-cpu.ts';
import { versionsOf } from '../gateways/contenders.ts';
import { keepBusy, keepRate } from '../pace.ts';
import { median } from '../statistics.ts';
import { gatherAudience, startRunner, type Audience, type Runner } from './audience.ts';
import { contenders } from './contenders.ts';
import { measureMemory } from './memory.ts';
import type { FanoutReport, FanoutResult, FanoutServer } from './report.ts';

export interface FanoutOptions {
  rounds: number;
  /** Numbers of subscribers. @default 10, 100 and 1000 */
  sockets?: readonly number[] | undefined;
}

/** What the rounds gave for one contender, one value per round. */
interface Measured {
  cpuMicroseconds: number[];
  messagesPerSecond: number[];
  p50Ms: number[];
  p99Ms: number[];
}

interface Turn {
  runner: Runner;
  audience: Audience;
  measured: Measured;
  sockets: number;
}

/** How long a contender is warmed up, kept busy, and published to at half of what it can do. */
const seconds = { warmUp: 2, busy: 1, half: 2 };
/** With fewer subscribers, what is measured is the allocator. */
const memorySocketsMin = 1_000;
const memoryRoundsMax = 3;

/** What it costs to deliver one event to many WebSockets: Sluice, what people use instead, and a bare broadcast. */
export async function fanoutBenchmark(options: FanoutOptions): Promise<FanoutReport> {
  const { rounds, sockets: counts = [10, 100, 1_000] } = options;
  const memoryRounds = Math.min(rounds, memoryRoundsMax);
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const runners: Runner[] = [];
  try {
    for (const [index, contender] of contenders.entries()) {
      const scratch = join(folder, String(index));
      await mkdir(scratch);
      runners.push(await startRunner(contender, scratch));
    }
    const { extensions, servers } = await mustReceiveAlike(runners);
    const report = { rounds, memoryRounds, servers };
    const results: FanoutResult[] = [];
    for (const sockets of counts) {
      results.push(...summarise(await measure({ runners, sockets, rounds, extensions })));
    }
    for (const { server } of runners.splice(0)) await server.stop();
    const memory = [];
    for (const sockets of counts.filter((count) => count >= memorySocketsMin)) {
      memory.push(...(await measureMemory({ sockets, rounds: memoryRounds, folder, extensions })));
    }
    return { ...report, results, memory };
  } finally {
    for (const { server } of runners) await server.stop();
    await rm(folder, { recursive: true });
  }
}

/**
 * Every subscriber checks that the data is that of the event. Here the whole message is looked at.
 * @returns what Sluice tells beside the data, as JSON, and how long a message of each is
 * @throws Error when the bare server's messages are not as long as Sluice's
 */
async function mustReceiveAlike(runners: readonly Runner[]) {
  const sluice = runners.find(({ contender }) => contender.name === 'Sluice');
  if (!sluice) throw new Error('Sluice is no contender');
  const extensions = JSON.stringify(
    (JSON.parse((await receiveOne(sluice, '{}')).toString()) as SluiceMessage).payload.extensions,
  );
  const servers: FanoutServer[] = [];
  for (const runner of runners) {
    const { contender } = runner;
    const { byteLength } = await receiveOne(runner, extensions);
    servers.push({
      contender: contender.name,
      versions: await versionsOf(contender),
      messageBytes: byteLength,
    });
  }
  const [bare, second] = servers;
  if (bare?.messageBytes !== second?.messageBytes) {
    throw new Error(`messages differ in length: ${servers.map(({ messageBytes }) => messageBytes).join()}`);
  }
  return { extensions, servers };
}

interface SluiceMessage {
  payload: { extensions: unknown };
}

/** @returns the message that a subscriber got */
async function receiveOne(runner: Runner, extensions: string): Promise<Buffer> {
  const audience = await gatherAudience(runner, 1, extensions);
  const message = audience.lastMessage();
  await audience.close();
  return message;
}

interface MeasureOptions {
  runners: readonly Runner[];
  sockets: number;
  rounds: number;
  extensions: string;
}

/**
 * In every round each contender has its turn, in alternating order, so that what disturbs the machine disturbs all.
 * @returns what was measured, contender by contender
 */
async function measure(options: MeasureOptions): Promise<readonly Turn[]> {
  const { runners, sockets, rounds, extensions } = options;
  const turns: Turn[] = [];
  try {
    for (const runner of runners) {
      const audience = await gatherAudience(runner, sockets, extensions);
      const measured = { cpuMicroseconds: [], messagesPerSecond: [], p50Ms: [], p99Ms: [] };
      turns.push({ runner, audience, measured, sockets });
    }
    for (const { audience } of turns) {
      await keepBusy(audience.operate, { atATime: audience.eventsAtATime, seconds: seconds.warmUp });
    }
    for (let round = 0; round < rounds; round++) {
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await takeTurn(turn);
    }
    return turns;
  } finally {
    for (const { audience } of turns) await audience.close();
  }
}

async function takeTurn({ runner, audience, measured, sockets }: Turn): Promise<void> {
  const { server } = runner;
  const before = await server.usage();
  const busy = { atATime: audience.eventsAtATime, seconds: seconds.busy };
  const { operations, perSecond } = await keepBusy(audience.operate, busy);
  const after = await server.usage();
  const half = { perSecond: perSecond / 2, seconds: seconds.half };
  const { p50Ms, p99Ms } = await keepRate(audience.operate, half);
  measured.cpuMicroseconds.push((after.cpuMicroseconds - before.cpuMicroseconds) / operations / sockets);
  measured.messagesPerSecond.push(perSecond * sockets);
  measured.p50Ms.push(p50Ms);
  measured.p99Ms.push(p99Ms);
}

function summarise(turns: readonly Turn[]): FanoutResult[] {
  const cpuOf = (name: string | undefined) =>
    turns.find(({ runner }) => runner.contender.name === name)?.measured.cpuMicroseconds ?? [];
  const bare = cpuOf(turns[0]?.runner.contender.name);
  const sluice = cpuOf('Sluice');
  return turns.map(({ runner, measured, sockets }) => {
    return {
      sockets,
      contender: runner.contender.name,
      ...contenderCpu({ own: measured.cpuMicroseconds, limit: bare, sluice }),
      messagesPerSecond: median(measured.messagesPerSecond),
      p50Ms: median(measured.p50Ms),
      p99Ms: median(measured.p99Ms),
    };
  });
}

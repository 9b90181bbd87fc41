import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { contenderCpu } from '../contender-cpu.ts';
import type { ServerProcess } from '../server-process.ts';
import { median } from '../statistics.ts';
import { contenders, startStore, startSubgraphs, versionsOf, type Contender } from './contenders.ts';
import { createLoadGenerator, type LoadGenerator } from './load.ts';
import type { GatewayResult, GatewaysReport, ServerResult } from './report.ts';
import { scenarios, type Scenario } from './scenarios.ts';

export interface GatewaysOptions {
  rounds: number;
  /** Measures one scenario alone. @default all */
  scenario?: string | undefined;
}

/** A contender, and the process that it runs in. */
interface Runner {
  contender: Contender;
  server: ServerProcess;
}

/** What the rounds of a scenario gave for one contender, one value per round. */
interface Measured {
  cpuMicroseconds: number[];
  perSecond: number[];
  p50Ms: number[];
  p99Ms: number[];
  eventLoopDelayMsMax: number[];
  restCalls: number[];
}

/** How long a contender is warmed up, kept busy, and asked at half of what it can do. */
const seconds = { warmUp: 3, busy: 1, half: 1 };

/** What an operation costs over HTTP: Sluice, what people use instead, and a handler written by hand. */
export async function gatewaysBenchmark(options: GatewaysOptions): Promise<GatewaysReport> {
  const { rounds, scenario: only } = options;
  const scratch = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const stops: (() => Promise<void>)[] = [() => rm(scratch, { recursive: true })];
  const started = async (starting: Promise<ServerProcess>) => {
    const server = await starting;
    stops.push(server.stop);
    return server;
  };
  try {
    const store = await started(startStore());
    const ground = { storeUrl: store.url, scratch, supergraphFile: join(scratch, 'supergraph.graphql') };
    await started(startSubgraphs(ground));
    const runners: Runner[] = [];
    for (const contender of contenders) {
      runners.push({ contender, server: await started(contender.start(ground)) });
    }
    const results: GatewayResult[] = [];
    for (const scenario of scenarios) {
      if (only !== undefined && only !== scenario.name) continue;
      await mustAnswerAlike(scenario, runners);
      const measured = await measure({ scenario, runners, rounds, storeUrl: store.url });
      results.push(...summarise({ scenario, runners, measured }));
    }
    return { rounds, results, servers: await Promise.all(runners.map(describe)) };
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

/**
 * Keys of objects may come in another order.
 * @throws Error when the contenders do not answer the same data, or with errors
 */
async function mustAnswerAlike(scenario: Scenario, runners: readonly Runner[]): Promise<void> {
  let first: unknown;
  for (const { contender, server } of runners) {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: bodyFor({ scenario, contender, number: 1_000 }),
    });
    const answer = await response.text();
    const parsed = JSON.parse(answer) as unknown;
    first ??= parsed;
    if (!isDeepStrictEqual(parsed, first)) {
      throw new Error(`${scenario.name}: ${contender.name} answers otherwise: ${answer.slice(0, 500)}`);
    }
  }
}

interface BodyOptions {
  scenario: Scenario;
  contender: Contender;
  number: number;
}

function bodyFor({ scenario, contender, number }: BodyOptions): string {
  const { document, variables } = scenario;
  return JSON.stringify({ query: document(contender.names), variables: variables(number) });
}

/** Numbers of four digits: the answers are equally long. */
const numbers = Array.from({ length: 1_000 }, (_, index) => 1_000 + index);

interface MeasureOptions {
  scenario: Scenario;
  runners: readonly Runner[];
  rounds: number;
  storeUrl: string;
}

/**
 * In every round each contender has its turn, in alternating order, so that what disturbs the machine disturbs all.
 * @returns what was measured, contender by contender
 */
async function measure(options: MeasureOptions): Promise<readonly Measured[]> {
  const { scenario, runners, rounds, storeUrl } = options;
  const turns = runners.map(({ contender, server }) => {
    const { connections } = scenario;
    const bodies = numbers.map((number) => bodyFor({ scenario, contender, number }));
    const load = createLoadGenerator({ url: server.url, bodies, connections });
    const measured: Measured = {
      cpuMicroseconds: [],
      perSecond: [],
      p50Ms: [],
      p99Ms: [],
      eventLoopDelayMsMax: [],
      restCalls: [],
    };
    return { server, load, measured, storeUrl };
  });
  try {
    for (const { load } of turns) await load.closed({ seconds: seconds.warmUp });
    for (let round = 0; round < rounds; round++) {
      for (const turn of round % 2 === 0 ? turns : turns.toReversed()) await takeTurn(turn);
    }
    return turns.map(({ measured }) => measured);
  } finally {
    for (const { load } of turns) await load.close();
  }
}

interface Turn {
  server: ServerProcess;
  load: LoadGenerator;
  measured: Measured;
  storeUrl: string;
}

async function takeTurn({ server, load, measured, storeUrl }: Turn): Promise<void> {
  const callsBefore = await countCalls(storeUrl);
  const before = await server.usage(true);
  const { operations, perSecond } = await load.closed({ seconds: seconds.busy });
  const after = await server.usage(true);
  measured.restCalls.push(((await countCalls(storeUrl)) - callsBefore) / operations);
  const { p50Ms, p99Ms } = await load.open({ perSecond: perSecond / 2, seconds: seconds.half });
  measured.cpuMicroseconds.push((after.cpuMicroseconds - before.cpuMicroseconds) / operations);
  measured.perSecond.push(perSecond);
  measured.p50Ms.push(p50Ms);
  measured.p99Ms.push(p99Ms);
  measured.eventLoopDelayMsMax.push(after.eventLoopDelayMsMax);
}

async function countCalls(storeUrl: string): Promise<number> {
  return Number(await (await fetch(`${storeUrl}/calls`)).text());
}

interface SummaryOptions {
  scenario: Scenario;
  runners: readonly Runner[];
  measured: readonly Measured[];
}

function summarise({ scenario, runners, measured }: SummaryOptions): GatewayResult[] {
  const cpu = measured.map(({ cpuMicroseconds }) => cpuMicroseconds);
  const [byHand = []] = cpu;
  const sluice = cpu[runners.findIndex(({ contender }) => contender.name === 'Sluice')] ?? [];
  return runners.map(({ contender }, index) => {
    const rounds = measured[index];
    return {
      scenario: scenario.name,
      what: scenario.what,
      contender: contender.name,
      restCalls: median(rounds?.restCalls ?? []),
      ...contenderCpu({ own: cpu[index] ?? [], limit: byHand, sluice }),
      perSecond: median(rounds?.perSecond ?? []),
      p50Ms: median(rounds?.p50Ms ?? []),
      p99Ms: median(rounds?.p99Ms ?? []),
      eventLoopDelayMs: median(rounds?.eventLoopDelayMsMax ?? []),
    };
  });
}

async function describe({ contender, server }: Runner): Promise<ServerResult> {
  const { rssBytes, rssPeakBytes } = await server.usage();
  return {
    contender: contender.name,
    versions: await versionsOf(contender),
    rssMiB: Math.round(rssBytes / 2 ** 20),
    rssPeakMiB: Math.round(rssPeakBytes / 2 ** 20),
  };
}

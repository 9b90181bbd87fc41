import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { ServerProcess } from '../server-process.ts';
import { median, ratios, spread } from '../statistics.ts';
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
}

/** How long a contender is warmed up, kept busy, and asked at half of what it can do. */
const seconds = { warmUp: 3, busy: 1, half: 1 };

/** What an operation costs over HTTP: Sluice, what people use instead, and a handler written by hand. */
export async function gatewaysBenchmark({
  rounds,
  scenario: only,
}: GatewaysOptions): Promise<GatewaysReport> {
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
      const restCalls = await mustAnswerAlike({ scenario, runners, storeUrl: store.url });
      const measured = await measure({ scenario, runners, rounds });
      results.push(...summarise({ scenario, runners, restCalls, measured }));
    }
    return { rounds, results, servers: await Promise.all(runners.map(describe)) };
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

interface AnswersOptions {
  scenario: Scenario;
  runners: readonly Runner[];
  storeUrl: string;
}

/**
 * Keys of objects may come in another order.
 * @returns how many REST calls each contender makes for the answer
 * @throws Error when the contenders do not answer the same data, or with errors
 */
async function mustAnswerAlike({ scenario, runners, storeUrl }: AnswersOptions): Promise<readonly number[]> {
  const countCalls = async () => Number(await (await fetch(`${storeUrl}/calls`)).text());
  const restCalls: number[] = [];
  let first: unknown;
  for (const { contender, server } of runners) {
    const before = await countCalls();
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: bodyFor(scenario, contender),
    });
    const answer = await response.text();
    restCalls.push((await countCalls()) - before);
    const parsed = JSON.parse(answer) as { data: unknown };
    first ??= parsed;
    if (!isDeepStrictEqual(parsed, first)) {
      throw new Error(`${scenario.name}: ${contender.name} answers otherwise: ${answer.slice(0, 500)}`);
    }
  }
  return restCalls;
}

function bodyFor({ document, variables }: Scenario, { names }: Contender): string {
  return JSON.stringify({ query: document(names), variables });
}

interface MeasureOptions {
  scenario: Scenario;
  runners: readonly Runner[];
  rounds: number;
}

/**
 * In every round each contender has its turn, in alternating order, so that what disturbs the machine disturbs all.
 * @returns what was measured, contender by contender
 */
async function measure({ scenario, runners, rounds }: MeasureOptions): Promise<readonly Measured[]> {
  const turns = runners.map(({ contender, server }) => {
    const { connections } = scenario;
    const load = createLoadGenerator({ url: server.url, body: bodyFor(scenario, contender), connections });
    const measured: Measured = {
      cpuMicroseconds: [],
      perSecond: [],
      p50Ms: [],
      p99Ms: [],
      eventLoopDelayMsMax: [],
    };
    return { server, load, measured };
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
}

async function takeTurn({ server, load, measured }: Turn): Promise<void> {
  const before = await server.usage(true);
  const { operations, perSecond } = await load.closed({ seconds: seconds.busy });
  const after = await server.usage(true);
  const { p50Ms, p99Ms } = await load.open({ perSecond: perSecond / 2, seconds: seconds.half });
  measured.cpuMicroseconds.push((after.cpuMicroseconds - before.cpuMicroseconds) / operations);
  measured.perSecond.push(perSecond);
  measured.p50Ms.push(p50Ms);
  measured.p99Ms.push(p99Ms);
  measured.eventLoopDelayMsMax.push(after.eventLoopDelayMsMax);
}

interface SummaryOptions {
  scenario: Scenario;
  runners: readonly Runner[];
  restCalls: readonly number[];
  measured: readonly Measured[];
}

function summarise({ scenario, runners, restCalls, measured }: SummaryOptions): GatewayResult[] {
  const cpu = measured.map(({ cpuMicroseconds }) => cpuMicroseconds);
  const [byHand = []] = cpu;
  const sluice = cpu[runners.findIndex(({ contender }) => contender.name === 'Sluice')] ?? [];
  return runners.map(({ contender }, index) => {
    const own = cpu[index] ?? [];
    const toHand = ratios(own, byHand);
    const rounds = measured[index];
    return {
      scenario: scenario.name,
      what: scenario.what,
      contender: contender.name,
      restCalls: restCalls[index] ?? Number.NaN,
      cpuMicroseconds: median(own),
      spread: spread(own),
      ratio: median(toHand),
      ratioSpread: spread(toHand),
      ratioToSluice: median(ratios(own, sluice)),
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

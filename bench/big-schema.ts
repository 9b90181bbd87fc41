import { createRequire } from 'node:module';
import { copyFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import {
  askServer,
  gatewayEnvironment,
  longerStall,
  noStall,
  requestsAtATime,
  sendAll,
  stallCells,
  stallColumns,
  stallMethod,
  stopServers,
  toMebibytes,
  type AskedServer,
  type Stall,
} from './asked-server.ts';
import { startCollections, type CollectionsService } from './collections.ts';
import { toCpuResults } from './cpu.ts';
import type { Report, Result, Table } from './report.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { storeCollections, storeFolder } from './store.ts';

/** GitHub's own description of its REST API, 13 MB. */
const githubDocument = '@octokit/openapi/generated/api.github.com.json';
/** Whatever the document says, its calls go to the service of the benchmark. */
const githubConfig = JSON.stringify({
  endpoint: '${ORDERS_URL}',
  prefix: 'Github',
  operations: { rename: { 'repos/get': 'repository' } },
});
const repository = {
  owner: 'octokit',
  name: 'openapi',
  full_name: 'octokit/openapi',
  description: 'GitHub’s OpenAPI specification',
  stargazers_count: 100,
  open_issues_count: 5,
  default_branch: 'main',
};

interface Scenario {
  name: string;
  /** A document; `number` makes it one that was not seen before. */
  document: (number: number) => string;
  needsGithub: boolean;
  documentsPerRound: number;
}

const storeFields = 'id status total customer { name email }';
const githubFields = 'name fullName description stargazersCount openIssuesCount defaultBranch';
const storeQuery = (alias: string) => `{ ${alias}: order(orderId: "ord_1") { ${storeFields} } }`;
const githubQuery = (alias: string) =>
  `{ ${alias}: repository(owner: "octokit", repo: "openapi") { ${githubFields} } }`;

const scenarios: readonly Scenario[] = [
  {
    name: 'store: an order and its customer, 2 calls, seen before',
    document: () => storeQuery('order'),
    needsGithub: false,
    documentsPerRound: 500,
  },
  {
    name: 'store: the same, never seen before',
    document: (number) => storeQuery(`order${number}`),
    needsGithub: false,
    documentsPerRound: 40,
  },
  {
    name: 'GitHub: a repository, 1 call, seen before',
    document: () => githubQuery('repository'),
    needsGithub: true,
    documentsPerRound: 500,
  },
  {
    name: 'GitHub: the same, never seen before',
    document: (number) => githubQuery(`repository${number}`),
    needsGithub: true,
    documentsPerRound: 40,
  },
  {
    name: 'introspection, seen before',
    document: () => getIntrospectionQuery(),
    needsGithub: false,
    documentsPerRound: 50,
  },
  {
    name: 'introspection, never seen before',
    document: (number) => getIntrospectionQuery().replace('IntrospectionQuery', `Introspection${number}`),
    needsGithub: false,
    documentsPerRound: 2,
  },
];

/** The big document is compiled at the first start. */
const startMsMax = 180_000;

const method = `A gateway that serves GitHub's REST API (${githubDocument}) beside the repository's own
subgraphs, and one that serves these alone: what the size of a schema costs. CPU is that of the server's process, all
threads, per request over HTTP, ${requestsAtATime} at a time; one process answers for all services from memory. Servers take
turns. ${stallMethod}`;

interface Contender extends AskedServer {
  hasGithub: boolean;
  /** The first with nothing compiled before, and a later one. */
  starts: readonly Start[];
}

interface Start {
  seconds: number;
  cpuSeconds: number;
  rssBytes: number;
  heapBytes: number;
  stall: Stall;
}

/** What it costs to serve a schema of the size of GitHub's. */
export async function bigSchemaBenchmark({ rounds }: { rounds: number }): Promise<Report> {
  const service = await startCollections({
    ...storeCollections,
    repos: { key: 'owner', rows: [repository] },
  });
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const contenders: Contender[] = [];
  try {
    contenders.push(await start('store', false, folder, service));
    contenders.push(await start('store and GitHub', true, folder, service));
    const stalls: StallRow[] = [];
    const results: Result[] = [];
    for (const scenario of scenarios) {
      const asked = contenders.filter(({ hasGithub }) => hasGithub || !scenario.needsGithub);
      results.push(...(await measureScenario(scenario, asked, rounds, stalls)));
    }
    const tables = [startTable(contenders), stallTable(stalls)];
    return { title: 'A schema of the size of GitHub’s', method, rounds, results, tables };
  } finally {
    await stopServers(contenders);
    await service.close();
    await rm(folder, { recursive: true });
  }
}

async function start(
  name: string,
  hasGithub: boolean,
  folder: string,
  service: CollectionsService,
): Promise<Contender> {
  const own = join(folder, hasGithub ? 'big' : 'small');
  await cp(storeFolder, join(own, 'subgraphs'), { recursive: true });
  if (hasGithub) await writeGithub(join(own, 'subgraphs/github'));
  const env = gatewayEnvironment(service.url, own, join(own, 'subgraphs'));
  const args = ['--expose-gc', 'bin/sluice.ts', 'serve'];
  const begin = async () => {
    const from = performance.now();
    const server = await startServerProcess({ args, env, startMsMax, delayResolutionMs: 1 });
    return { server, start: await readStart(server, (performance.now() - from) / 1000) };
  };
  const first = await begin();
  await first.server.stop();
  const { server, start: later } = await begin();
  return { ...askServer(name, server), hasGithub, starts: [first.start, later] };
}

async function writeGithub(folder: string): Promise<void> {
  await mkdir(folder);
  const document = createRequire(import.meta.url).resolve(githubDocument);
  await copyFile(document, join(folder, 'openapi.json'));
  await writeFile(join(folder, 'subgraph.yaml'), githubConfig);
}

async function readStart(server: ServerProcess, seconds: number): Promise<Start> {
  const usage = await server.usage();
  const { cpuMicroseconds, rssBytes } = usage;
  const heapBytes = await server.heapBytes();
  return {
    seconds,
    cpuSeconds: cpuMicroseconds / 1e6,
    rssBytes,
    heapBytes,
    stall: longerStall(noStall, usage),
  };
}

interface StallRow {
  scenario: string;
  contender: string;
  stall: Stall;
}

async function measureScenario(
  { name: scenario, document, documentsPerRound }: Scenario,
  contenders: readonly Contender[],
  rounds: number,
  stalls: StallRow[],
): Promise<readonly Result[]> {
  const times = contenders.map((): number[] => []);
  const longest = contenders.map(() => noStall);
  let number = 0;
  for (let round = -1; round < rounds; round++) {
    const documents = Array.from({ length: documentsPerRound }, () => document(number++));
    const order = [...contenders.keys()];
    for (const index of round % 2 === 0 ? order : order.toReversed()) {
      const contender = contenders[index];
      if (!contender) continue;
      const before = await contender.server.usage(true);
      await sendAll(contender, documents);
      const after = await contender.server.usage();
      longest[index] = longerStall(longest[index] ?? noStall, after);
      if (round >= 0) {
        times[index]?.push((after.cpuMicroseconds - before.cpuMicroseconds) / documentsPerRound);
      }
    }
  }
  contenders.forEach((contender, index) => {
    stalls.push({ scenario, contender: contender.name, stall: longest[index] ?? noStall });
  });
  const names = contenders.map((contender) => contender.name);
  return toCpuResults(names, times).map((result) => ({ scenario, ...result }));
}

function startTable(contenders: readonly Contender[]): Table {
  return {
    title: 'Start',
    columns: [
      'gateway',
      'compiled before',
      'until ready, s',
      'CPU, s',
      'resident, MiB',
      'heap, MiB',
      ...stallColumns,
    ],
    rows: contenders.flatMap(({ name, starts }) =>
      starts.map(({ seconds, cpuSeconds, rssBytes, heapBytes, stall }, index) => [
        name,
        index === 0 ? 'no' : 'yes',
        seconds.toFixed(1),
        cpuSeconds.toFixed(1),
        toMebibytes(rssBytes),
        toMebibytes(heapBytes),
        ...stallCells(stall),
      ]),
    ),
  };
}

function stallTable(stalls: readonly StallRow[]): Table {
  return {
    title: 'The event loop at its longest standstill',
    columns: ['scenario', 'gateway', ...stallColumns],
    rows: stalls.map(({ scenario, contender, stall }) => [scenario, contender, ...stallCells(stall)]),
  };
}

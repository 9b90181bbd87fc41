import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { composeSupergraph } from '../mesh/federation/compose.ts';
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
import { makeDocuments, type MadeDocumentsOptions } from './made-documents.ts';
import { toCpuResults } from './cpu.ts';
import type { Report, Table } from './report.ts';
import { startServerProcess } from './server-process.ts';
import { startStore, storeFolder } from './store.ts';
import { startSubgraphServer } from './subgraph-server.ts';

/** Documents that warm up V8, that are measured, and that show whether memory goes on growing, half of them each time. */
const counts = { warming: 500, measured: 10_000, further: 20_000 };
/** Documents after which memory is read, of the measured ones. */
const memoryAfter = [1_000, 5_000, 10_000];

const method = `Documents that no server has seen before: ${counts.measured} valid queries of the repository's own subgraphs,
made from a seed, unlike each other in selections, aliases, nesting and arguments, each sent once over HTTP, ${requestsAtATime} at a
time. CPU is that of the server's process, all threads: parse, validate, plan, compile, execute, answer. Apollo Server with
\`@apollo/gateway\`, with the defaults that their users get, calls the same subgraphs over HTTP; what these spend is not
counted. Sluice makes the REST calls itself, and these are counted. Servers take turns, and all answer the same bytes,
which is checked. ${counts.warming} other documents warm each server up. The heap of the main
thread is read after a garbage collection; of the other threads (of Sluice those that plan and that keep events) it is what V8
holds for them, garbage included. ${stallMethod}`;

/** What a document costs that was never seen before, beside Apollo Server. */
export async function coldBenchmark({ rounds }: { rounds: number }): Promise<Report> {
  const store = await startStore();
  const composed = composeSupergraph(store.subgraphs);
  const subgraphServer = await startSubgraphServer(composed);
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const contenders: AskedServer[] = [];
  try {
    const supergraphFile = join(folder, 'supergraph.graphql');
    await writeFile(supergraphFile, withUrls(composed.sdl, subgraphServer.url));
    const apollo = join(import.meta.dirname, 'gateways/apollo/gateway.js');
    const start = async (name: string, args: readonly string[], env = {}) => {
      const server = await startServerProcess({
        args: ['--expose-gc', ...args],
        env,
        delayResolutionMs: 1,
      });
      const asked = askServer(name, server);
      contenders.push(asked);
      return asked;
    };
    await start('Apollo Server', [apollo, supergraphFile]);
    const env = gatewayEnvironment(store.url, folder, storeFolder);
    const sluice = await start('Sluice', ['bin/sluice.ts', 'serve'], env);
    const documents = storeDocuments(await introspect(sluice));
    return await measureCold(contenders, documents, rounds);
  } finally {
    await stopServers(contenders);
    await subgraphServer.close();
    await store.close();
    await rm(folder, { recursive: true });
  }
}

/** A supergraph whose subgraphs are in the gateway's process, for gateways that call them over HTTP. */
function withUrls(sdl: string, base: string): string {
  return sdl.replaceAll(/url: "sluice:([a-z0-9-]+)"/g, `url: "${base}/$1"`);
}

function storeDocuments(introspection: IntrospectionQuery) {
  const prefixes: Readonly<Record<string, string>> = {
    customer: 'cus_',
    order: 'ord_',
    payment: 'pay_',
    item: 'SKU-',
  };
  const idFor: MadeDocumentsOptions['idFor'] = (argument, field, number) => {
    const kinds = Object.keys(prefixes);
    const kind =
      kinds.find((name) => argument.name.startsWith(name)) ??
      kinds.find((name) => field.name.startsWith(name)) ??
      '';
    return `${prefixes[kind]}${number}`;
  };
  const made = makeDocuments({
    introspection,
    count: Object.values(counts).reduce((a, b) => a + b),
    seed: 4,
    idFor,
  });
  const measuredEnd = counts.warming + counts.measured;
  return {
    warming: made.slice(0, counts.warming),
    measured: made.slice(counts.warming, measuredEnd),
    further: made.slice(measuredEnd),
  };
}

type Documents = ReturnType<typeof storeDocuments>;

async function measureCold(
  contenders: readonly AskedServer[],
  documents: Documents,
  rounds: number,
): Promise<Report> {
  for (const contender of contenders) {
    await sendAll(contender, documents.warming);
    await contender.server.usage(true);
  }
  const memory = new Map(contenders.map(({ name }) => [name, [] as Memory[]]));
  const stalls = new Map(contenders.map(({ name }) => [name, noStall]));
  const times = contenders.map((): number[] => []);
  const perRound = Math.ceil(documents.measured.length / rounds);
  for (let from = 0; from < documents.measured.length; from += perRound) {
    const some = documents.measured.slice(from, from + perRound);
    const order = [...contenders.keys()];
    const answers: (readonly string[])[] = [];
    for (const index of (from / perRound) % 2 === 0 ? order : order.toReversed()) {
      const contender = contenders[index];
      if (!contender) continue;
      const before = await contender.server.usage(true);
      answers.push(await sendAll(contender, some));
      const after = await contender.server.usage();
      times[index]?.push((after.cpuMicroseconds - before.cpuMicroseconds) / some.length);
      stalls.set(contender.name, longerStall(stalls.get(contender.name) ?? noStall, after));
      const passed = memoryAfter.some((count) => count > from && count <= from + some.length);
      if (passed) memory.get(contender.name)?.push(await readMemory(contender, from + some.length));
    }
    mustBeAlike(some, answers);
  }
  const sluice = contenders.find(({ name }) => name === 'Sluice');
  if (sluice) {
    const half = counts.further / 2;
    for (const from of [0, half]) {
      await sendAll(sluice, documents.further.slice(from, from + half));
      memory.get('Sluice')?.push(await readMemory(sluice, counts.measured + from + half));
    }
  }
  const tables = [memoryTable(memory), stallTable(stalls)];
  const scenario = 'a document never seen before';
  const names = contenders.map(({ name }) => name);
  const results = toCpuResults(names, times).map((result) => ({ scenario, ...result }));
  return { title: 'Documents never seen before', method, rounds, results, tables };
}

async function introspect(contender: AskedServer): Promise<IntrospectionQuery> {
  const [answer = ''] = await sendAll(contender, [getIntrospectionQuery()]);
  return (JSON.parse(answer) as { data: IntrospectionQuery }).data;
}

interface Memory {
  documents: number;
  rssBytes: number;
  heapBytes: number;
  threadsHeapBytes: number;
}

async function readMemory({ server }: AskedServer, documents: number): Promise<Memory> {
  const heapBytes = await server.heapBytes();
  const threadsHeapBytes = await server.threadsHeapBytes();
  // Collecting all garbage at once is no delay that anybody else would see.
  const { rssBytes } = await server.usage(true);
  return { documents, rssBytes, heapBytes, threadsHeapBytes };
}

function mustBeAlike(
  documents: readonly string[],
  [first = [], ...others]: readonly (readonly string[])[],
): void {
  for (const answers of others) {
    const differing = first.findIndex((answer, index) => answer !== answers[index]);
    if (differing === -1) continue;
    throw new Error(
      `the answers differ for ${documents[differing]}:\n${first[differing]}\n${answers[differing]}`,
    );
  }
}

function memoryTable(memory: ReadonlyMap<string, readonly Memory[]>): Table {
  return {
    title: 'Memory',
    columns: [
      'contender',
      'documents',
      'resident, MiB',
      'heap of the main thread, MiB',
      'heaps of other threads, MiB',
    ],
    rows: [...memory].flatMap(([name, read]) =>
      read.map(({ documents, rssBytes, heapBytes, threadsHeapBytes }) => [
        name,
        documents,
        toMebibytes(rssBytes),
        toMebibytes(heapBytes),
        toMebibytes(threadsHeapBytes),
      ]),
    ),
  };
}

function stallTable(stalls: ReadonlyMap<string, Stall>): Table {
  return {
    title: 'The event loop at its longest standstill',
    columns: ['contender', ...stallColumns],
    rows: [...stalls].map(([name, stall]) => [name, ...stallCells(stall)]),
  };
}

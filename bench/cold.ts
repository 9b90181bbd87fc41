import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildClientSchema,
  getIntrospectionQuery,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql';
import { Pool } from 'undici';
import { composeSupergraph } from '../mesh/federation/compose.ts';
import { makeDocuments, type MadeDocumentsOptions } from './made-documents.ts';
import { median } from './cpu.ts';
import type { Report, Result, Table } from './report.ts';
import { startServerProcess, type ServerProcess } from './server-process.ts';
import { startStore, storeEnvironment, storeFolder, type Store } from './store.ts';
import { startSubgraphServer } from './subgraph-server.ts';

/** Documents that warm up V8, that are measured, and that show whether memory goes on growing. */
const counts = { warming: 500, measured: 10_000, further: 20_000 };
/** Documents after which memory is read, of the measured ones. */
const memoryAfter = [1_000, 5_000, 10_000];
const concurrency = 4;

const method = `Documents that no server has seen before: ${counts.measured} valid queries of the repository's own subgraphs,
made from a seed, unlike each other in selections, aliases, nesting and arguments, each sent once over HTTP, ${concurrency} at a
time. CPU is that of the server's process, all threads: parse, validate, plan, compile, execute, answer. Apollo Server with
\`@apollo/gateway\`, with the defaults that their users get, calls the same subgraphs over HTTP; what these spend is not
counted. Sluice makes the REST calls itself, and these are counted. Servers take turns, and all answer the same bytes,
which is checked. ${counts.warming} other documents warm each server up. Heap is that of the main thread after a garbage
collection. The delay is how much later than asked for a timer of 1 ms ran in the main thread, planning, compiling,
garbage collection and the operating system included.`;

interface Contender {
  name: string;
  server: ServerProcess;
  pool: Pool;
}

/** What a document costs that was never seen before, beside Apollo Server. */
export async function coldBenchmark({ rounds }: { rounds: number }): Promise<Report> {
  const store = await startStore();
  const composed = composeSupergraph(store.subgraphs);
  const subgraphServer = await startSubgraphServer(composed);
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  const contenders: Contender[] = [];
  try {
    const supergraphFile = join(folder, 'supergraph.graphql');
    await writeFile(supergraphFile, composed.sdl);
    const apollo = join(import.meta.dirname, 'servers/apollo.js');
    contenders.push(await start('Apollo Server', { args: [apollo, supergraphFile, subgraphServer.url] }));
    const sluice = await start('Sluice', {
      args: ['bin/sluice.ts', 'serve'],
      env: gatewayEnvironment(store, folder),
    });
    contenders.push(sluice);
    const documents = storeDocuments(await introspect(sluice));
    return await measureCold(contenders, documents, rounds);
  } finally {
    for (const { server, pool } of contenders) {
      await pool.close();
      await server.stop();
    }
    await subgraphServer.close();
    await store.close();
    await rm(folder, { recursive: true });
  }
}

interface Program {
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
}

async function start(name: string, { args, env = {} }: Program): Promise<Contender> {
  const server = await startServerProcess({ args: ['--expose-gc', ...args], env });
  return { name, server, pool: new Pool(server.url, { connections: concurrency }) };
}

function gatewayEnvironment({ url }: Store, folder: string) {
  return {
    ...storeEnvironment(url),
    SUBGRAPHS_DIR: storeFolder,
    COMPILED_DIR: join(folder, 'compiled'),
    EVENTS_URL: `sqlite:${join(folder, 'events.db')}`,
    LOG_LEVEL: 'error',
    PORT: '0',
  };
}

function storeDocuments(schema: GraphQLSchema) {
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
    schema,
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
  contenders: readonly Contender[],
  documents: Documents,
  rounds: number,
): Promise<Report> {
  for (const contender of contenders) {
    await sendAll(contender, documents.warming);
    await contender.server.usage(true);
  }
  const memory = new Map(contenders.map(({ name }) => [name, [] as Memory[]]));
  const delays = new Map(contenders.map(({ name }) => [name, 0]));
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
      delays.set(contender.name, Math.max(delays.get(contender.name) ?? 0, after.eventLoopDelayMsMax));
      const passed = memoryAfter.some((count) => count > from && count <= from + some.length);
      if (passed) memory.get(contender.name)?.push(await readMemory(contender, from + some.length));
    }
    mustBeAlike(some, answers);
  }
  const sluice = contenders.find(({ name }) => name === 'Sluice');
  if (sluice) {
    await sendAll(sluice, documents.further);
    memory.get('Sluice')?.push(await readMemory(sluice, counts.measured + counts.further));
  }
  const tables = [memoryTable(memory), delayTable(delays)];
  return {
    title: 'Documents never seen before',
    method,
    rounds,
    results: resultsOf(contenders, times),
    tables,
  };
}

async function introspect(contender: Contender): Promise<GraphQLSchema> {
  const [answer = ''] = await sendAll(contender, [getIntrospectionQuery()]);
  return buildClientSchema((JSON.parse(answer) as { data: IntrospectionQuery }).data);
}

interface Memory {
  documents: number;
  rssBytes: number;
  heapBytes: number;
}

async function readMemory({ server }: Contender, documents: number): Promise<Memory> {
  const heapBytes = await server.heapBytes();
  // Collecting all garbage at once is no delay that anybody else would see.
  const { rssBytes } = await server.usage(true);
  return { documents, rssBytes, heapBytes };
}

/** @returns the answers, in the order of the documents */
async function sendAll({ name, pool }: Contender, documents: readonly string[]): Promise<readonly string[]> {
  const answers: string[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < documents.length; index = next++) {
      const query = documents[index] ?? '';
      const { body } = await pool.request({
        method: 'POST',
        path: '/graphql',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      const answer = (await body.text()).trim();
      if (!answer.startsWith('{"data":')) throw new Error(`${name} answered ${query}\nwith ${answer}`);
      answers[index] = answer;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return answers;
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

function resultsOf(
  contenders: readonly Contender[],
  times: readonly (readonly number[])[],
): readonly Result[] {
  return contenders.map(({ name }, index) => {
    const own = times[index] ?? [];
    return {
      scenario: 'a document never seen before',
      contender: name,
      cpuMicroseconds: median(own),
      spread: [Math.min(...own), Math.max(...own)] as const,
      ratio: median(own.map((time, round) => time / (times[0]?.[round] ?? Number.NaN))),
    };
  });
}

function memoryTable(memory: ReadonlyMap<string, readonly Memory[]>): Table {
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  return {
    title: 'Memory',
    columns: ['contender', 'documents', 'resident, MiB', 'heap, MiB'],
    rows: [...memory].flatMap(([name, read]) =>
      read.map(({ documents, rssBytes, heapBytes }) => [
        name,
        documents,
        mebibytes(rssBytes),
        mebibytes(heapBytes),
      ]),
    ),
  };
}

function delayTable(delays: ReadonlyMap<string, number>): Table {
  return {
    title: 'Longest delay of the event loop',
    columns: ['contender', 'ms'],
    rows: [...delays].map(([name, milliseconds]) => [name, milliseconds.toFixed(1)]),
  };
}

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startServerProcess, type ServerProcess } from '../server-process.ts';
import { meshNames, sluiceNames, type SchemaNames } from './scenarios.ts';

/** Where the contenders find what they need. */
export interface Ground {
  /** Base URL of the REST services. */
  storeUrl: string;
  /** Folder for what is made during the run. */
  scratch: string;
  /** Supergraph of the HTTP subgraphs. */
  supergraphFile: string;
}

export interface Contender {
  name: string;
  /** Packages whose versions the report names, by the folder that has them installed. */
  packages: readonly string[];
  names: SchemaNames;
  start(ground: Ground): Promise<ServerProcess>;
}

const here = import.meta.dirname;
const bench = dirname(here);
const checkout = dirname(bench);
const peer = (path: string) => join(bench, 'node_modules', path);

/** The first is what the others are compared with. */
export const contenders: readonly Contender[] = [
  {
    name: 'by hand',
    packages: ['undici'],
    names: sluiceNames,
    start: ({ storeUrl }) => startServerProcess({ args: [join(here, 'by-hand/server.ts'), storeUrl] }),
  },
  { name: 'Sluice', packages: [], names: sluiceNames, start: startSluice },
  {
    name: 'Hive Gateway',
    packages: ['@graphql-hive/gateway', '@graphql-mesh/compose-cli', '@omnigraph/openapi'],
    names: meshNames,
    start: startHive,
  },
  {
    name: 'Hive Gateway, Rust planner',
    packages: ['@graphql-hive/gateway', '@graphql-hive/router-runtime'],
    names: sluiceNames,
    start: ({ supergraphFile }) => startHiveGateway(supergraphFile, '--hive-router-runtime'),
  },
  {
    name: 'Apollo Server + gateway',
    packages: ['@apollo/server', '@apollo/gateway', '@apollo/subgraph'],
    names: sluiceNames,
    start: ({ supergraphFile }) =>
      startServerProcess({ args: [join(here, 'apollo/gateway.js'), supergraphFile] }),
  },
];

/** Whether `npm ci --prefix bench` was run. */
export function peersAreInstalled(): boolean {
  return existsSync(peer('@graphql-hive/gateway/package.json'));
}

/** Name and version of what a contender runs on. */
export async function versionsOf({
  name,
  packages,
}: Pick<Contender, 'name' | 'packages'>): Promise<readonly string[]> {
  const own = name === 'Sluice' ? [join(checkout, 'package.json')] : [];
  const files = [...own, ...packages.map((path) => peer(`${path}/package.json`))];
  return Promise.all(
    files.map(async (file) => {
      const found = JSON.parse(await readFile(file, 'utf8')) as { name: string; version: string };
      return `${found.name} ${found.version}`;
    }),
  );
}

/** The REST services. */
export function startStore(): Promise<ServerProcess> {
  return startServerProcess({ args: [join(here, 'services.ts')] });
}

/** The HTTP subgraphs of the contenders that take a supergraph; writes that. */
export function startSubgraphs({ storeUrl, supergraphFile }: Ground): Promise<ServerProcess> {
  return startServerProcess({ args: [join(here, 'apollo/subgraphs.js'), storeUrl, supergraphFile] });
}

/** `npx sluice serve`. */
function startSluice({ storeUrl, scratch }: Ground): Promise<ServerProcess> {
  return startServerProcess({
    args: ['bin/sluice.ts', 'serve'],
    env: {
      SUBGRAPHS_DIR: join(here, 'subgraphs'),
      STORE_URL: storeUrl,
      EVENTS_URL: `sqlite:${join(scratch, 'events.db')}`,
      COMPILED_DIR: join(scratch, 'compiled'),
      PORT: '0',
    },
  });
}

/** `mesh-compose` on the same documents, then `hive-gateway supergraph`. */
async function startHive({ storeUrl, scratch }: Ground): Promise<ServerProcess> {
  const supergraphFile = join(scratch, 'mesh.graphql');
  const compose = peer('@graphql-mesh/compose-cli/esm/bin.js');
  await promisify(execFile)(process.execPath, [compose, '-c', 'mesh.config.js', '-o', supergraphFile], {
    cwd: join(here, 'hive'),
    env: { STORE_URL: storeUrl },
  });
  return startHiveGateway(supergraphFile);
}

/** One process, which is the default: it forks none of its own. */
async function startHiveGateway(
  supergraphFile: string,
  ...options: readonly string[]
): Promise<ServerProcess> {
  const port = await freePort();
  const { url, ...server } = await startServerProcess({
    args: [
      peer('@graphql-hive/gateway/dist/bin.js'),
      'supergraph',
      supergraphFile,
      '--host=127.0.0.1',
      `--port=${port}`,
      ...options,
    ],
    cwd: join(here, 'hive'),
    url: `http://127.0.0.1:${port}/readiness`,
  });
  return { ...server, url: new URL(url).origin };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

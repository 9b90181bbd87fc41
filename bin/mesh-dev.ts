/**
 * `npm run mesh:dev -- <subgraph> [port]`: opens one wrapped service alone in GraphQL Mesh's own development server,
 * to look at what Mesh makes of a document before names, entities and links are added.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { readConfig, subgraphEnvironment } from '../gateway/config.ts';
import { documentFiles } from '../mesh/document/document-files.ts';
import { readDocument } from '../mesh/document/read-document.ts';
import { normalise } from '../mesh/normalise/normalise.ts';
import { documentNames } from '../mesh/load-subgraphs.ts';
import { parseSubgraphConfig } from '../mesh/config/subgraph-config.ts';

const usage = 'Usage: npm run mesh:dev -- <subgraph> [port]';

/** Only the endpoint is read: secrets that are not set must not get in the way. */
async function endpointOf(folder: string): Promise<string> {
  const file = join(folder, 'subgraph.yaml');
  const { endpoint } = parse(await readFile(file, 'utf8')) as { endpoint?: unknown };
  const config = parseSubgraphConfig(stringify({ endpoint }), file, subgraphEnvironment());
  if (config.endpoint === undefined) throw config.problem(['endpoint'], 'is missing');
  return config.endpoint;
}

async function writeMeshProject(dir: string, folder: string, name: string, port: number): Promise<void> {
  const documentName = documentNames.find((base) => existsSync(join(folder, base)));
  if (!documentName) throw new Error(`${folder} has no OpenAPI document`);
  const file = join(folder, documentName);
  const address = resolve(file);
  const files = documentFiles({ folder: resolve(folder), documentName, allowed: { files: [], urls: [] } });
  const read = await readDocument({ text: await files.read(address), address, file, files });
  const { document } = normalise(read.document, name);
  const openapi = {
    source: './openapi.json',
    endpoint: await endpointOf(folder),
    ignoreErrorResponses: true,
  };
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'openapi.json'), JSON.stringify(document));
  await writeFile(
    join(dir, '.meshrc.yaml'),
    stringify({ sources: [{ name, handler: { openapi } }], serve: { hostname: '127.0.0.1', port } }),
  );
}

async function meshDev([name, port = '4200']: readonly string[]): Promise<number> {
  if (name === undefined || !/^[a-z][a-z0-9-]*$/.test(name) || !/^\d+$/.test(port)) throw new Error(usage);
  // Inside the checkout, because Mesh looks for its packages from there.
  const dir = join('.mesh', name);
  try {
    await writeMeshProject(dir, join(readConfig().subgraphsDir, name), name, Number(port));
    const mesh = spawn(process.execPath, ['node_modules/@graphql-mesh/cli/cjs/bin.js', 'dev', '--dir', dir], {
      stdio: 'inherit',
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => mesh.kill(signal));
    const [code] = (await once(mesh, 'exit')) as [number | null];
    return code ?? 0;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await meshDev(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

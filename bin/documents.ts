/**
 * `npm run documents`: compiles the public OpenAPI documents in ../shared/specs, each in a process of its own, and writes
 * docs/documents.md.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { parseOpenApiDocument } from '../mesh/document/parse-document.ts';
import { loadSubgraphs } from '../mesh/load-subgraphs.ts';
import {
  countOperations,
  forEachOperation,
  forEachWebhook,
  isObject,
  type OpenApiDocument,
} from '../mesh/document/openapi-document.ts';
import type { Subgraph } from '../mesh/subgraph.ts';

/** The folder of public documents beside the checkout. */
export const specsFolder = new URL('../../shared/specs/', import.meta.url);

/** A public document and the prefix with which it stands beside the others. */
export interface PublicDocument {
  file: string;
  name: string;
  prefix: string;
}

export const publicDocuments: readonly PublicDocument[] = [
  { file: 'adyen-checkout-v71.json', name: 'adyen-checkout', prefix: 'AdyenCheckout' },
  { file: 'adyen-webhooks-v1.yaml', name: 'adyen-webhooks', prefix: 'AdyenWebhook' },
  { file: 'camara-quality-on-demand.yaml', name: 'camara', prefix: 'Camara' },
  { file: 'clerk-webhooks-2025-04-15.yaml', name: 'clerk', prefix: 'Clerk' },
  { file: 'lithic.yaml', name: 'lithic', prefix: 'Lithic' },
  { file: 'oai-callback-example-3.0.yaml', name: 'oai-callback', prefix: 'OaiCallback' },
  { file: 'oai-tictactoe-3.1.yaml', name: 'oai-tictactoe', prefix: 'OaiTicTacToe' },
  { file: 'oai-webhook-example-3.1.yaml', name: 'oai-webhook', prefix: 'OaiWebhook' },
  { file: 'openai.yaml', name: 'openai', prefix: 'OpenAi' },
  { file: 'redocly-museum.yaml', name: 'museum', prefix: 'Museum' },
  { file: 'resend.json', name: 'resend', prefix: 'Resend' },
  { file: 'tmf622-product-ordering-v5.yaml', name: 'tmf622', prefix: 'Tmf622' },
];

/** Names of the callbacks and webhooks of a document. */
export function eventNames(document: OpenApiDocument): readonly string[] {
  const names = new Set<string>();
  forEachWebhook(document, (name) => names.add(name));
  forEachOperation(document, ({ callbacks }) => {
    if (isObject(callbacks)) for (const name of Object.keys(callbacks)) names.add(name);
  });
  return [...names];
}

/** Writes a folder for a document: its file, an endpoint, a prefix, and the events that are subscribed to. */
export async function writeFolder(
  dir: string,
  { name, prefix }: Pick<PublicDocument, 'name' | 'prefix'>,
  text: string,
  events: readonly string[] = [],
): Promise<void> {
  const folder = join(dir, name);
  await mkdir(folder, { recursive: true });
  const isJson = text.trimStart().startsWith('{');
  await writeFile(join(folder, isJson ? 'openapi.json' : 'openapi.yaml'), text);
  const webhooks = Object.fromEntries(events.map((event) => [event, { verify: { scheme: 'none' } }]));
  const config = { endpoint: 'http://127.0.0.1:1', prefix, ...(events.length > 0 && { webhooks }) };
  await writeFile(join(folder, 'subgraph.yaml'), stringify(config));
}

/** How many operations of a document became fields of Query and Mutation. */
export function servedOperations({ schema }: Subgraph): number {
  const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {}),
  );
  // Federation adds `_service` and `_entities`.
  return fields.filter((field) => !field.startsWith('_')).length;
}

interface Measured {
  operations: number;
  served: number;
  events: number;
  warnings: number;
  seconds: number;
  megabytes: number;
}

/** In a process of its own: what was compiled before takes no part. */
async function measure(name: string): Promise<Measured> {
  const found = publicDocuments.find((one) => one.name === name);
  if (!found) throw new Error(`there is no document ${name}`);
  const text = await readFile(new URL(found.file, specsFolder), 'utf8');
  const dir = await mkdtemp(join(tmpdir(), 'sluice-document-'));
  try {
    await writeFolder(dir, found, text);
    const start = process.cpuUsage();
    const { subgraphs, problems } = await loadSubgraphs({ dir, env: {} });
    const { user, system } = process.cpuUsage(start);
    const seconds = (user + system) / 1e6;
    const [subgraph] = subgraphs;
    if (!subgraph) throw new Error(problems[0]?.message ?? `${name} is not there`);
    await subgraph.close();
    const document = parseOpenApiDocument(text, found.file);
    return {
      operations: countOperations(document),
      served: servedOperations(subgraph),
      events: eventNames(document).length,
      warnings: subgraph.warnings.length,
      seconds,
      megabytes: process.resourceUsage().maxRSS / 1024,
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function rowOf({ file, name }: PublicDocument): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, name]);
    const { operations, served, events, warnings, seconds, megabytes } = JSON.parse(stdout) as Measured;
    const size = (await stat(new URL(file, specsFolder))).size / 1024;
    const cells = [file, size.toFixed(0), operations, served, events, warnings];
    return `| ${[...cells, seconds.toFixed(1), megabytes.toFixed(0)].join(' | ')} |`;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    const reason = /^Error: (?:.*openapi\.\w+: )?(.*)$/m.exec(stderr ?? '')?.[1] ?? String(error);
    return `| ${file} | left out: ${reason} | | | | | | |`;
  }
}

async function page(): Promise<string> {
  const rows: string[] = [];
  // One after another: two at once would share the processor.
  for (const document of publicDocuments) rows.push(await rowOf(document));
  const machine = `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
  return `<!-- Written by \`npm run documents\`. Do not edit. -->

# Public documents

Each row is one public OpenAPI document, unchanged, in a folder with an \`endpoint\` and a \`prefix\`. Those that load are composed
into one supergraph by \`test/mesh/real-documents.test.ts\`.

| document | KB | operations | served | events | warnings | CPU seconds | megabytes |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

- **served**: operations that are fields of \`Query\` or \`Mutation\`. A warning tells of each of the others.
- **warnings**: everything that was changed, or is in the document and not in the schema, with its JSON pointer. After the
  compilation the document is compared with the schema, so nothing is lost without one.
- **CPU seconds**: of the processor, from reading the folder to the executable schema, once, in a process of its own.
- **megabytes**: the most memory that this process had (peak resident set), Node and Mesh included.

Measured on ${new Date().toISOString().slice(0, 10)}: ${machine}.
`;
}

if (import.meta.main) {
  const [name] = process.argv.slice(2);
  if (name !== undefined) process.stdout.write(JSON.stringify(await measure(name)));
  else if (!existsSync(specsFolder)) throw new Error(`${specsFolder.pathname} is not there`);
  else await writeFile(new URL('../docs/documents.md', import.meta.url), await page());
}

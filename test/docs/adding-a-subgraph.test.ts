/** The walk through docs/adding-a-subgraph.md, done from its own text. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { textOf } from './repository.ts';

// Each command compiles folders in a process of its own.
jest.setTimeout(90_000);

const page = textOf('docs/adding-a-subgraph.md');
const run = promisify(execFile);

function blocks(language: string): string[] {
  return Array.from(
    page.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs')),
    ([, text]) => text ?? '',
  );
}

const [openapi = '', config = ''] = blocks('yaml');
const [subscription = ''] = blocks('graphql');
const outputs = blocks('text').map((text) => text.trim());

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'sluice-docs-'));
  await cp('subgraphs/customers', join(root, 'subgraphs/customers'), { recursive: true });
  await mkdir(join(root, 'subgraphs/tickets'));
  await writeFile(join(root, 'subgraphs/tickets/openapi.yaml'), openapi);
  await writeFile(join(root, 'subgraphs/tickets/subgraph.yaml'), config);
});

afterAll(() => rm(root, { recursive: true }));

/** Runs a command of Sluice in the folder of the walk, and gives what it printed. */
async function sluice(...args: string[]): Promise<string> {
  const env = { ...process.env, TICKETS_WEBHOOK_SECRET: 'any' };
  const command = [join(process.cwd(), 'bin/sluice.ts'), ...args];
  return run(process.execPath, command, { cwd: root, env }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

test('the folder compiles, and check prints what the page says', async () => {
  const printed = await sluice('check', 'tickets');
  expect(outputs).toContain(printed.trim());
});

test('a mistake is the one line that the page shows', async () => {
  const file = join(root, 'subgraphs/tickets/subgraph.yaml');
  await writeFile(file, config.replace('scheme: github', 'scheme: hmac'));
  const printed = await sluice('check', 'tickets');
  await writeFile(file, config);
  expect(outputs).toContain(printed.trim());
});

test('it composes with customers, and the subscription of the page is valid', async () => {
  expect(await sluice('check')).toContain('subscriptions: ticketOpened, ticketClosed');
  const schema = buildSchema(await sluice('compose'), { assumeValidSDL: true });
  expect(validate(schema, parse(subscription))).toEqual([]);
});

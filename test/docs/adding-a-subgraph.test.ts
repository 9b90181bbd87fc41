/** The walk through docs/adding-a-subgraph.md, done from its own text. */
import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { runProgram } from '../utils/child-process.ts';
import { openSqlite, type EventLogUrl } from '../utils/event-log-urls.ts';
import { startExampleProcesses, type ExampleProcesses } from '../utils/example-processes.ts';
import { startGatewayProcess, stopWell } from '../utils/gateway-process.ts';
import { makeSubgraphsFolder, type SubgraphsFolder } from '../utils/subgraphs-folder.ts';
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

/** The arguments of a command line, without its quotes. */
function words(line: string): string[] {
  return Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? '');
}

describe('the ten lines', () => {
  let services: ExampleProcesses;
  let log: EventLogUrl;
  let mine: SubgraphsFolder;

  beforeAll(async () => {
    [services, log, mine] = await Promise.all([
      startExampleProcesses(),
      openSqlite(),
      makeSubgraphsFolder({}),
    ]);
  });
  afterAll(() => Promise.all([services.stop(), log.close(), mine.remove()]));

  test('lead from nothing to a federated query', async () => {
    const lines = (blocks('sh')[0] ?? '').trim().split('\n');
    expect(lines).toHaveLength(10);
    // The services of the first lines run already, on ports of their own.
    const secret = /ORDERS_WEBHOOK_SECRET=(\S+)/.exec(lines[3] ?? '')?.[1] ?? '';
    const env = { ...services.gatewayEnv, SUBGRAPHS_DIR: mine.path, ORDERS_WEBHOOK_SECRET: secret };
    const commands = lines.filter((line) => line.startsWith('npx sluice') && !line.endsWith('&'));
    const run = (line: string) => runProgram({ args: ['bin/sluice.ts', ...words(line).slice(2)], env });
    for (const line of commands.slice(0, 2)) expect(await run(line)).toMatchObject({ code: 0, stderr: '' });
    const [, link = '', file = ''] = /^echo '(.*)' >> mine\/(.*)$/.exec(lines[6] ?? '') ?? [];
    await appendFile(join(mine.path, file), `${link}\n`);
    expect(await run(commands[2] ?? '')).toMatchObject({ code: 0, stderr: '' });
    const gateway = await startGatewayProcess({ env, eventsUrl: log.url });
    const { query } = JSON.parse(words(lines[9] ?? '').at(-1) ?? '') as { query: string };
    const answer = await gateway.query(query);
    await stopWell(gateway);
    expect(answer).toEqual({
      data: { order: { total: expect.any(Number), customer: { name: 'Miriam Okafor' } } },
    });
  });
});

test('the folder compiles, and check prints what the page says', async () => {
  const printed = await sluice('check', 'tickets');
  expect(outputs).toContain(printed.trim());
});

test('a mistake is the one line that the page shows', async () => {
  const file = join(root, 'subgraphs/tickets/subgraph.yaml');
  await writeFile(file, config.replace('scheme: github', 'scheme: md5'));
  const printed = await sluice('check', 'tickets');
  await writeFile(file, config);
  expect(outputs).toContain(printed.trim());
});

test('it composes with customers, and the subscription of the page is valid', async () => {
  expect(await sluice('check')).toContain('subscriptions: ticketOpened, ticketClosed');
  const schema = buildSchema(await sluice('compose'), { assumeValidSDL: true });
  expect(validate(schema, parse(subscription))).toEqual([]);
});

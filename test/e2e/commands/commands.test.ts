/** The command line, run as people run it. */
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { runningPrograms, runProgram } from '../../utils/child-process.ts';
import { makeSubgraphsFolder } from '../../utils/subgraphs-folder.ts';
import { brokenFolders, smallDocument, type BrokenFolder } from './broken-folders.ts';

afterEach(() => expect(runningPrograms()).toEqual([]));

/** Any secret will do where nothing is delivered. */
const secrets = {
  ORDERS_WEBHOOK_SECRET: 'whsec_b3JkZXJz',
  PAYMENTS_WEBHOOK_SECRET: 'whsec_cGF5bWVudHM=',
  INVENTORY_WEBHOOK_SECRET: 'whsec_aW52ZW50b3J5',
};

const sluice = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  runProgram({ args: ['bin/sluice.ts', ...args], env });

describe('npx, without the PATH of npm scripts', () => {
  const PATH = (process.env['PATH'] ?? '')
    .split(':')
    .filter((folder) => !folder.includes('node_modules'))
    .join(':');
  // What is not installed here must not be looked for elsewhere.
  const npx = (...args: string[]) =>
    runProgram({ command: 'npx', args, env: { PATH, npm_config_offline: 'true' } });

  test('sluice --help lists the commands', async () => {
    const { code, stdout } = await npx('sluice', '--help');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^sluice: .*\n\nUsage: sluice <command>\n\nCommands:\n/);
    for (const command of ['add', 'check', 'compose', 'dead-letters', 'serve', 'webhook'])
      expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  });

  test('runs on the Node that the checkout brought', async () => {
    const { stdout } = await npx('node', '--version');
    expect(stdout.trim()).toBe(process.version);
    expect(process.version).toMatch(/^v24\./);
  });
});

describe('sluice', () => {
  test('without a command says what there is, and fails', async () => {
    const { code, stdout, stderr } = await sluice([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: sluice <command>');
  });

  test('says that there is no such command', async () => {
    const { code, stderr } = await sluice(['flood']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^sluice: there is no command "flood"\n/);
  });

  test.each(['add', 'check', 'compose', 'dead-letters', 'serve', 'webhook'])(
    '%s --help says how it is used',
    async (command) => {
      const { code, stdout, stderr } = await sluice([command, '--help']);
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(new RegExp(`^Usage: sluice ${command}\\b.*\n\n.*\n`));
    },
  );

  test.each([
    { args: ['check', '--loud'], says: /^sluice check: Unknown option '--loud'\nUsage: sluice check .*\n$/ },
    { args: ['serve', '--loud'], says: /^sluice serve: Unknown option '--loud'\nUsage: sluice serve .*\n$/ },
    { args: ['compose', 'orders'], says: /^sluice compose: it takes no arguments\nUsage: / },
    { args: ['add', 'orders'], says: /^sluice add: it takes <name> <file-or-url>\nUsage: / },
    {
      args: ['add', 'a', 'b', '--endpoint'],
      says: /^sluice add: Option '--endpoint <value>' argument missing\n/,
    },
    { args: ['add', 'a', 'b', '--endpoint', 'ftp://a'], says: /^sluice add: --endpoint must be an http/ },
    { args: ['check', '--json=yes'], says: /^sluice check: Option '--json' does not take an argument\n/ },
  ])('$args is a mistake in its use: code 2 and the usage', async ({ args, says }) => {
    const { code, stdout, stderr } = await sluice(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });
});

describe('sluice check', () => {
  test('is content with the folders of this repository', async () => {
    const { code, stdout, stderr } = await sluice(['check'], secrets);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^orders: rest subgraph, 2 events$/m);
    expect(stdout).toMatch(/^loyalty: code subgraph$/m);
    expect(stdout).toMatch(/^The 5 subgraphs compose; subscriptions: .*orderCreated/m);
  });

  test('names the variable that is missing, and where it is asked for', async () => {
    const { PAYMENTS_WEBHOOK_SECRET: _, ...env } = secrets;
    const { code, stdout } = await sluice(['check', 'payments'], env);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /subgraphs\/payments\/subgraph\.yaml:\d+: webhookDefaults\.verify\.secret: .*PAYMENTS_WEBHOOK_SECRET is not set/,
    );
  });

  test('looks at the named folders only', async () => {
    const { code, stdout } = await sluice(['check', 'customers']);
    expect([code, stdout]).toEqual([0, 'customers: rest subgraph, 0 events\n']);
  });

  test('ends as ever when nobody reads what it prints', async () => {
    const script = '{ node bin/sluice.ts check custard; echo "exit code $?" >&2; } | true';
    const { stderr } = await runProgram({ command: 'sh', args: ['-c', script], env: {} });
    expect(stderr).toBe('exit code 1\n');
  });

  test('says that there is no such folder', async () => {
    const { code, stdout } = await sluice(['check', 'custard']);
    expect(code).toBe(1);
    expect(stdout).toContain('custard: there is no such folder');
  });
});

describe('sluice check names file, line and field of', () => {
  let lines: readonly string[];

  beforeAll(async () => {
    const broken = brokenFolders.flatMap(({ name, subgraphYaml }) => [
      [`${name}/openapi.yaml`, smallDocument],
      [`${name}/subgraph.yaml`, subgraphYaml],
    ]);
    const folder = await makeSubgraphsFolder({ files: Object.fromEntries(broken) as Record<string, string> });
    const { code, stdout, stderr } = await sluice(['check'], { SUBGRAPHS_DIR: folder.path });
    await folder.remove();
    expect([code, stderr]).toEqual([1, '']);
    lines = stdout.split('\n');
  });

  function expectLine({ name, says }: BrokenFolder): void {
    const line = lines.find((candidate) => candidate.startsWith(`${name}: `)) ?? '';
    const [file, message] = [line.slice(0, line.indexOf('.yaml') + 5), line.slice(line.indexOf('.yaml') + 5)];
    expect(file).toMatch(new RegExp(`/${name}/subgraph.yaml$`));
    expect(message).toMatch(says);
  }

  test.each(brokenFolders)('$name', expectLine);
});

describe('sluice serve', () => {
  test.each([
    { title: 'a malformed PORT', env: { PORT: '40000 ' }, says: /^sluice: PORT .*\n$/ },
    { title: 'a PORT out of range', env: { PORT: '65536' }, says: /^sluice: PORT .*\n$/ },
    { title: 'a malformed HOST', env: { HOST: 'the.moon' }, says: /^sluice: HOST .*\n$/ },
    { title: 'an unknown LOG_LEVEL', env: { LOG_LEVEL: 'loud' }, says: /^sluice: LOG_LEVEL .*\n$/ },
    {
      title: 'no event log',
      env: { EVENTS_URL: 'carrier-pigeon:coop' },
      says: /^sluice: .*carrier-pigeon: .*\n$/,
    },
    {
      title: 'an event log that can not be opened',
      env: { EVENTS_URL: 'sqlite:/dev/null/events.db' },
      says: /^sluice: .*\/dev\/null\/events\.db.*\n$/,
    },
    {
      title: 'a folder that is not there',
      env: { SUBGRAPHS_DIR: '/nowhere' },
      says: /^sluice: .*\/nowhere.*\n$/,
    },
  ])('with $title is one line and code 1', async ({ env, says }) => {
    const { code, stdout, stderr } = await sluice(['serve'], {
      LOG_LEVEL: 'silent',
      EVENTS_URL: 'sqlite::memory:',
      ...secrets,
      ...env,
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(says);
  });

  test('on a port that is taken is one line and code 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await sluice(['serve'], {
      LOG_LEVEL: 'silent',
      EVENTS_URL: 'sqlite::memory:',
      PORT: String(port),
      ...secrets,
    });
    taken.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^sluice: .*${port}.*\\n$`));
  });
});

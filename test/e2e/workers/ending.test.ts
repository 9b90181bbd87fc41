/** How several processes begin and end together when something is wrong. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { runningPrograms, runProgram, type Environment } from '../../utils/child-process.ts';
import { startGatewayProcess } from '../../utils/gateway-process.ts';
import { startRedisServer, type RedisServer } from '../../utils/redis-server.ts';
import { makeSubgraphsFolder, type SubgraphsFolder } from '../../utils/subgraphs-folder.ts';
import { until } from '../../utils/until.ts';
import { isAlive, workersOf } from './worker-processes.ts';

jest.setTimeout(90_000);

let redis: RedisServer;
let folder: SubgraphsFolder;
let env: Environment;

beforeAll(async () => {
  redis = await startRedisServer();
  // A folder with events, so that workers have deliveries to refuse.
  folder = await makeSubgraphsFolder({ of: ['customers', 'inventory', 'loyalty'] });
  env = { SUBGRAPHS_DIR: folder.path, INVENTORY_WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}` };
});

afterAll(async () => {
  await redis.close();
  await folder.remove();
  expect(runningPrograms()).toEqual([]);
});

const serve = (args: readonly string[], more: Environment) =>
  runProgram({ args: ['bin/sluice.ts', 'serve', ...args], env: { ...env, LOG_LEVEL: 'error', ...more } });

const start = () => startGatewayProcess({ env, eventsUrl: redis.url, args: ['--workers', '2'] });

test.each(['0', '65', 'many'])('--workers "%s" is refused', async (count) => {
  const { code, stderr } = await serve(['--workers', count], {});
  expect(code).toBe(2);
  expect(stderr).toBe(
    'sluice serve: --workers takes a number from 1 to 64, or auto\nUsage: sluice serve [options]\n',
  );
});

test('an event log that one process owns is refused', async () => {
  const { code, stderr, stdout } = await serve(['--workers', '2'], { EVENTS_URL: 'sqlite:./never.db' });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^sluice: EVENTS_URL must be a redis:.* with --workers 2: .*\n$/);
  expect(stdout).toBe('');
});

test('what keeps all from starting is said once', async () => {
  const wrong = await serve(['--workers', '3'], { EVENTS_URL: redis.url, SUBGRAPHS_DIR: '/nowhere' });
  expect(wrong).toMatchObject({
    code: 1,
    stderr: 'sluice: SUBGRAPHS_DIR /nowhere can not be read: ENOENT\n',
  });
});

test('a port that is taken is said once', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { code, stderr } = await serve(['--workers', '3'], { EVENTS_URL: redis.url, PORT: String(port) });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `sluice: PORT ${port} of 127.0.0.1 is in use already\n`,
  });
  taken.close();
});

test('workers end when the process that started them is killed', async () => {
  const gateway = await start();
  const pids = [...(await workersOf(gateway, 2)).values()];
  expect(pids.filter(isAlive)).toEqual(pids);
  // Its output is read to the end, which comes when the last worker has closed it.
  expect(await gateway.kill()).toEqual({ code: null, signal: 'SIGKILL' });
  await until('the workers end', async () => !pids.some(isAlive));
});

test('a worker that is asked to end is replaced, and ends in order', async () => {
  const gateway = await start();
  const before = await workersOf(gateway, 2);
  process.kill(before.get(2) as number, 'SIGTERM');
  await until('another listens', async () => (await workersOf(gateway, 2)).has(3));
  expect(gateway.output.stdout).toMatch(/"worker":2,"code":0,"signal":null,.*"A worker ended/);
  expect((await gateway.stop()).code).toBe(0);
});

test('a second signal does not wait for requests that are open', async () => {
  const gateway = await start();
  const { port, hostname } = new URL(gateway.url);
  const open = connect(Number(port), hostname);
  open.on('error', () => undefined);
  const head = ['POST /graphql HTTP/1.1', 'host: x', 'content-type: application/json', 'content-length: 99'];
  open.write([...head, 'expect: 100-continue', '', ''].join('\r\n'));
  // The gateway has begun with the request, and waits for its body.
  await once(open, 'data');
  gateway.child.kill('SIGTERM');
  await until('nobody listens any more', () => isRefused(Number(port), hostname));
  gateway.child.kill('SIGTERM');
  expect(await gateway.exited).toEqual({ code: 1, signal: null });
  open.destroy();
});

function isRefused(port: number, host: string): Promise<boolean> {
  const socket = connect(port, host);
  return new Promise((resolve) => {
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', () => resolve(true));
  });
}

import { delivery } from '../deliveries.ts';
import { until } from '../../utils/until.ts';
import { useRedis } from './fixture.ts';

const { admin, server, open } = useRedis();

function createWitness() {
  const warnings: string[] = [];
  const log = {
    info: () => {},
    warn: (context: object, message: string) => void warnings.push(`${message} ${JSON.stringify(context)}`),
    error: () => {},
  };
  return { log, lost: () => warnings.filter((warning) => warning.startsWith('Redis may lose events')) };
}

test('a Redis that may lose what it took is warned of once, and shows in the status', async () => {
  await admin().config('SET', 'appendonly', 'no');
  await admin().config('SET', 'maxmemory-policy', 'allkeys-lru');
  const { log: logger, lost } = createWitness();
  const log = await open({ log: logger });
  const detail = `Redis 127.0.0.1:${server().port}, appendonly is off, maxmemory-policy is allkeys-lru`;
  expect(await log.status()).toEqual({ available: true, detail });
  await admin().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await until('connected again', async () => (await log.status()).available);
  expect((await log.status()).detail).toBe(detail);
  expect(lost()).toHaveLength(1);
});

test('a user who may not ask how Redis is configured can use the event log all the same', async () => {
  await admin().acl('SETUSER', 'default', '-config');
  const { log: logger, lost } = createWitness();
  const log = await open({ log: logger });
  await log.append([delivery()]);
  expect(await log.status()).toEqual({ available: true, detail: `Redis 127.0.0.1:${server().port}` });
  expect(lost()).toEqual([]);
});

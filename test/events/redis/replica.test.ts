import { EventLogUnavailableError } from '../../../events/event-log.ts';
import { until } from '../../utils/until.ts';
import { delivery, offsetsOf, readAll } from '../deliveries.ts';
import { useRedis } from './fixture.ts';

const { admin, open } = useRedis();

async function connectionsSoFar(): Promise<number> {
  const [, count] = /^total_connections_received:(\d+)/m.exec(await admin().info('stats')) ?? [];
  return Number(count);
}

test('a server that has become a replica is left and connected to anew: its name may lead elsewhere by now', async () => {
  const log = await open();
  await log.append([delivery()]);
  await admin().replicaof('127.0.0.1', 1);
  const before = await connectionsSoFar();
  await expect(log.append([delivery()])).rejects.toThrow(EventLogUnavailableError);
  await until('connected anew', async () => (await connectionsSoFar()) > before);
  expect(await log.status()).toMatchObject({ available: false });
  await admin().replicaof('NO', 'ONE');
  await until('available again', async () => (await log.status()).available);
  await log.append([delivery()]);
  expect(offsetsOf(await readAll(log))).toEqual([1, 2]);
});

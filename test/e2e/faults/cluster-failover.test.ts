/** Of a cluster's three masters the one with the counter dies, and its replica did not get the last numbers. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runningPrograms } from '../../utils/child-process.ts';
import { startRedisCluster, type RedisCluster } from '../../utils/redis-cluster.ts';
import { until } from '../../utils/until.ts';
import { loseMaster } from './failover.ts';
import { keptNumbers } from './kept.ts';
import { source } from './numbers.ts';
import { setStage, type Stage } from './stage.ts';
import { expectLossTold } from './verdict.ts';

let cluster: RedisCluster;
let stage: Stage;

beforeAll(async () => {
  cluster = await startRedisCluster({ withReplicas: true, nodeTimeoutMs: 3000 });
  const { url } = cluster;
  stage = await setStage({ eventsUrls: [url, url, url] });
}, 60_000);

afterAll(async () => {
  await stage.close();
  await cluster.close();
  expect(runningPrograms()).toEqual([]);
});

test('what is lost is told to who saw it, who was away, and whose gateway was frozen', async () => {
  await stage.producer.produce(30);
  const master = cluster.masterOf(`{${source}}`);
  const heir = cluster.replicas[cluster.masters.indexOf(master)] as typeof master;
  const promoted = () =>
    until('the replica is the master', async () => (await heir.redis.role())[0] === 'master', 60_000);
  const doomed = await loseMaster(stage, { master: master.server, replica: heir.server, promoted });
  await stage.untilTold();
  await stage.untilCurtain();
  expect(expectLossTold(stage, await keptNumbers(cluster.url))).toEqual(expect.arrayContaining(doomed));
}, 120_000);

/** The disk of the embedded log is slow, or full: senders wait or come again, and nothing is lost. */
import { afterEach, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { runningPrograms } from '../../utils/child-process.ts';
import { openSqlite } from '../../utils/event-log-urls.ts';
import { canSlow, slowSyncs } from '../../utils/slow-disk.ts';
import { canMount, mountSmallDisk } from '../../utils/small-disk.ts';
import { until } from '../../utils/until.ts';
import { setStage, type Stage } from './stage.ts';
import { expectNothingLost } from './verdict.ts';

let stage: Stage;
let closeLog: () => Promise<void>;

afterEach(async () => {
  await stage.close();
  await closeLog();
  expect(runningPrograms()).toEqual([]);
});

async function openOn(url: string): Promise<void> {
  stage = await setStage({ eventsUrls: [url], subscribers: 3 });
}

// Skipped since 2026-11-23 where there is no strace: nothing else slows the disk of one process.
(canSlow ? test : test.skip)(
  'every sync takes 200 ms',
  async () => {
    const log = await openSqlite();
    closeLog = log.close;
    await openOn(log.url);
    await stage.producer.produce(20);
    const quicken = await slowSyncs(stage.gateway(0).child.pid as number, 200);
    const answersBefore = stage.producer.acknowledged.length;
    await stage.producer.during(sleep(4_000));
    await quicken();
    // It did go on, and it was slow: four senders, each waiting for a sync of 200 ms.
    const answers = stage.producer.acknowledged.length - answersBefore;
    expect(answers).toBeGreaterThan(0);
    expect(answers).toBeLessThan(4 * 25);
    await stage.untilCurtain();
    expectNothingLost(stage);
  },
  120_000,
);

// Skipped since 2026-11-23 for users who may not mount: a file system of its own needs root.
(canMount ? test : test.skip)(
  'no room is left, and then there is',
  async () => {
    const disk = await mountSmallDisk(16);
    closeLog = disk.close;
    await openOn(`sqlite:${disk.path}/events.db`);
    await stage.producer.produce(20);
    await disk.fill();
    const before = stage.producer.refusals();
    const isRefused = async () => stage.producer.refusals() > before + 4;
    const emptied = until('a delivery is refused', isRefused).then(disk.empty);
    await stage.producer.during(emptied);
    await stage.producer.produce(20);
    await stage.untilCurtain();
    expectNothingLost(stage);
  },
  120_000,
);

/** What was drained stays an hour, or as long as there is room; what waits stays. */
import { join } from 'node:path';
import { createSqliteEventLog } from '../../../events/sqlite/sqlite-event-log.ts';
import { deliveries, idsOf, largeDeliveries, readAll } from '../deliveries.ts';
import { breath, untilDrained, useJournal } from './fixture.ts';

const { server, folder, open } = useJournal({ appendOnly: true });

/** What a journal still has, which nobody has open. */
async function keptIds(): Promise<string[]> {
  const file = await createSqliteEventLog({ path: join(folder(), 'journal.db') });
  const ids = idsOf(await readAll(file));
  await file.close();
  return ids;
}

/** Lets the journal look at its sources a few times. */
async function someLooks(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await breath();
}

test('what was drained an hour ago is forgotten, ids too, and what came since or waits is not', async () => {
  const clock = { ms: Date.parse('2026-11-23T10:00:00.000Z') };
  const journaled = await open({ now: () => clock.ms });
  const { log } = journaled;
  const old = deliveries(3);
  await log.append(old);
  await untilDrained(journaled);
  clock.ms += 40 * 60_000;
  const recent = deliveries(2);
  await log.append(recent);
  await untilDrained(journaled);
  clock.ms += 40 * 60_000;
  await someLooks();
  await server().stop();
  // Its id is known to the shared log alone now: it waits like something new.
  expect(await log.append(old.slice(0, 1))).toMatchObject([{ status: 'appended' }]);
  expect(await log.append(recent)).toMatchObject([{ status: 'duplicate' }, { status: 'duplicate' }]);
  await log.close();
  expect(await keptIds()).toEqual([...idsOf(recent), ...idsOf(old.slice(0, 1))]);
});

test('the recent part has no more data than may wait', async () => {
  const journaled = await open({ charsMax: 10_000 });
  const { log } = journaled;
  for (const one of largeDeliveries(20, 3000)) {
    await log.append([one]);
    await untilDrained(journaled);
  }
  await someLooks();
  await log.close();
  expect((await keptIds()).length).toBeLessThan(20);
});

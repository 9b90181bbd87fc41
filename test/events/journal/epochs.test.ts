/** A Redis that lost its newest events gets them again. */
import { deliveries, idsOf, readAll } from '../deliveries.ts';
import { breath, untilDrained, useJournal, type OpenedJournal } from './fixture.ts';

const { server, open } = useJournal({ appendOnly: false });

/** Nothing tells when a look at an idle source is over; the log has it then. */
async function untilKept({ store }: OpenedJournal, count: number): Promise<string[]> {
  for (;;) {
    const ids = await readAll(store).then(idsOf, () => []);
    if (ids.length >= count) return ids;
    await breath();
  }
}

test('a Redis that comes back empty is given the recent part again, in order, though nothing new comes', async () => {
  const journaled = await open();
  const given = deliveries(300);
  await journaled.log.append(given);
  await untilDrained(journaled);
  await server().kill();
  await server().restart();
  expect(await untilKept(journaled, 300)).toEqual(idsOf(given));
});

test('also while deliveries come: what was lost stands before what came later', async () => {
  const journaled = await open();
  const given = deliveries(200);
  await journaled.log.append(given);
  await untilDrained(journaled);
  await server().kill();
  const during = deliveries(100);
  for (const one of during) await journaled.log.append([one]);
  await server().restart();
  expect(await untilKept(journaled, 300)).toEqual(idsOf([...given, ...during]));
});

test('also when the journal was closed meanwhile', async () => {
  const first = await open();
  const given = deliveries(20);
  await first.log.append(given);
  await untilDrained(first);
  await first.log.close();
  await server().kill();
  await server().restart();
  const second = await open();
  expect(await untilKept(second, 20)).toEqual(idsOf(given));
});

/**
 * Made-up histories: whatever is asked of a log, in whatever order and at once, its answers are those of a log that is
 * nothing but a list, and every subscriber gets what it was promised, in order, nothing twice and nothing left out.
 */
import * as fc from 'fast-check';
import { redisSibling, sqliteSibling, type Sibling } from '../conformance/sibling.ts';
import { operations } from './operations.ts';
import { openWorld, type World } from './world.ts';

/** How many histories are made up on each. */
const runs = Number(process.env['MODEL_RUNS'] ?? 60);

/** The same ones for every short run, others for every long one; a failure tells which. */
const seed = Number(process.env['MODEL_SEED'] ?? (process.env['MODEL_RUNS'] === undefined ? 6 : Date.now()));

/** A test that never saw one of them has made up too little. */
const mustBeSeen = [
  'appended',
  'duplicate',
  'conflict',
  'withheld',
  'expired',
  'asked together',
  'followed',
  'not followed',
  'delivered',
  'unsubscribed',
  'closed',
  'trimmed',
  'restarted',
];

const siblings: readonly (readonly [string, () => Promise<Sibling>])[] = [
  ['SQLite', sqliteSibling],
  ['Redis', redisSibling],
];

const commands = operations.map((arbitrary) =>
  arbitrary.map((operation) => ({
    check: () => true,
    run: (_model: object, world: World) => world.perform(operation),
    toString: () => JSON.stringify(operation),
  })),
);

describe.each(siblings)('The event log on %s', (_, open) => {
  let sibling: Sibling;
  beforeAll(async () => {
    sibling = await open();
  });
  afterAll(() => sibling.close());

  test(`answers and delivers as the model does, ${runs} times`, async () => {
    const seen = new Set<string>();
    const history = fc.commands(commands, { maxCommands: 50, size: 'max' });
    const holds = async (given: Iterable<fc.AsyncCommand<object, World>>) => {
      const world = await openWorld(sibling, (what) => seen.add(what));
      try {
        await fc.asyncModelRun(() => ({ model: {}, real: world }), given);
        await world.finish();
      } finally {
        await world.dispose();
      }
    };
    await fc.assert(fc.asyncProperty(history, holds), { seed, numRuns: runs });
    expect([...seen]).toEqual(expect.arrayContaining(mustBeSeen));
  }, 3_600_000);
});

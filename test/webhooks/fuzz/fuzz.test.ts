/**
 * Made-up deliveries over real sockets: never a 5xx but 503, never an unverified event in the log, never a verified
 * delivery in neither log nor quarantine that its sender was not told to send again.
 */
import * as fc from 'fast-check';
import type { Recipe } from './recipe.ts';
import { recipe } from './recipes.ts';
import { type Fate, createJudge } from './verdict.ts';
import { type World, openWorld } from './world.ts';

/** How many deliveries are made up, at least. */
const deliveries = Number(process.env['DELIVERY_RUNS'] ?? 500);

/** The same ones for every short run, others for every long one; a failure tells which. */
const seed = Number(
  process.env['DELIVERY_SEED'] ?? (process.env['DELIVERY_RUNS'] === undefined ? 5 : Date.now()),
);

/** Most deliveries on one log. On average it is half of them. */
const deliveriesOfLogMax = 100;

/** A run without one of them has made up too little. */
const fatesToSee: readonly Fate[] = [
  ...(['appended', 'duplicate', 'quarantined', 'handshake'] as const),
  ...(['400', '401', '404', '405', '409', '413', '415', '422', '429', '503'] as const),
];

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

test(`every one of ${deliveries} made-up deliveries becomes what its sender is promised`, async () => {
  const seen = new Set<Fate>();
  let count = 0;
  const become = async (recipes: readonly Recipe[]) => {
    if (count >= deliveries) return;
    for (const fate of await fatesOf(recipes)) seen.add(fate);
    count += recipes.length;
  };
  const log = fc.array(recipe, { minLength: 1, maxLength: deliveriesOfLogMax, size: 'max' });
  await fc.assert(fc.asyncProperty(log, become), { seed, numRuns: Math.ceil(deliveries / 20) });
  expect(count).toBeGreaterThanOrEqual(deliveries);
  expect([...seen]).toEqual(expect.arrayContaining(fatesToSee));
}, 1_200_000);

/** Delivers one after the other to a log of their own. */
async function fatesOf(recipes: readonly Recipe[]): Promise<Fate[]> {
  const run = await world.open();
  const { judge, count } = createJudge();
  const fates: Fate[] = [];
  try {
    for (const one of recipes) fates.push(...judge(await run.deliver(one)));
    expect(await run.everything()).toHaveLength(count());
    return fates;
  } finally {
    await run.close();
  }
}

import { appending } from './appending.ts';
import { batching } from './batching.ts';
import { ending } from './ending.ts';
import { following } from './following.ts';
import { reading } from './reading.ts';
import { readingBackwards } from './reading-backwards.ts';
import { keeping } from './keeping.ts';
import { listing } from './listing.ts';
import { retaining } from './retaining.ts';
import { redisSibling, sqliteSibling, type Sibling } from './sibling.ts';
import { subscribing } from './subscribing.ts';

const siblings: Record<string, () => Promise<Sibling>> = { SQLite: sqliteSibling, Redis: redisSibling };
const guarantees = [
  ...appending,
  ...batching,
  ...reading,
  ...readingBackwards,
  ...subscribing,
  ...following,
  ...keeping,
  ...listing,
  ...retaining,
  ...ending,
];

describe.each(Object.keys(siblings))('The event log on %s', (name) => {
  let sibling: Sibling;
  beforeAll(async () => {
    sibling = await (siblings[name] as () => Promise<Sibling>)();
  });
  afterAll(() => sibling.close());

  test.each(guarantees)('$id: $sentence', async ({ run }) => {
    const store = await sibling.createStore();
    try {
      await run(store);
    } finally {
      await store.dispose();
    }
  });
});

test('every guarantee has an id of its own', () => {
  expect(new Set(guarantees.map(({ id }) => id)).size).toBe(guarantees.length);
});

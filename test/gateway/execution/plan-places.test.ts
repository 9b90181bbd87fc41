import { createPlanPlaces } from '../../../gateway/execution/plan-places.ts';
import type { PlanPath } from '../../../gateway/execution/places.ts';

/** The response that is searched. */
const response = () => ({
  order: {
    id: 'order',
    customer: { id: 'customer', address: { id: 'address' } },
    lines: [{ id: 'line 1', product: { id: 'product 1' } }, null, { id: 'line 2', product: null }],
    table: [[{ id: 'cell 1' }], [{ id: 'cell 2' }]],
  },
});

const idsIn = (objects: readonly Record<string, unknown>[]) => objects.map(({ id }) => id);

const searchOrders: { id: string; asked: PlanPath[]; found: unknown[][] }[] = [
  { id: 'the response itself', asked: [[]], found: [[undefined]] },
  {
    id: 'a chain from above to below',
    asked: [['order'], ['order', 'customer'], ['order', 'customer', 'address']],
    found: [['order'], ['customer'], ['address']],
  },
  {
    id: 'a chain from below to above',
    asked: [['order', 'customer', 'address'], ['order', 'customer'], ['order']],
    found: [['address'], ['customer'], ['order']],
  },
  {
    id: 'below the items of a list, of which some are null',
    asked: [
      ['order', 'lines', '@'],
      ['order', 'lines', '@', 'product'],
    ],
    found: [['line 1', 'line 2'], ['product 1']],
  },
  {
    id: 'items of a list whose path went without `@` before',
    asked: [
      ['order', 'lines'],
      ['order', 'lines', '@'],
      ['order', 'lines', '@', 'product'],
    ],
    found: [['line 1', 'line 2'], ['line 1', 'line 2'], ['product 1']],
  },
  {
    id: 'lists in lists',
    asked: [
      ['order', 'table', '@'],
      ['order', 'table', '@', '@'],
    ],
    found: [
      ['cell 1', 'cell 2'],
      ['cell 1', 'cell 2'],
    ],
  },
];

// Walks are written out as JavaScript after some runs, and must find the same.
describe.each([{ runs: 1 }, { runs: 5 }])('places of a plan, after $runs runs', ({ runs }) => {
  it.each(searchOrders)('finds $id', ({ asked, found }) => {
    const placeAt = createPlanPlaces();
    const places = asked.map(placeAt);
    for (let run = 0; run < runs; run++) {
      const searched = { data: response(), found: [] };
      expect(places.map((place) => idsIn(place.objectsIn(searched)))).toEqual(found);
    }
  });
});

describe('what was found', () => {
  it('is found anew below a merge, and stays beside and above it', () => {
    const placeAt = createPlanPlaces();
    // One below is made before the one in between.
    const address = placeAt(['order', 'customer', 'address']);
    const [order, customer, lines] = [['order'], ['order', 'customer'], ['order', 'lines', '@']].map(placeAt);
    const data = response();
    const searched = { data, found: [] };
    const before = [order, customer, lines, address].map((place) => place?.objectsIn(searched));
    data.order.customer.address = { id: 'other address' };
    customer?.forgetBelow(searched);
    const after = [order, customer, lines, address].map((place) => place?.objectsIn(searched));
    expect(after.map((objects, index) => objects === before[index])).toEqual([true, true, true, false]);
    expect(idsIn(address.objectsIn(searched))).toEqual(['other address']);
  });

  it('is limited over all objects that it is searched below', () => {
    const placeAt = createPlanPlaces();
    const [tables, cells] = [
      ['tables', '@'],
      ['tables', '@', 'cells', '@'],
    ].map(placeAt);
    const cell = {};
    const table = { cells: Array.from({ length: 60_000 }, () => cell) };
    const searched = { data: { tables: [table, table] }, found: [] };
    expect(tables?.objectsIn(searched)).toHaveLength(2);
    expect(() => cells?.objectsIn(searched)).toThrow('objects at a time');
  });

  it('has one place for a path', () => {
    const placeAt = createPlanPlaces();
    expect(placeAt(['order', 'lines', '@'])).toBe(placeAt(['order', 'lines', '@']));
  });
});

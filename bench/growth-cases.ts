import type { GetJson } from './collections.ts';
import type { Collections } from './services/collections.ts';
import type { SyntheticSubgraph } from './synthetic.ts';

/** One query of a family that grows. */
export interface GrowthCase {
  /** What grows: rows of the answer, or subgraphs of the query. */
  count: number;
  /** How the case is called in the table and on the axis of the chart. */
  label: string;
  query: string;
  byHand: (get: GetJson) => Promise<object>;
  operationsPerRound: number;
  /** Of each contender, before it is measured. */
  warmUpOperations: number;
}

export interface GrowthFamily {
  name: string;
  title: string;
  xTitle: string;
  /** What the slope is computed over. */
  over: 'bytes of the answer' | 'subgraphs';
  cases: readonly GrowthCase[];
}

interface Row {
  id: string;
  name: string;
  amount: number;
  note: string;
  isOpen: boolean;
  ownerId: string;
}

interface Owner {
  id: string;
  name: string;
  email: string;
}

/** A thing of one subgraph, which refers to one of the next. */
interface Thing {
  id: string;
  name: string;
  amount: number;
  nextId: string;
}

const rowsMax = 58_000;
const rowsPerOwner = 10;
/** Default of `max` in subgraph.yaml: the most keys of one call. */
const keysPerCall = 100;
const subgraphsMax = 64;

const text = { type: 'string' };
const amount = { type: 'number' };
const count = <Value>(length: number, make: (index: number) => Value) =>
  Array.from({ length }, (_, index) => make(index));
const thingNumbers = count(subgraphsMax, (index) => index + 1);

export const growthSubgraphs: readonly SyntheticSubgraph[] = [
  {
    name: 'rows',
    type: 'Row',
    properties: { id: text, name: text, amount, note: text, isOpen: { type: 'boolean' }, ownerId: text },
    links: { owner: { entity: 'Owner', key: { id: 'ownerId' } } },
  },
  { name: 'owners', type: 'Owner', properties: { id: text, name: text, email: text } },
  ...thingNumbers.map((number) => ({
    name: `thing${number}s`,
    type: `Thing${number}`,
    properties: { id: text, name: text, amount, nextId: text },
    ...(number < subgraphsMax && {
      links: { next: { entity: `Thing${number + 1}`, key: { id: 'nextId' } } },
    }),
  })),
];

export const growthCollections: Collections = {
  rows: {
    key: 'id',
    rows: count(rowsMax, (index) => ({
      id: `row_${index}`,
      name: `Row number ${index}`,
      amount: 12.5 + index,
      note: `Please leave parcel ${index} with the neighbours`,
      isOpen: index % 2 === 0,
      ownerId: `own_${Math.floor(index / rowsPerOwner)}`,
    })),
  },
  owners: {
    key: 'id',
    rows: count(rowsMax / rowsPerOwner, (index) => ({
      id: `own_${index}`,
      name: `Owner ${index}`,
      email: `owner${index}@example.com`,
    })),
  },
  ...Object.fromEntries(
    thingNumbers.map((number) => [
      `thing${number}s`,
      { key: 'id', rows: [{ id: 't_1', name: `Thing ${number}`, amount: 9.5, nextId: 't_1' }] },
    ]),
  ),
};

async function rowsByHand(get: GetJson, limit: number): Promise<object> {
  const rows = (await get('rows', `?limit=${limit}`)) as Row[];
  const ids = [...new Set(rows.map(({ ownerId }) => ownerId))];
  const calls = count(Math.ceil(ids.length / keysPerCall), (index) =>
    ids.slice(index * keysPerCall, (index + 1) * keysPerCall),
  );
  const answers = await Promise.all(calls.map((some) => get('owners', `?ids=${some.join(',')}`)));
  const owners = new Map((answers as Owner[][]).flat().map((owner) => [owner.id, owner]));
  return {
    rows: rows.map(({ id, name, amount, note, isOpen, ownerId }) => {
      const owner = owners.get(ownerId);
      return {
        id,
        name,
        amount,
        note,
        isOpen,
        owner: owner ? { name: owner.name, email: owner.email } : null,
      };
    }),
  };
}

async function parallelByHand(get: GetJson, subgraphs: number): Promise<object> {
  const things = await Promise.all(
    count(subgraphs, (index) => get(`thing${index + 1}s`, '/t_1') as Promise<Thing>),
  );
  return Object.fromEntries(
    things.map(({ id, name, amount }, index) => [`thing${index + 1}`, { id, name, amount }]),
  );
}

async function chainByHand(get: GetJson, subgraphs: number): Promise<object> {
  const first = (await get('thing1s', '/t_1')) as Thing;
  const answer = { name: first.name, amount: first.amount };
  let last: object = answer;
  let { nextId } = first;
  for (let number = 2; number <= subgraphs; number++) {
    const [thing] = (await get(`thing${number}s`, `?ids=${nextId}`)) as [Thing];
    const next = { name: thing.name, amount: thing.amount };
    last = Object.assign(last, { next }).next;
    nextId = thing.nextId;
  }
  return { thing1: answer };
}

function chainQuery(subgraphs: number): string {
  let selection = 'name amount';
  for (let number = 1; number < subgraphs; number++) selection = `name amount next { ${selection} }`;
  return `{ thing1(id: "t_1") { ${selection} } }`;
}

const subgraphCounts = [2, 4, 8, 16, 32, 64];

export const growthFamilies: readonly GrowthFamily[] = [
  {
    name: 'size',
    title: 'CPU over the size of the answer',
    xTitle: 'size of the answer',
    over: 'bytes of the answer',
    cases: [
      { rows: 6, label: '1 KB', operationsPerRound: 2_000 },
      { rows: 62, label: '10 KB', operationsPerRound: 800 },
      { rows: 606, label: '100 KB', operationsPerRound: 100 },
      { rows: 5_930, label: '1 MB', operationsPerRound: 10 },
      { rows: 58_000, label: '10 MB', operationsPerRound: 2 },
    ].map(({ rows, ...rest }) => ({
      ...rest,
      warmUpOperations: 2 * rest.operationsPerRound,
      count: rows,
      query: `{ rows(limit: ${rows}) { id name amount note isOpen owner { name email } } }`,
      byHand: (get) => rowsByHand(get, rows),
    })),
  },
  {
    name: 'parallel',
    title: 'CPU over the number of subgraphs, asked at once',
    xTitle: 'subgraphs of the query',
    over: 'subgraphs',
    cases: subgraphCounts.map((subgraphs) => ({
      count: subgraphs,
      label: `${subgraphs}`,
      query: `{ ${count(subgraphs, (index) => `thing${index + 1}(id: "t_1") { id name amount }`).join(' ')} }`,
      byHand: (get) => parallelByHand(get, subgraphs),
      operationsPerRound: Math.ceil(8_000 / subgraphs),
      warmUpOperations: 3_000,
    })),
  },
  {
    name: 'chain',
    title: 'CPU over the number of subgraphs, each asked after the one before',
    xTitle: 'subgraphs of the query',
    over: 'subgraphs',
    cases: subgraphCounts.map((subgraphs) => ({
      count: subgraphs,
      label: `${subgraphs}`,
      query: chainQuery(subgraphs),
      byHand: (get) => chainByHand(get, subgraphs),
      operationsPerRound: Math.ceil(8_000 / subgraphs),
      warmUpOperations: 3_000,
    })),
  },
];

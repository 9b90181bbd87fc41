import type { ExecutionResult } from 'graphql';
import { plannedRequest } from '../../../bench/planned-request.ts';
import { silentLogger } from '../../../events/logger.ts';
import { createSupergraph, type Supergraph } from '../../../gateway/supergraph/supergraph.ts';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { syntheticSupergraph } from './synthetic-supergraph.ts';

interface OracleCase {
  id: string;
  query: string;
  variables?: Record<string, unknown>;
}

let ours: Supergraph;
let theirs: Supergraph;

/** Each is planned once and executed by ours and by `@apollo/gateway`; the answers must be equal. */
const cases: OracleCase[] = [
  { id: 'one subgraph', query: '{ book(id: "b1") { id title pages format } }' },
  { id: 'null root', query: '{ book(id: "none") { id readingHours } }' },
  { id: 'entity of another subgraph', query: '{ book(id: "b1") { readingHours } }' },
  { id: '@requires of a null', query: '{ book(id: "b2") { readingHours } }' },
  {
    id: 'an interface over subgraphs',
    query: '{ media { id title ... on Book { readingHours } ... on Film { minutes } } }',
  },
  { id: 'an interface object', query: '{ media { title reviews { stars by { nick } } } }' },
  {
    id: 'an interface object below a type condition',
    query: '{ media { ... on Film { reviews(first: 1) { id } } } }',
  },
  { id: 'typenames', query: '{ __typename media { __typename id ... on Book { __typename pages } } }' },
  {
    id: 'a union',
    query:
      '{ search(text: "x") { ... on Book { title readingHours } ... on Author { name age(on: 2026) } } }',
  },
  { id: 'an empty union list', query: '{ search(text: "") { ... on Book { readingHours } } }' },
  { id: 'a composite key', query: '{ book(id: "b1") { author { age(on: 2000) } } }' },
  {
    id: 'one entity in several places',
    query: '{ media { ... on Book { author { name age(on: 2000) } } } }',
  },
  {
    id: 'aliases',
    query:
      '{ a: book(id: "b1") { x: title y: readingHours } b: book(id: "b3") { y: pages x: readingHours } }',
  },
  { id: 'aliases of keys', query: '{ media { label: title key: id reviews(first: 1) { id } } }' },
  {
    id: 'fields of different types under one name',
    query: '{ media { ... on Book { f: format } ... on Film { f2: format } } }',
  },
  {
    id: 'conflicting types that the planner renames',
    query:
      '{ media { ... on Book { reviews(first: 1) { s: stars } } ... on Film { reviews(first: 3) { s: stars by { nick } } } } }',
  },
  {
    id: 'fragments',
    query:
      'query Q { media { ...M } } fragment M on Media { id ...B } fragment B on Book { pages author { ...A } } fragment A on Author { age(on: 1990) }',
  },
  {
    id: '@skip and @include by literal',
    query:
      '{ book(id: "b1") { title @skip(if: true) pages @include(if: true) readingHours @include(if: false) } }',
  },
  {
    id: '@include by variable, true',
    query:
      'query ($yes: Boolean!) { book(id: "b1") { title readingHours @include(if: $yes) author @skip(if: $yes) { name } } }',
    variables: { yes: true },
  },
  {
    id: '@include by variable, false',
    query:
      'query ($yes: Boolean!) { book(id: "b1") { title readingHours @include(if: $yes) author @skip(if: $yes) { name age(on: 1) } } }',
    variables: { yes: false },
  },
  {
    id: 'a condition with a default of true',
    query: 'query ($yes: Boolean = true) { book(id: "b1") { title readingHours @include(if: $yes) } }',
  },
  {
    id: 'a condition with a default',
    query: 'query ($yes: Boolean = false) { book(id: "b1") { title readingHours @include(if: $yes) } }',
  },
  {
    id: 'a field that requires something, beside one that requires something else and is not included',
    query:
      'query ($yes: Boolean!) { book(id: "b1") @include(if: $yes) { blurb } book(id: "b1") { readingHours } }',
    variables: { yes: false },
  },
  {
    id: 'variables of an entity fetch',
    query:
      'query ($n: Int, $on: Int!) { media { reviews(first: $n) { id } ... on Book { author { age(on: $on) } } } }',
    variables: { n: 3, on: 1999 },
  },
  {
    id: 'a variable that is left out',
    query: 'query ($n: Int) { media { reviews(first: $n) { id } } }',
  },
  {
    id: 'a variable called like a method of all objects that is left out',
    query: 'query ($toString: Int) { media { reviews(first: $toString) { id } } }',
  },
  { id: 'an error at a root field', query: '{ broken { id } book(id: "b1") { title } }' },
  { id: 'an error in an entity', query: '{ media { id ... on Book { failing } } }' },
  { id: 'an error with an alias', query: '{ b: book(id: "b1") { why: failing } }' },
  {
    id: 'an unknown entity error path in lists',
    query: '{ search(text: "x") { ... on Book { failing author { age(on: 1) } } } }',
  },
  {
    id: 'a mutation, then entities',
    query: 'mutation { rename(id: "b3", title: "New") { title readingHours } }',
  },
  {
    id: 'mutations in order',
    query:
      'mutation { a: rename(id: "b1", title: "1") { title } b: rename(id: "b1", title: "2") { title readingHours } }',
  },
  { id: 'two subgraphs at the root', query: '{ readers { nick } media { id } }' },
  { id: 'nested lists of entities', query: '{ media { reviews(first: 3) { by { id nick } } } }' },
];

describe('our plan executor against @apollo/gateway', () => {
  beforeAll(async () => {
    [ours, theirs] = await Promise.all([startSupergraph('compiled'), startSupergraph('apollo')]);
  });
  afterAll(async () => {
    await Promise.all([ours.close(), theirs.close()]);
  });

  it.each(cases)('$id', async ({ query, variables = {} }) => {
    const [own, other] = [await executeOurs(query, variables), await executeTheirs(query, variables)];
    expect(own.data).toEqual(other.data);
    expect(errorsOf(own)).toEqual(errorsOf(other));
    expect(Object.keys(own.data ?? {})).toEqual(Object.keys(other.data ?? {}));
  });

  it('executes something that is not empty in nearly every case', async () => {
    const results = await Promise.all(
      cases.map(({ query, variables = {} }) => executeOurs(query, variables)),
    );
    expect(results.filter(({ data }) => data && Object.values(data).some(Boolean)).length).toBeGreaterThan(
      25,
    );
  });
});

/** Executed until everything is compiled that is ever compiled; each answer must be the same. */
async function executeOurs(query: string, variables: Record<string, unknown>): Promise<ExecutionResult> {
  const execute = await plannedRequest(ours, query);
  const results: ExecutionResult[] = [];
  for (let count = 0; count < 5; count++) {
    results.push(await execute({ variables, context: createSubgraphContext({}) }));
  }
  const [first = {}, ...others] = results;
  for (const other of others) {
    expect(JSON.stringify(other.data)).toBe(JSON.stringify(first.data));
    expect(errorsOf(other)).toEqual(errorsOf(first));
  }
  return first;
}

async function executeTheirs(query: string, variables: Record<string, unknown>): Promise<ExecutionResult> {
  const execute = await plannedRequest(theirs, query);
  return execute({ variables, context: createSubgraphContext({}) });
}

/** Each over data of its own. */
function startSupergraph(executor: 'compiled' | 'apollo'): Promise<Supergraph> {
  const { sdl, schemas } = syntheticSupergraph();
  const composed = { sdl, services: schemas, eventFields: [], hints: [] };
  return createSupergraph({ composed, logger: silentLogger, executor });
}

function errorsOf({ errors = [] }: ExecutionResult): unknown[] {
  return errors
    .map(({ path, message, extensions }) => ({ path, message, code: extensions['code'] }))
    .toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

import { setImmediate } from 'node:timers/promises';
import { silentLogger } from '../../../events/logger.ts';
import { createOperations, type Operations, type Prepared } from '../../../gateway/operations/operations.ts';
import type { PlanningLimits } from '../../../gateway/supergraph/planning.ts';
import { createSupergraph } from '../../../gateway/supergraph/supergraph.ts';
import { stopTimeouts, type StoppedTimeouts } from '../../utils/stopped-timeouts.ts';
import { doubling, peopleSupergraph } from '../supergraph/people-supergraph.ts';

const person = (id: number | string) => `{ person(id: "${id}") { name age } }`;
/** Takes minutes to plan. */
const hostile = doubling(14);
const timeLimitMs = 3_000;

let timeouts: StoppedTimeouts;
beforeEach(() => {
  timeouts = stopTimeouts();
});
afterEach(() => timeouts.release());

async function withOperations(
  limits: PlanningLimits & { charactersMax?: number },
  use: (operations: Operations) => Promise<void>,
): Promise<void> {
  const { charactersMax, ...planningLimits } = limits;
  const composed = peopleSupergraph();
  const supergraph = await createSupergraph({ composed, logger: silentLogger, planningLimits });
  try {
    const bound = charactersMax === undefined ? {} : { charactersMax };
    await use(createOperations({ supergraph, logger: silentLogger, ...bound }));
  } finally {
    await supergraph.close();
  }
}

function outcomeOf(prepared: Prepared): unknown {
  return 'errors' in prepared
    ? prepared.errors.map(({ extensions }) => extensions['code'])
    : prepared.operation.kind;
}

describe('operations as they are prepared', () => {
  it('are answered at once when they are known, also while another one is being planned', () =>
    withOperations({ timeLimitMs }, async (operations) => {
      await operations.prepare(person(1), undefined);
      let isRefused = false;
      const refused = Promise.resolve(operations.prepare(hostile, undefined));
      void refused.then(() => (isRefused = true));
      const known = operations.prepare(person(1), undefined);
      if (known instanceof Promise) throw new Error('It is not answered at once');
      if ('errors' in known || known.operation.kind !== 'query') throw new Error('It is no query');
      const result = await known.operation.execute({ variables: {}, context: {} as never });
      expect(result.data).toEqual({ person: null });
      expect(isRefused).toBe(false);
      await timeouts.pass(timeLimitMs);
      expect(outcomeOf(await refused)).toEqual(['OPERATION_TOO_COMPLEX']);
    }));

  it('are planned once when they are equal, however many wait', () =>
    withOperations({ waitingMax: 1 }, async (operations) => {
      const equal = [1, 2, 3].map(async () => operations.prepare(person(1), undefined));
      const other = await operations.prepare(person(2), undefined);
      const [first] = await Promise.all(equal);
      expect(outcomeOf(other)).toEqual(['PLANNING_UNAVAILABLE']);
      expect(outcomeOf(first as Prepared)).toBe('query');
      expect(new Set(await Promise.all(equal)).size).toBe(1);
    }));

  it.each([
    { id: 'the only client', stays: false, code: ['PLANNING_UNAVAILABLE'], admitted: 'query' },
    { id: 'one of two clients', stays: true, code: 'query', admitted: ['PLANNING_UNAVAILABLE'] },
  ])('are left out when $id has left, unless they are begun', ({ stays, code, admitted }) =>
    withOperations({ timeLimitMs, waitingMax: 2 }, async (operations) => {
      const leaving = new AbortController();
      const begun = operations.prepare(hostile, undefined, leaving);
      // The thread has it now.
      await setImmediate();
      const waiting = operations.prepare(person(1), undefined, leaving);
      if (stays) void operations.prepare(person(1), undefined, new AbortController());
      leaving.abort();
      const next = operations.prepare(person(2), undefined);
      await timeouts.pass(timeLimitMs);
      expect(outcomeOf(await next)).toEqual(admitted);
      expect(outcomeOf(await waiting)).toEqual(code);
      expect(outcomeOf(await begun)).toEqual(['OPERATION_TOO_COMPLEX']);
      expect(outcomeOf(await operations.prepare(person(1), undefined))).toBe('query');
    }),
  );

  it('are tried again after an error that passes', () =>
    withOperations({ waitingMax: 1 }, async (operations) => {
      const first = operations.prepare(person(1), undefined);
      expect(outcomeOf(await operations.prepare(person(2), undefined))).toEqual(['PLANNING_UNAVAILABLE']);
      await first;
      expect(outcomeOf(await operations.prepare(person(2), undefined))).toBe('query');
    }));

  it('are remembered when they are wrong', () =>
    withOperations({}, async (operations) => {
      const wrong = ['{', '{ nobody }', 'query A { __typename } query B { __typename }'];
      for (const source of wrong) await operations.prepare(source, undefined);
      const known = wrong.map((source) => operations.prepare(source, undefined));
      expect(known.map((prepared) => outcomeOf(prepared as Prepared))).toEqual([
        ['GRAPHQL_PARSE_FAILED'],
        ['GRAPHQL_VALIDATION_FAILED'],
        ['OPERATION_RESOLUTION_FAILURE'],
      ]);
    }));

  it('are refused with half a character, which hashes like a whole one', () =>
    withOperations({}, async (operations) => {
      const [half, whole] = ['\ud800', '\ufffd'].map((character) => `{ __typename } # ${character}`);
      expect(outcomeOf(await operations.prepare(half ?? '', undefined))).toEqual(['GRAPHQL_PARSE_FAILED']);
      expect(outcomeOf(await operations.prepare(whole ?? '', undefined))).toBe('query');
    }));

  it('are another one under another name', () =>
    withOperations({}, async (operations) => {
      const source = 'query A { a: __typename } mutation B { b: __typename }';
      const [a, b] = await Promise.all(['A', 'B'].map(async (name) => operations.prepare(source, name)));
      expect([a, b].map((prepared) => outcomeOf(prepared as Prepared))).toEqual(['query', 'mutation']);
    }));

  it('are refused when they are nested more deeply than the main thread can go', () =>
    withOperations({ timeLimitMs: 20_000 }, async (operations) => {
      const nested = `{ person(id: 1) { ${'friend { '.repeat(3_200)} id ${'} '.repeat(3_200)} } }`;
      expect(outcomeOf(await operations.prepare(nested, undefined))).toEqual(['OPERATION_TOO_COMPLEX']);
    }));

  it('are forgotten by the length of their texts and plans', () =>
    withOperations({ charactersMax: 10_000 }, async (operations) => {
      const isKnown = (id: number) => !(operations.prepare(person(id), undefined) instanceof Promise);
      for (let id = 1; id <= 50; id++) await operations.prepare(person(id), undefined);
      let known = 0;
      while (isKnown(50 - known)) known += 1;
      // The plan of one has about 600 characters.
      expect(known).toBeGreaterThan(5);
      expect(known).toBeLessThan(20);
    }));

  it('are forgotten by the number of their errors, which take more memory than their texts', () =>
    withOperations({ charactersMax: 10_000 }, async (operations) => {
      const fields = Array.from({ length: 90 }, (_, index) => `x${index}`).join(' ');
      for (const name of ['A', 'B', 'C']) await operations.prepare(`query ${name} { ${fields} }`, undefined);
      expect(operations.statistics().entries).toBe(1);
    }));

  it('tell at most 50 errors of their variables, and one that there are more', () =>
    withOperations({}, async (operations) => {
      const source = 'query ($where: PeopleFilter) { people(where: $where) { name } }';
      const prepared = await operations.prepare(source, undefined);
      if ('errors' in prepared || prepared.operation.kind !== 'query') throw new Error('It is no query');
      const variables = { where: { kinds: Array.from({ length: 1_000 }, () => 'NOBODY') } };
      const { data, errors } = await prepared.operation.execute({ variables, context: {} as never });
      expect(data).toBeUndefined();
      expect(errors).toHaveLength(51);
      expect(new Set(errors?.map(({ extensions }) => extensions['code']))).toEqual(
        new Set(['BAD_USER_INPUT']),
      );
    }));

  it('stay within their bound, however many come at a time', () =>
    withOperations({ charactersMax: 100_000, waitingMax: 2_000, timeLimitMs: 20_000 }, async (operations) => {
      const prepared = Array.from({ length: 2_000 }, async (_, id) => {
        const outcome = outcomeOf(await operations.prepare(person(id), undefined));
        return { outcome, ...operations.statistics() };
      });
      const all = await Promise.all(prepared);
      expect(new Set(all.map(({ outcome }) => outcome))).toEqual(new Set(['query']));
      expect(Math.max(...all.map(({ characters }) => characters))).toBeLessThanOrEqual(100_000);
      expect(operations.statistics().entries).toBeLessThan(200);
    }));

  it('are introspected as graphql-js does it, with variables', () =>
    withOperations({}, async (operations) => {
      const source = 'query ($n: String!) { __type(name: $n) { name } }';
      const prepared = await operations.prepare(source, undefined);
      if ('errors' in prepared || prepared.operation.kind !== 'query') throw new Error('It is no query');
      const { operation } = prepared;
      const answers = [{ n: 'Person' }, { n: 'Nobody' }, { n: 'Person' }, { n: 1 }].map((variables) =>
        operation.execute({ variables, context: {} as never }),
      );
      expect(JSON.parse(JSON.stringify(await Promise.all(answers)))).toEqual([
        { data: { __type: { name: 'Person' } } },
        { data: { __type: null } },
        { data: { __type: { name: 'Person' } } },
        { errors: [expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } })] },
      ]);
    }));
});

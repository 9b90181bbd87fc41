import { setImmediate } from 'node:timers/promises';
import fi from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import {
  execute,
  getIntrospectionQuery,
  GraphQLError,
  introspectionFromSchema,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { silentLogger } from '../../../events/logger.ts';
import { apiSchemaOf } from '../../../gateway/supergraph/api-schema.ts';
import { clientErrors, startPlanning, type Planning } from '../../../gateway/supergraph/planning.ts';
import type { Outcome, Work } from '../../../gateway/supergraph/planning-messages.ts';
import { startPlanningThread } from '../../../gateway/supergraph/planning-thread.ts';
import { runProgram } from '../../utils/child-process.ts';
import { stopTimeouts, type StoppedTimeouts } from '../../utils/stopped-timeouts.ts';
import { recordingLogger } from '../../webhooks/recording-logger.ts';
import { doubling, peopleSupergraph } from './people-supergraph.ts';

const { sdl } = peopleSupergraph();
const supergraph = fi.Supergraph.build(sdl);
const apiSchema = supergraph.apiSchema();

const timeLimitMs = 3_000;

/** Takes minutes to plan. */
const hostile = doubling(14);
const harmless = '{ person(id: "1") { name age } }';

function planIn(planning: Planning, source: string, operationName?: string): Promise<Outcome> {
  return planning.perform({ kind: 'plan', source, operationName });
}

function codesOf(outcome: Outcome): unknown[] | string {
  return outcome.kind === 'refused'
    ? outcome.errors.map(({ extensions }) => extensions['code'])
    : outcome.kind;
}

interface WrongDocument {
  id: string;
  source: string;
  operationName?: string;
  code: string;
  /** What graphql-js does not refuse by itself. */
  message?: string;
}

const wrongDocuments: WrongDocument[] = [
  { id: 'no GraphQL', source: '{ person(', code: 'GRAPHQL_PARSE_FAILED' },
  { id: 'nothing', source: '', code: 'GRAPHQL_PARSE_FAILED' },
  {
    id: 'more tokens than are read',
    source: `{ ${'__typename '.repeat(10_001)} }`,
    code: 'GRAPHQL_PARSE_FAILED',
    message: 'Syntax Error: Document contains more that 10000 tokens. Parsing aborted.',
  },
  { id: 'an unknown field', source: '{ person(id: 1) { nam } }', code: 'GRAPHQL_VALIDATION_FAILED' },
  {
    id: 'several errors, in lines',
    source: 'query ($a: Nothing, $b: Int) {\n  person {\n    friend\n  }\n  ...F\n}',
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    id: 'fields that overlap',
    source: '{ person(id: 1) { x: name x: friend { id } } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    id: 'a fragment within itself',
    source: '{ person(id: 1) { ...F } } fragment F on Person { friend { ...F } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    id: 'an introspection that is nested deeply',
    source:
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    id: 'a BigInt that is none',
    source: '{ person(id: 1, size: "many") { id } }',
    code: 'BAD_USER_INPUT',
    message: 'BigInt takes',
  },
  {
    id: 'a file in the text',
    source: '{ person(id: 1, photo: "me") { id } }',
    code: 'BAD_USER_INPUT',
    message: 'Upload takes a file of a GraphQL multipart request',
  },
  {
    id: 'a condition on the root of a subscription',
    source: 'subscription ($x: Boolean!) { personMoved @skip(if: $x) { id } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: '@skip can not be put on the root field of a subscription',
  },
  {
    id: 'an alias that takes the name of a key',
    source: '{ person(id: 1) { id: name age } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    message: 'The alias "id" is the name of another field that identifies the object; choose another one',
  },
  {
    id: 'two operations and no name',
    source: 'query A { __typename } query B { __typename }',
    code: 'OPERATION_RESOLUTION_FAILURE',
    message: 'operationName names no operation of the document',
  },
  {
    id: 'the name of no operation',
    source: 'query A { __typename }',
    operationName: 'B',
    code: 'OPERATION_RESOLUTION_FAILURE',
    message: 'operationName names no operation of the document',
  },
  {
    id: 'a plan that is too long',
    source: `{ person(id: "${'x'.repeat(2_200_000)}") { age } }`,
    code: 'OPERATION_TOO_COMPLEX',
    message: 'The operation asks for more than one operation may',
  },
];

const plannedDocuments = [
  harmless,
  'query ($n: Int, $yes: Boolean!) { people { friends(first: $n) { age @include(if: $yes) } } }',
  'mutation M { a: rename(id: 1, name: "x") { age } b: rename(id: 2, name: "y") { name } }',
  '{ people { ...A } found { ... on Person { age } } } fragment A on Person { friend { ...B } } fragment B on Person { age }',
  'subscription { personMoved { id } }',
  'subscription { personMoved { id age friend { age } } }',
  '{ __typename }',
];

describe('planning in a thread', () => {
  let planning: Planning;
  beforeAll(async () => {
    planning = await startPlanning({ sdl, logger: silentLogger, timeLimitMs: 60_000 });
  });
  afterAll(() => planning.close());

  it.each(wrongDocuments)('refuses $id', async ({ source, operationName, code, message }) => {
    const outcome = await planIn(planning, source, operationName);
    if (outcome.kind !== 'refused') throw new Error('It is not refused');
    const errors = clientErrors(outcome.errors, source).map((error) => error.toJSON());
    expect(errors.map(({ extensions }) => extensions)).toEqual(errors.map(() => ({ code })));
    if (message !== undefined) expect(errors[0]?.message).toContain(message);
    else {
      const plain = errors.map((error) => ({ message: error.message, locations: error.locations }));
      expect(plain).toEqual(errorsOfGraphQL(source));
    }
  });

  it.each(plannedDocuments)('plans as the planner does in this thread: %s', async (source) => {
    const outcome = await planIn(planning, source);
    const { node = null } = new QueryPlanner(supergraph).buildQueryPlan(
      fi.operationFromDocument(apiSchema, parse(source)),
    );
    if (outcome.kind !== 'planned') throw new Error('It is not planned');
    expect(JSON.parse(outcome.plan)).toEqual(JSON.parse(JSON.stringify(node)));
  });

  it('gives the schema that clients see, with descriptions, deprecations, defaults and specifications', () => {
    const seen = introspectionFromSchema(apiSchemaOf(planning.apiSdl));
    expect(seen).toEqual(introspectionFromSchema(apiSchema.toGraphQLJSSchema()));
    expect(JSON.stringify(seen)).toContain('https://example.com/link');
  });

  it.each([
    [getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true }), {}],
    ['query ($n: String!) { a: __type(name: $n) { name kind } __typename }', { n: 'Person' }],
    ['query ($n: String!) { __type(name: $n) { name } }', { n: 'Nobody' }],
    ['{ person(id: 1) @skip(if: true) { name } __schema { queryType { name } } }', {}],
  ])('answers about the schema as graphql-js does: %#', async (source, variables) => {
    expect(await planIn(planning, source)).toEqual({ kind: 'introspection' });
    const work = { kind: 'introspect', source, operationName: undefined, variables } as const;
    const schema = apiSchema.toGraphQLJSSchema();
    const { data } = await execute({ schema, document: parse(source), variableValues: variables });
    const outcome = await planning.perform(work);
    if (outcome.kind !== 'introspected') throw new Error('It is not answered');
    expect(Buffer.from(outcome.body).toString()).toBe(JSON.stringify({ data }));
  });
});

function errorsOfGraphQL(source: string) {
  try {
    return validate(apiSchema.toGraphQLJSSchema(), parse(source), specifiedRules).map(toPlain);
  } catch (error) {
    return [toPlain(error as GraphQLError)];
  }
}

describe('a thread that a document takes too much of', () => {
  let timeouts: StoppedTimeouts;
  beforeEach(() => {
    timeouts = stopTimeouts();
  });
  afterEach(() => timeouts.release());

  it('is ended when time is up, and only that document is refused', async () => {
    const logger = recordingLogger();
    const planning = await startPlanning({ sdl, logger, timeLimitMs });
    try {
      let isRefused = false;
      const refused = planIn(planning, hostile).finally(() => (isRefused = true));
      const behind = planIn(planning, harmless);
      // The event loop turns, again and again, while the document is worked on.
      for (let turns = 0; turns < 1_000; turns++) await setImmediate();
      expect(isRefused).toBe(false);
      await timeouts.pass(timeLimitMs);
      expect(codesOf(await refused)).toEqual(['OPERATION_TOO_COMPLEX']);
      expect(codesOf(await behind)).toBe('planned');
    } finally {
      await planning.close();
    }
    expect(logger.lines).toEqual([
      expect.objectContaining({ message: 'Starting another planning thread' }),
      expect.objectContaining({ message: 'An operation is refused because it ended its thread' }),
    ]);
    expect(JSON.stringify(logger.lines)).not.toContain('friend');
  });

  it('is not ended by the same document again, until it has been forgotten', async () => {
    const restarts = recordingLogger();
    const planning = await startPlanning({ sdl, logger: restarts, timeLimitMs, refusedMs: 60_000 });
    try {
      const first = planIn(planning, hostile);
      await timeouts.pass(timeLimitMs);
      expect(codesOf(await first)).toEqual(['OPERATION_TOO_COMPLEX']);
      for (let times = 0; times < 2; times++) {
        expect(codesOf(await planIn(planning, hostile))).toEqual(['OPERATION_TOO_COMPLEX']);
      }
      expect(codesOf(await planIn(planning, hostile, 'Other'))).not.toBe('planned');
    } finally {
      await planning.close();
    }
    const refusals = restarts.lines.filter((line) => 'documentSha256' in (line as object));
    expect(refusals).toHaveLength(1);
  });

  it('is started again when its memory is used up', async () => {
    const planning = await startPlanning({
      sdl,
      logger: silentLogger,
      timeLimitMs: 60_000,
      memoryMebibytesMax: 48,
    });
    try {
      expect(codesOf(await planIn(planning, hostile))).toEqual(['OPERATION_TOO_COMPLEX']);
      expect(codesOf(await planIn(planning, harmless))).toBe('planned');
    } finally {
      await planning.close();
    }
  });
});

describe('documents that wait', () => {
  let timeouts: StoppedTimeouts;
  beforeEach(() => {
    timeouts = stopTimeouts();
  });
  afterEach(() => timeouts.release());

  it.each([
    { id: 'in number', limits: { waitingMax: 2 } },
    { id: 'in characters', limits: { waitingCharactersMax: hostile.length + harmless.length } },
  ])('are bounded $id', async ({ limits }) => {
    const planning = await startPlanning({ sdl, logger: silentLogger, timeLimitMs, ...limits });
    try {
      const answered = Promise.all([hostile, harmless, harmless].map((source) => planIn(planning, source)));
      await timeouts.pass(timeLimitMs);
      const outcomes = await answered;
      expect(outcomes.map(codesOf)).toEqual([['OPERATION_TOO_COMPLEX'], 'planned', ['PLANNING_UNAVAILABLE']]);
      expect(codesOf(await planIn(planning, harmless))).toBe('planned');
    } finally {
      await planning.close();
    }
  });

  it('are not given to the next thread when nobody wants them any more', async () => {
    const planning = await startPlanning({ sdl, logger: silentLogger, timeLimitMs });
    try {
      let isWanted = true;
      const begun = planIn(planning, hostile);
      const work = { kind: 'plan', source: harmless, operationName: undefined } as const;
      const left = planning.perform(work, () => isWanted);
      const behind = planIn(planning, '{ people { age } }');
      // The thread has all of them now.
      await setImmediate();
      isWanted = false;
      await timeouts.pass(timeLimitMs);
      expect((await Promise.all([begun, left, behind])).map(codesOf)).toEqual([
        ['OPERATION_TOO_COMPLEX'],
        ['PLANNING_UNAVAILABLE'],
        'planned',
      ]);
    } finally {
      await planning.close();
    }
  });

  it('are refused when it closes, and so are later ones', async () => {
    const logger = recordingLogger();
    const planning = await startPlanning({ sdl, logger, timeLimitMs: 60_000 });
    const waiting = [hostile, harmless].map((source) => planIn(planning, source));
    await setImmediate();
    await planning.close();
    await planning.close();
    const outcomes = await Promise.all([...waiting, planIn(planning, harmless)]);
    expect(outcomes.map(codesOf)).toEqual([
      ['PLANNING_UNAVAILABLE'],
      ['PLANNING_UNAVAILABLE'],
      ['PLANNING_UNAVAILABLE'],
    ]);
    expect(logger.lines).toEqual([]);
  });
});

it('work that can not be sent to the thread does not get the reply to the next', async () => {
  const thread = await startPlanningThread({ sdl, memoryMebibytesMax: 1024 });
  try {
    const question = { source: '{ __typename }', operationName: undefined };
    const unsendable: Work = { kind: 'introspect', ...question, variables: { file: () => undefined } };
    await expect(thread.perform(unsendable)).rejects.toThrow('could not be cloned');
    expect(await thread.perform({ kind: 'plan', ...question })).toEqual({ kind: 'planned', plan: 'null' });
    const wrong = await thread.perform({ kind: 'plan', ...question, source: '{' });
    expect(wrong.kind).toBe('refused');
  } finally {
    await thread.terminate();
  }
});

it('a supergraph that can not be read is an error of the start', async () => {
  await expect(startPlanning({ sdl: 'type Query { a: Int }', logger: silentLogger })).rejects.toThrow(
    'The planning thread ended',
  );
});

it('a program that has closed it ends by itself', async () => {
  const child = await runProgram({ args: ['test/gateway/supergraph/children/plan-and-close.ts'] });
  expect(child).toMatchObject({ code: 0, stdout: 'planned, refused\n' });
});

function toPlain({ message, locations }: GraphQLError) {
  return { message, locations };
}

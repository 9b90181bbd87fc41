import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { startCalledService, type CalledService } from './called-service.ts';

let called: CalledService;
beforeAll(async () => {
  called = await startCalledService();
});
beforeEach(() => {
  called.service.requests.length = 0;
});
afterAll(() => called.close());

const trace = 'a'.repeat(31) + '1';
const parent = 'b'.repeat(16);
const good = `00-${trace}-${parent}-01`;

/** What a service gets of a client's trace headers. */
async function passedOn(headers: Record<string, string>, options: { forward?: string[]; set?: object } = {}) {
  const { forward = [], set = {} } = options;
  const client = called.clientOf({ headers: { forward, set: { ...set } } });
  await called.call({ client, context: createSubgraphContext({ headers }) });
  const { traceparent, tracestate } = called.service.requests[0]?.headers ?? {};
  return [traceparent, tracestate];
}

test.each([
  ['a parent', good],
  ['one that is not sampled', `00-${trace}-${parent}-00`],
  ['one of a later version', `cc-${trace}-${parent}-01`],
  ['one of a later version with more', `cc-${trace}-${parent}-01-what-else`],
])('%s is passed on as it is', async (_sentence, traceparent) => {
  expect(await passedOn({ traceparent, tracestate: 'a=1,b=2' })).toEqual([traceparent, 'a=1,b=2']);
});

test.each([
  ['no parent', ''],
  ['text', 'hello'],
  ['a trace of zeros', `00-${'0'.repeat(32)}-${parent}-01`],
  ['a parent of zeros', `00-${trace}-${'0'.repeat(16)}-01`],
  ['version ff', `ff-${trace}-${parent}-01`],
  ['upper case', good.toUpperCase()],
  ['a short trace', `00-${trace.slice(1)}-${parent}-01`],
  ['a long trace', `00-a${trace}-${parent}-01`],
  ['no flags', `00-${trace}-${parent}`],
  ['more than version 00 has', `${good}-more`],
  ['two parents', `${good}, ${good}`],
  ['a line break', `${good}\r\nx-evil: 1`],
  ['space before', ` ${good}`],
  ['a later version with a book behind it', `cc-${trace}-${parent}-01-${'x'.repeat(10_000)}`],
])('%s is not passed on, and neither is its state', async (_sentence, traceparent) => {
  expect(await passedOn({ traceparent, tracestate: 'a=1' })).toEqual([undefined, undefined]);
});

test.each([
  ['a line break', 'a=1\r\nx-evil: 1'],
  ['other characters', 'a=é'],
  ['more than 512 characters', `a=${'1'.repeat(511)}`],
  ['nothing', ''],
])('a state with %s is not passed on', async (_sentence, tracestate) => {
  expect(await passedOn({ traceparent: good, tracestate })).toEqual([good, undefined]);
});

test('without a parent none is made up, and a state is not passed on', async () => {
  expect(await passedOn({ tracestate: 'a=1' })).toEqual([undefined, undefined]);
});

test('a list of headers to forward does not let another one through', async () => {
  const options = { forward: ['traceparent', 'tracestate'] };
  expect(await passedOn({ traceparent: 'junk', tracestate: 'a=1' }, options)).toEqual([undefined, undefined]);
});

test("the file's own header wins", async () => {
  expect(await passedOn({ traceparent: good }, { set: { traceparent: 'mine' } })).toEqual([
    'mine',
    undefined,
  ]);
});

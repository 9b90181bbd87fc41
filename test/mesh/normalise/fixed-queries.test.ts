import { compileRest } from '../compiled-rest.ts';

const answer = "responses: { '200': { description: '', content: { application/json: {} } } }";
const get = (id: string, parameters = '') =>
  `{ get: { operationId: ${id}, parameters: [${parameters}], ${answer} } }`;
const parameter = (name: string, place: string, more = '') =>
  `{ name: ${name}, in: ${place}, ${more} schema: { type: string } }`;

/** Paths that hold a query or a fragment, and what is asked of the service. */
interface QueryCase {
  readonly id: string;
  readonly sentence: string;
  /** YAML below `paths`. */
  readonly given: readonly string[];
  readonly query: string;
  /** Path and query of the requests. */
  readonly expected: readonly string[];
  /** @default none */
  readonly warnings?: readonly string[];
}

const fragment = 'what follows "#" is never sent to a service';

const cases: readonly QueryCase[] = [
  {
    id: 'F1',
    sentence: 'a fixed query is sent with every call',
    given: [`'/a?beta=true': ${get('a')}`],
    query: '{ a }',
    expected: ['/a?beta=true'],
  },
  {
    id: 'F2',
    sentence: 'before the query of the call',
    given: [
      `'/a/{id}?beta=true&x': ${get('a', [parameter('id', 'path', 'required: true,'), parameter('q', 'query')].join(', '))}`,
    ],
    query: '{ a(id: "1?", q: "&y=1") }',
    expected: ['/a/1%3F?beta=true&x&q=%26y%3D1'],
  },
  {
    id: 'F3',
    sentence: 'beside the same path without it',
    given: [`/a: ${get('plain')}`, `'/a?beta=true': ${get('beta')}`],
    query: '{ plain beta }',
    expected: ['/a', '/a?beta=true'],
  },
  {
    id: 'F4',
    sentence: 'no argument changes what is fixed',
    given: [`'/a?beta=true': ${get('a', parameter('beta', 'query'))}`],
    query: '{ a }',
    expected: ['/a?beta=true'],
    warnings: ['/paths/~1a?beta=true/get/parameters/0: "beta" is fixed by the path; left out'],
  },
  {
    id: 'F5',
    sentence: 'a placeholder is a parameter of the query, wherever it is described',
    given: [
      `'/a?x={x}&y={why}&z={z}': ${get('a', [parameter('x', 'query'), parameter('why', 'path', 'required: true,')].join(', '))}`,
    ],
    query: '{ a(x: "1", y: "2", z: "3") }',
    expected: ['/a?x=1&y=2&z=3'],
  },
  {
    id: 'F6',
    sentence: 'paths that become the same are called alike',
    given: [`/a: ${get('plain')}`, `'/a?x={x}': ${get('a', parameter('x', 'query'))}`],
    query: '{ plain a(x: "1") }',
    expected: ['/a', '/a?x=1'],
  },
  {
    id: 'F7',
    sentence: 'a fragment tells operations apart and is not sent',
    given: [`'/#Action=One': ${get('one', parameter('Action', 'query'))}`, `'/#Action=Two': ${get('two')}`],
    query: '{ one(action: "One") two }',
    expected: ['/?Action=One', '/'],
    warnings: [`/paths/~1#Action=One: ${fragment}`, `/paths/~1#Action=Two: ${fragment}`],
  },
  {
    id: 'F8',
    sentence: 'characters that no URL can have are encoded',
    given: [`'/a?q=ä b': ${get('a')}`],
    query: '{ a }',
    expected: ['/a?q=%C3%A4%20b'],
  },
];

test.each(cases.map((row) => [row.id, row.sentence, row] as const))('%s: %s', async (_id, _sentence, row) => {
  const rest = await compileRest({ document: `paths:\n${row.given.map((line) => `  ${line}`).join('\n')}` });
  const { errors } = await rest.run(row.query);
  const { requests } = rest.service;
  await rest.close();
  expect(errors).toBeUndefined();
  expect(requests.map(({ target }) => target).toSorted()).toEqual(row.expected.toSorted());
  expect(rest.subgraph.warnings).toEqual(row.warnings ?? []);
});

import { createSubgraphContext } from '../../../../mesh/subgraph-context.ts';
import { hostileProperties, startHostileShop, type HostileShop } from './hostile-shop.ts';

/** Names that GraphQL allows, and that mean something in JavaScript or in the code that is generated. */
const names = [
  '__proto__',
  '__defineGetter__',
  '__lookupSetter__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'isPrototypeOf',
  'toString',
  'toJSON',
  'valueOf',
  'then',
  'length',
  'arguments',
  'eval',
  'await',
  'return',
  'function',
  'class',
  'this',
  'super',
  'undefined',
  'null',
  'NaN',
  'globalThis',
  'process',
  'value',
  'values',
  'target',
  'source',
  'object',
  'result',
  'item',
  'index',
  'field0',
  'project0',
  'mergedValue',
  '_entities',
  '_representations',
  'representations',
] as const;

/** Where a client writes a name. Each operation holds it once, and asks both services. */
const positions: Readonly<Record<string, (name: string) => string>> = {
  'alias of a root field': (name) => `{ ${name}: things { id owner { name } } }`,
  'alias of a leaf': (name) => `{ things { ${name}: text owner { name } } }`,
  'alias of an object': (name) => `{ things { ${name}: size { width } owner { name } } }`,
  'alias of an entity': (name) => `{ things { ${name}: owner { name home { town } } } }`,
  'alias of a leaf of an entity': (name) => `{ things { owner { ${name}: name } } }`,
  'alias of an object of an entity': (name) => `{ things { owner { ${name}: home { town } } } }`,
  'name of the operation': (name) => `query ${name} { things { owner { name } } }`,
  'name of a fragment': (name) => `{ things { ...${name} } } fragment ${name} on Thing { owner { name } }`,
  'name of a variable': (name) =>
    `query ($${name}: String = "7") { thing(id: $${name}) { id owner { name } } }`,
  'name of a condition': (name) =>
    `query ($${name}: Boolean = true) { things { id owner @include(if: $${name}) { name } } }`,
};

const cases = Object.entries(positions).flatMap(([position, write]) =>
  names.map((name) => ({ position, name, write })),
);

/** Texts that would end a literal, a comment or a script, were they ever code. */
const texts = [
  '"',
  "'",
  '`',
  '\\',
  '${process.exit()}',
  '"+process.exit()+"',
  '*/process.exit()/*',
  '\u2028\u2029',
  '</script>',
  '__proto__',
  'constructor',
  '{"__typename":"Owner"}',
  'JSON {"id":"1"}',
  'null',
];

let shop: HostileShop;
const ownNames = Object.getOwnPropertyNames(Object.prototype);

beforeAll(async () => {
  shop = await startHostileShop();
});
afterAll(() => shop.close());
afterEach(() => {
  expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(ownNames);
});

describe('names that clients choose', () => {
  it.each(cases)('$name as $position is a name like any other', async ({ name, write }) => {
    const answer = await answerOf(write(name));
    const usual = await answerOf(write('usual'));
    expect(usual).toMatch(/Owner o1|Ulm/);
    expect(answer).toBe(usual.replaceAll('"usual":', `"${name}":`));
  });
});

describe('texts that clients choose', () => {
  it.each(texts)('%j is a text like any other', async (text) => {
    const expected = { data: { thing: { id: text, text: `text of ${text}`, owner: { name: 'Owner o1' } } } };
    const query = 'query ($id: String!) { thing(id: $id) { id text owner { name } } }';
    expect(JSON.parse(await answerOf(query, { id: text }))).toEqual(expected);
    const literal = `{ thing(id: ${JSON.stringify(text)}) { id text owner { name } } }`;
    expect(JSON.parse(await answerOf(literal))).toEqual(expected);
  });
});

describe('names that services choose', () => {
  it.each(hostileProperties.map((property, index) => ({ property, index })))(
    '$property is a property like any other',
    async ({ index }) => {
      const field = shop.propertyField(index);
      expect(JSON.parse(await answerOf(`{ thing(id: "1") { odd { ${field} } } }`))).toEqual({
        data: { thing: { odd: { [field]: `odd ${index} of 1` } } },
      });
    },
  );
});

/** Executed until all is compiled that ever is; every answer must be the same text. */
async function answerOf(query: string, variables: Record<string, unknown> = {}): Promise<string> {
  const prepared = await shop.operations.prepare(query, undefined);
  if ('errors' in prepared || prepared.operation.kind === 'subscription') throw new Error(query);
  const answers = new Set<string>();
  for (let count = 0; count < 5; count++) {
    const context = createSubgraphContext({});
    answers.add(JSON.stringify(await prepared.operation.execute({ variables, context })));
  }
  const [answer = '', ...others] = answers;
  expect(others).toEqual([]);
  return answer;
}

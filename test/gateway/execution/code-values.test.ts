import { buildSchema, execute, isAbstractType, parse, type GraphQLSchema } from 'graphql';
import { compileSubgraphOperation } from '../../../gateway/execution/subgraph/subgraph-operation.ts';
import { comparable } from './comparable-result.ts';
import { fieldOf } from './schema-field.ts';

const codeSdl = `
  type Query {
    things: [Thing] strictThings: [Thing!] found: [Found] anything: [JSON] one: Found
    echo(text: String = "a", list: [String!], filter: Filter): String
  }
  scalar JSON
  input Filter { tags: [String!] }
  interface Named { name: String }
  interface Thing implements Named { name: String id: ID }
  type Book implements Thing & Named { name: String id: ID }
  type Film implements Thing & Named { name: String id: ID }
  union Found = Book | Film
`;

class Book {
  readonly id = '1';
  name(): string {
    return 'of a class';
  }
}

const list = () => [new Book(), Promise.resolve(null), null, Promise.resolve(new Book())];

/** Values as resolvers of code give them: promises, errors and instances in lists; a type that the context tells. */
function codeSchema(): GraphQLSchema {
  const made = buildSchema(codeSdl);
  fieldOf(made, 'Query', 'things').resolve = () => [...list(), new Error('no thing')];
  fieldOf(made, 'Query', 'strictThings').resolve = () => [new Book(), Promise.resolve(null)];
  fieldOf(made, 'Query', 'found').resolve = () => new Set(list());
  fieldOf(made, 'Query', 'anything').resolve = () => [Promise.resolve({ a: 1 }), 7];
  fieldOf(made, 'Query', 'one').resolve = () => Promise.resolve(new Book());
  fieldOf(made, 'Query', 'echo').resolve = (_source, args: Record<string, unknown>) => {
    const said = JSON.stringify(args);
    // What a resolver does to its arguments is its own affair.
    (args['list'] as string[] | undefined)?.push('mine');
    (args['filter'] as { tags?: string[] } | undefined)?.tags?.push('mine');
    args['text'] = 'mine';
    return said;
  };
  for (const name of ['Thing', 'Found']) {
    const type = made.getType(name);
    if (!isAbstractType(type)) throw new Error(`${name} is not abstract`);
    type.resolveType = (_value, context: { type: string }, info) =>
      info.schema === made ? Promise.resolve(context.type) : undefined;
  }
  return made;
}

describe('operations on a schema whose values are made by code', () => {
  test.each([
    '{ things { __typename } }',
    '{ strictThings { __typename } }',
    '{ found { ... on Book { __typename } ... on Named { kind: __typename } } }',
    '{ things { ... on Named { name ... on Thing { id ... on Book { again: name } } } } }',
    '{ anything }',
    '{ one { __typename } }',
    '{ echo(list: ["x"], text: "b") }',
    '{ echo }',
    '{ echo(filter: { tags: ["x"] }, list: ["y"]) }',
    'query ($tag: String = "v") { echo(filter: { tags: [$tag] }, list: ["y"]) }',
  ])('are executed as graphql-js does, as often as wanted: %s', async (text) => {
    const made = codeSchema();
    const compiled = compileSubgraphOperation(made, text);
    for (let count = 0; count < 5; count++) {
      const context = { type: count % 2 === 0 ? 'Book' : 'Film' };
      const expected = await execute({ schema: made, document: parse(text), contextValue: context });
      const actual = await compiled({ rootValue: undefined, variables: {}, context });
      expect(comparable(actual)).toEqual(comparable(expected));
    }
  });
});

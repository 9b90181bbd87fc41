import { buildSubgraphSchema } from '@apollo/subgraph';
import { composeServices } from '@apollo/composition';
import { parse, type GraphQLSchema } from 'graphql';

/** Three code subgraphs with what the example services do not have: abstract types, @requires, an interface object. */
const link = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", "@shareable", "@external", "@provides", "@requires", "@interfaceObject", "@override"]
)`;

const typeOf = (value: { __typename: string }) => value.__typename;

const catalogue = {
  typeDefs: `${link}
    type Query {
      media: [Media!]!
      search(text: String!): [Result!]!
      book(id: ID!): Book
      broken: Book
      strict: Book!
    }
    interface Media @key(fields: "id") { id: ID! title: String! }
    type Book implements Media @key(fields: "id") { id: ID! title: String! pages: Int format: Format! author: Author }
    type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int format: String! }
    enum Format { PAPER SCREEN }
    union Result = Book | Film | Author
    type Author @key(fields: "id") @key(fields: "name born") { id: ID! name: String! born: Int! }
    type Mutation { rename(id: ID!, title: String!): Book }
  `,
  resolvers: () => {
    const books = new Map([
      ['b1', { __typename: 'Book', id: 'b1', title: 'Momo', pages: 304, format: 'PAPER', author: 'a1' }],
      ['b2', { __typename: 'Book', id: 'b2', title: 'Emma', pages: null, format: 'SCREEN', author: null }],
      [
        'b3',
        { __typename: 'Book', id: 'b3', title: 'Jim Button', pages: 250, format: 'PAPER', author: 'a1' },
      ],
    ]);
    const film = { __typename: 'Film', id: 'f1', title: 'Playtime', minutes: 124, format: '70mm' };
    const author = { __typename: 'Author', id: 'a1', name: 'Ende', born: 1929 };
    const byId = ({ id }: { id: string }) => (id === film.id ? film : (books.get(id) ?? null));
    return {
      Query: {
        media: () => [books.get('b1'), film, books.get('b2'), books.get('b3')],
        search: (_: unknown, { text }: { text: string }) =>
          text === '' ? [] : [books.get('b1'), film, author],
        book: (_: unknown, { id }: { id: string }) => books.get(id),
        broken: () => Promise.reject(new Error('the catalogue is on fire')),
        strict: () => null,
      },
      Mutation: {
        rename: (_: unknown, { id, title }: { id: string; title: string }) => {
          const book = books.get(id);
          if (book) book.title = title;
          return book;
        },
      },
      Media: { __resolveType: typeOf, __resolveReference: byId },
      Result: { __resolveType: typeOf },
      Book: {
        __resolveReference: byId,
        author: (book: { author: string | null }) => (book.author === null ? null : author),
      },
      Film: { __resolveReference: byId },
      Author: {
        __resolveReference: ({ id, name }: { id?: string; name?: string }) =>
          id === 'a1' || name === 'Ende' ? author : null,
      },
    };
  },
};

const reviews = {
  typeDefs: `${link}
    type Media @interfaceObject @key(fields: "id") { id: ID! reviews(first: Int = 2): [Review!]! }
    type Review { id: ID! stars: Int! by: Reader }
    type Reader @key(fields: "id") { id: ID! nick: String! }
    type Query { readers: [Reader!]! }
  `,
  resolvers: () => ({
    Query: { readers: () => [{ id: 'r1', nick: 'ann' }] },
    Media: {
      reviews: ({ id }: { id: string }, { first }: { first: number }) =>
        [1, 2, 3]
          .slice(0, first)
          .map((n) => ({ id: `${id}-${n}`, stars: n, by: n === 2 ? null : { id: `r${n}` } })),
    },
    Reader: { nick: ({ id }: { id: string }) => `nick of ${id}` },
  }),
};

const library = {
  typeDefs: `${link}
    type Book @key(fields: "id") {
      id: ID!
      pages: Int @external
      title: String! @external
      readingHours: Float @requires(fields: "pages")
      blurb: String @requires(fields: "title")
      failing: String
    }
    type Author @key(fields: "name born") { name: String! born: Int! age(on: Int!): Int! }
  `,
  resolvers: () => ({
    Book: {
      readingHours: ({ pages }: { pages: number | null }) => (pages === null ? null : pages / 40),
      blurb: ({ title }: { title: string }) => `Read ${title}`,
      failing: ({ id }: { id: string }) => {
        if (id === 'b1') throw new Error('no luck');
        return `fine ${id}`;
      },
    },
    Author: { age: ({ born }: { born: number }, { on }: { on: number }) => on - born },
  }),
};

export interface SyntheticSupergraph {
  sdl: string;
  schemas: ReadonlyMap<string, GraphQLSchema>;
}

/** Composes the three subgraphs, with fresh data. */
export function syntheticSupergraph(): SyntheticSupergraph {
  const definitions = Object.entries({ catalogue, reviews, library }).map(
    ([name, { typeDefs, resolvers }]) => ({
      name,
      typeDefs: parse(typeDefs),
      resolvers: resolvers(),
    }),
  );
  const composed = composeServices(
    definitions.map(({ name, typeDefs }) => ({ name, typeDefs, url: `test:${name}` })),
  );
  if (composed.errors) throw new Error(composed.errors.map(String).join('\n'));
  const schemas = new Map(
    definitions.map(({ name, typeDefs, resolvers }) => [
      name,
      buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]),
    ]),
  );
  return { sdl: composed.supergraphSdl, schemas };
}

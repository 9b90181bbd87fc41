import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import type { ComposedSupergraph } from '../../../mesh/federation/compose.ts';

const link = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key"]
)`;

const people = `${link}
  """Where everything begins."""
  type Query {
    person(id: ID!, size: BigInt, photo: Upload): Person
    "All of them"
    people(
      "Only these"
      where: PeopleFilter = { kinds: [FRIEND], near: { x: 1.5, tags: ["a", "\\"b\\""] } }
      old: String @deprecated(reason: "use where")
    ): [Person!]!
    found: [Found!]!
  }
  type Mutation { rename(id: ID!, name: String!): Person }
  type Subscription { personMoved: Person }
  interface Named { name: String! }
  "Someone"
  type Person implements Named @key(fields: "id") {
    id: ID!
    name: String!
    friend: Person
    friends(first: Int = 10): [Person!]!
    nick: String @deprecated
  }
  type Place implements Named { name: String! }
  union Found = Person | Place
  enum Kind { FRIEND FOE @deprecated(reason: "be nice") }
  input PeopleFilter { kinds: [Kind!] = [FRIEND, FOE], near: Near, text: String = "x\\ny" }
  input Near { x: Float = 1, tags: [String!]! = [], gone: Int @deprecated(reason: "no more") }
  scalar BigInt
  scalar Upload
  scalar Link @specifiedBy(url: "https://example.com/link")
  type Book { link: Link }
  extend type Person { books: [Book!]! }
`;

const ages = `${link}
  type Person @key(fields: "id") { id: ID! age: Int }
`;

/** Two subgraphs whose type refers to itself, so that documents can ask for as much as they like. Nobody is in them. */
export function peopleSupergraph(): ComposedSupergraph {
  const subgraphs = Object.entries({ people, ages }).map(([name, sdl]) => ({
    name,
    typeDefs: parse(sdl),
    url: `test:${name}`,
  }));
  const composed = composeServices(subgraphs);
  if (composed.errors) throw new Error(composed.errors.map(String).join('\n'));
  return {
    sdl: composed.supergraphSdl,
    services: new Map(subgraphs.map(({ name, typeDefs }) => [name, buildSubgraphSchema([{ typeDefs }])])),
    eventFields: [],
    hints: [],
  };
}

/** A document of which each further level doubles the work. Fourteen take minutes. */
export function doubling(levels: number): string {
  const fragments = Array.from({ length: levels }, (_, level) => {
    const next = `...F${level + 1}`;
    return `fragment F${level} on Person { a: friend { age ${next} } b: friend { age ${next} } }`;
  });
  return `{ person(id: "1") { ...F0 } } ${fragments.join(' ')} fragment F${levels} on Person { id }`;
}

import type { Answer } from './answers.ts';

/** Where `@apollo/gateway` 2.14 does not answer as the specifications say, and Sluice does. */
export interface ApolloDifference {
  id: string;
  /** On the invented supergraph, without failures; ours is undefined where the operation is refused. */
  example?: { query: string; ours: unknown; theirs: unknown };
  /** What `@apollo/gateway` does. */
  apollo: string;
  /** What the specification says, and where. */
  specification: string;
  /** Whether a difference between two answers is this one. The reference repairs those that have none. */
  explains?: (ours: Answer, theirs: Answer, query: string) => boolean;
  /** In how many of a hundred made-up operations it may be met; more of it would hide something else. @default 1 */
  percentMax?: number;
}

export const apolloDifferences: readonly ApolloDifference[] = [
  {
    id: 'order-of-fields',
    example: {
      query: '{ author { ... { name } id ... { born } } }',
      ours: { author: { name: 'name of 3', id: 'Author:3', born: 3 } },
      theirs: { author: { name: 'name of 3', born: 3, id: 'Author:3' } },
    },
    apollo: 'Fragments with the same type condition are answered together, where the first of them stands.',
    specification:
      'GraphQL, section 6.3.2: fields are answered in the order in which they are encountered; section 7.2.2 keeps it in JSON.',
    explains: (ours, theirs) =>
      ours.data !== theirs.data &&
      same(inOneOrder(ours.data), inOneOrder(theirs.data)) &&
      errorsAlike(ours, theirs),
    percentMax: 15,
  },
  {
    id: 'fragment-inside-of-fragment',
    example: {
      query: '{ author { ... on Node { ... on Author { born } id } } }',
      ours: { author: { born: 3, id: 'Author:3' } },
      theirs: { author: { id: 'Author:3' } },
    },
    apollo:
      'A fragment on an object type inside of one on an abstract type is left out of an object of that very type, where no __typename is fetched because its type is known.',
    specification: 'GraphQL, section 6.3.2, DoesFragmentTypeApply: the type of the object decides.',
    explains: (ours, theirs) =>
      !same(inOneOrder(ours.data), inOneOrder(theirs.data)) &&
      isPart(JSON.parse(theirs.data), JSON.parse(ours.data)) &&
      errorsAlike(ours, theirs),
    percentMax: 3,
  },
  {
    id: 'path-of-an-entity-error',
    apollo:
      'The index of a representation is taken for that of the object, though objects without a representation are between them; an error of all entities has a path such as ["shelves", "@", "_entities"].',
    specification:
      'GraphQL, section 7.1.2: the path is that of the response field which experienced the error.',
    explains: (ours, theirs) => ours.data === theirs.data && errorsAlike(ours, theirs),
    percentMax: 10,
  },
  {
    id: 'null-that-breaks-the-schema',
    apollo:
      'When no fetch failed, a null where the schema has none is told of in `extensions.valueCompletion`, not in `errors`.',
    specification: 'GraphQL, section 6.4.4: it is a field error, and field errors are in `errors`.',
  },
  {
    id: 'type-of-interface-object',
    apollo:
      'The name of the interface that an interface object answers replaces the concrete type, and fragments on that are left out.',
    specification:
      'Apollo Federation, "Entity interfaces": an interface object adds fields to every implementation; each keeps its type.',
  },
  {
    id: 'type-that-nobody-knows',
    apollo:
      'An interface object of which the owner of the interface knows nothing, or fails, has no concrete type. What every type would answer is answered, fragments on types are left out, and where __typename is asked for the object is null without an error.',
    specification:
      'GraphQL, section 6.4.3, CompleteValue and ResolveAbstractType: an object has one of the possible types, or its field has an error.',
    explains: (ours, theirs, query) =>
      /\b(?:top|bests|about)\b/.test(query) &&
      isNulled(JSON.parse(ours.data), JSON.parse(theirs.data)) &&
      theirs.errors.every((error) => isMet(fieldsOf(error), [...ours.errors, ...ours.nulls].map(fieldsOf))),
    percentMax: 3,
  },
  {
    id: 'object-under-a-condition',
    example: {
      query:
        '{ author(born: 7) { rival { ... on Node @skip(if: false) { __typename id ... on Author { id } } } } }',
      ours: { author: { rival: { __typename: 'Author', id: 'Author:11' } } },
      theirs: { author: { rival: null } },
    },
    apollo:
      'An object is null, without an error, where all that is asked of it stands in a fragment with a condition: the __typename in it is not fetched.',
    specification: 'GraphQL, section 3.13.1: a fragment is skipped only when the condition is true.',
    explains: (ours, theirs, query) =>
      /@(?:skip|include)\b/.test(query) &&
      isNulled(JSON.parse(theirs.data), JSON.parse(ours.data)) &&
      errorsAlike(ours, theirs),
  },
  {
    id: 'alias-of-a-required-name',
    example: {
      query: '{ book(id: "Book:1") { id: isbn stock } }',
      ours: undefined,
      theirs: { book: { id: 'Book:11', stock: 175 } },
    },
    apollo:
      'An alias that takes the name of a key or of a field that is required is merged with that field, and the value of one of the two gets into both.',
    specification:
      'GraphQL, section 6.3.2: each response name has its own field. Sluice refuses such an alias: docs/adr/0007-aliases-that-take-required-names.md.',
  },
];

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function inOneOrder(json: string): unknown {
  return sorted(JSON.parse(json));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const);
  return members.toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** Whether one value is the other, with nulls in the place of some of its parts. */
function isNulled(value: unknown, whole: unknown): boolean {
  if (value === null || typeof value !== 'object' || typeof whole !== 'object' || whole === null) {
    return value === null || value === whole;
  }
  const names = Object.keys(value);
  return (
    names.length === Object.keys(whole).length &&
    names.every((name) =>
      isNulled((value as Record<string, unknown>)[name], (whole as Record<string, unknown>)[name]),
    )
  );
}

/** Whether everything in one value is in the other, which may have more fields. */
function isPart(part: unknown, whole: unknown): boolean {
  if (typeof part !== 'object' || part === null || typeof whole !== 'object' || whole === null) {
    return part === whole;
  }
  if (Array.isArray(part) && part.length !== (whole as unknown[]).length) return false;
  return Object.entries(part).every(
    ([name, value]) => Object.hasOwn(whole, name) && isPart(value, (whole as Record<string, unknown>)[name]),
  );
}

/**
 * Whether each answer has an error for every error of the other: at the same field, or at one above or below it, the items
 * of lists left aside. A path that is wrong leads to another null, or to none.
 */
function errorsAlike(ours: Answer, theirs: Answer): boolean {
  const [own, other] = [ours, theirs].map(({ errors, nulls }) => [...errors, ...nulls].map(fieldsOf));
  return (
    own?.every((fields) => isMet(fields, other)) === true &&
    other?.every((fields) => isMet(fields, own)) === true
  );
}

function isMet(fields: string, among: readonly string[] = []): boolean {
  return among.some((each) => each.startsWith(fields) || fields.startsWith(each));
}

/** The names in a path, as text. */
function fieldsOf(place: string): string {
  const parsed = JSON.parse(place) as unknown[];
  const path = (Array.isArray(parsed[0]) ? parsed[0] : parsed) as unknown[];
  const names = path.filter((key) => typeof key === 'string' && key !== '@' && key !== '_entities');
  return names.map((name) => `${String(name)}.`).join('');
}

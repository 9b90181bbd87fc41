import {
  buildClientSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isListType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  type IntrospectionQuery,
} from 'graphql';

export interface MadeDocumentsOptions {
  /** What a server answers to the query of introspection: data, whichever copy of graphql-js made it. */
  introspection: IntrospectionQuery;
  count: number;
  /** The same seed makes the same documents. */
  seed: number;
  /** Something to ask for: the value of an argument that is an id or a list of ids. */
  idFor: (argument: GraphQLArgument, field: GraphQLField<unknown, unknown>, number: number) => string;
}

/** How deep a made document is nested at most, and how many fields it has at least before it is done. */
const limits = { depthMax: 5, fieldsMin: 3, fieldsMax: 24 };

/** Numbers from 0 to below 1 that look random and are the same for a seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Valid queries of a schema without interfaces and unions, each unlike the others in selections, aliases or arguments. */
export function makeDocuments({
  introspection,
  count,
  seed,
  idFor,
}: MadeDocumentsOptions): readonly string[] {
  const random = createRandom(seed);
  const query = buildClientSchema(introspection).getQueryType();
  if (!query) throw new Error('the schema has no query');
  const made = new Set<string>();
  while (made.size < count) {
    const budget = { left: limits.fieldsMin + below(random, limits.fieldsMax - limits.fieldsMin) };
    const selection = selectionOf(query, { random, idFor, budget }, 1);
    made.add(`query Made${below(random, 1000)} ${selection}`);
  }
  return [...made];
}

interface Making {
  random: () => number;
  idFor: MadeDocumentsOptions['idFor'];
  /** Fields that may still be written. */
  budget: { left: number };
}

function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit);
}

function selectionOf(type: GraphQLObjectType, making: Making, depth: number): string {
  const { random, budget } = making;
  const fields = Object.values(type.getFields());
  const leaves = fields.filter((field) => !isCompositeType(getNamedType(field.type)));
  const usable = depth < limits.depthMax ? fields : leaves;
  const wanted = 1 + below(random, Math.min(usable.length, Math.max(1, budget.left)));
  const chosen = usable.toSorted(() => random() - 0.5).slice(0, wanted);
  budget.left -= chosen.length;
  const written = chosen.map((field, index) => {
    const alias = random() < 0.3 ? `a${index}: ` : '';
    return `${alias}${field.name}${argumentsOf(field, making)}${childrenOf(field, making, depth)}`;
  });
  return `{ ${written.join(' ')} }`;
}

function childrenOf(field: GraphQLField<unknown, unknown>, making: Making, depth: number): string {
  const type = getNamedType(field.type);
  return isObjectType(type) ? ` ${selectionOf(type, making, depth + 1)}` : '';
}

/** Numbers limit what is listed, and lists of ids too, so that no answer is long. */
function argumentsOf(field: GraphQLField<unknown, unknown>, making: Making): string {
  const { random, idFor } = making;
  const written = field.args.flatMap((argument) => {
    const type = getNamedType(argument.type);
    if (isEnumType(type)) {
      const values = type.getValues();
      return random() < 0.3 ? `${argument.name}: ${values[below(random, values.length)]?.name}` : [];
    }
    if (type.name === 'Int') return `${argument.name}: ${1 + below(random, 3)}`;
    const id = () => JSON.stringify(idFor(argument, field, below(random, 20)));
    if (!isListType(getNullableType(argument.type))) return `${argument.name}: ${id()}`;
    return `${argument.name}: [${Array.from({ length: 1 + below(random, 3) }, id).join(', ')}]`;
  });
  return written.length === 0 ? '' : `(${written.join(', ')})`;
}

import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  OperationTypeNode,
  parse,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import type { ComposedSupergraph } from '../../../../mesh/federation/compose.ts';
import type { SubgraphContext } from '../../../../mesh/subgraph-context.ts';
import { answerAt, circumstancesOf, failAltogether, numberOf } from './failures.ts';
import { inventedSubgraphs } from './invented-subgraphs.ts';

/** An object of any type: everything about it follows from its number, in every subgraph. */
interface Thing {
  __typename: string;
  n: number;
  /** What a plan gave for it: its key, and what its fields require. */
  given?: Readonly<Record<string, unknown>>;
}

type Resolver = GraphQLFieldResolver<Partial<Thing> | undefined, SubgraphContext, Record<string, unknown>>;

/** Composes the invented subgraphs; their data lives as long as the context of one operation. */
export function inventedSupergraph(): ComposedSupergraph {
  const definitions = Object.entries(inventedSubgraphs).map(([name, sdl]) => ({
    name,
    typeDefs: parse(sdl),
    url: `test:${name}`,
  }));
  const composed = composeServices(definitions);
  if (composed.errors) throw new Error(composed.errors.map(String).join('\n'));
  const services = new Map(definitions.map(({ name, typeDefs }) => [name, executable(name, typeDefs)]));
  return { sdl: composed.supergraphSdl, services, eventFields: [], hints: [] };
}

function executable(subgraph: string, typeDefs: ReturnType<typeof parse>): GraphQLSchema {
  const bare = buildSubgraphSchema([{ typeDefs }]);
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const type of Object.values(bare.getTypeMap())) {
    if (type.name.startsWith('__') || type.name === '_Service') continue;
    const refer = { __resolveReference: referenceResolver(subgraph, type.name) };
    if (isInterfaceType(type) && type.name === 'Media') resolvers[type.name] = refer;
    if (!isObjectType(type)) continue;
    const fields = Object.values(type.getFields()).filter(({ name }) => !name.startsWith('_'));
    resolvers[type.name] = {
      ...Object.fromEntries(fields.map(({ name }) => [name, fieldResolver(subgraph, type, name)])),
      ...(type !== bare.getQueryType() && type !== bare.getMutationType() && refer),
    };
  }
  return buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
}

/** Numbers of entities that are referred to and do not exist. */
const isMissing = (n: number): boolean => n % 8 === 6;

function referenceResolver(subgraph: string, typeName: string) {
  return (given: Record<string, unknown>, context: SubgraphContext): unknown => {
    const { __typename: _typeName, ...key } = given;
    const n = numberIn(key);
    const concrete = typeof given['id'] === 'string' ? given['id'].split(':')[0] : undefined;
    const ofType = typeName === 'Media' && subgraph === 'catalogue' ? (concrete ?? typeName) : typeName;
    // Thrown at once, an error is that of all entities that are asked for together; later, it is that of this one.
    failAltogether(`${subgraph} ${typeName}`, context);
    return Promise.resolve().then(() =>
      answerAt(`${subgraph} ${typeName} ${JSON.stringify(given)}`, context, () =>
        isMissing(n) ? null : { __typename: ofType, n, given },
      ),
    );
  };
}

/** The number that a key tells, wherever it stands in it. */
function numberIn(key: unknown): number {
  const digits = /(\d+)\D*$/.exec(JSON.stringify(keyOf(key)));
  return Number(digits?.[1] ?? 0);
}

function keyOf(given: unknown): unknown {
  const { id, name, number, vat } = given as Record<string, unknown>;
  return id ?? name ?? number ?? vat;
}

function fieldResolver(subgraph: string, type: GraphQLObjectType, field: string): Resolver {
  return (parent, args, context, info) => {
    const n = parent?.n ?? 0;
    const called = `${type.name}:${n}.${field}${JSON.stringify(args)}`;
    return answerAt(`${subgraph} ${called}`, context, () => {
      if (info.operation.operation === OperationTypeNode.MUTATION && parent === undefined)
        change(field, args, context);
      const changed = changesOf(context).get(`${field} ${n}`);
      if (changed !== undefined) return changed;
      if (field === 'echo') return JSON.stringify(args);
      if (field === 'anything') return args['any'];
      if (field === 'id' && parent?.given?.['id'] !== undefined) return parent.given['id'];
      const required = requiredValue(field, parent?.given);
      if (required !== undefined) return required;
      // Shared types have the same fields everywhere: who is asked makes no difference.
      const world = circumstancesOf(context).seed % worlds;
      return valueOf(info.returnType, parent?.__typename ?? '', { field, n, args, world }, info.schema);
    });
  };
}

/** What a field makes of the fields that it requires. */
function requiredValue(field: string, given: Thing['given']): unknown {
  if (field === 'readingHours') return typeof given?.['pages'] === 'number' ? given['pages'] / 40 : null;
  if (field === 'blurb') return `${String(given?.['title'])} ${JSON.stringify(given?.['cover'])}`;
  if (field === 'byline') return [JSON.stringify(given?.['author'])];
  return undefined;
}

const changes = new WeakMap<SubgraphContext, Map<string, unknown>>();

/** What mutations changed, by field and number. */
function changesOf(context: SubgraphContext): Map<string, unknown> {
  const known = changes.get(context) ?? new Map<string, unknown>();
  changes.set(context, known);
  return known;
}

function change(field: string, args: Readonly<Record<string, unknown>>, context: SubgraphContext): void {
  const changed = changesOf(context);
  const count = ((changed.get('count') as number | undefined) ?? 0) + 1;
  changed.set('count', count).set('advance 0', count);
  if (field === 'rename') for (let n = 0; n < entities; n++) changed.set(`title ${n}`, args['title']);
  if (field === 'clear') changed.set('stars 1', 0).set('clear 0', true);
}

interface Asked {
  field: string;
  n: number;
  args: Readonly<Record<string, unknown>>;
  /** Another one has other values. */
  world: number;
}

const worlds = 50;

/** So few that the same entity is met in many places. */
const entities = 12;

function valueOf(type: GraphQLOutputType, parent: string, asked: Asked, schema: GraphQLSchema): unknown {
  const { field, n, args, world } = asked;
  if (isNonNullType(type)) return presentValue(type.ofType, parent, asked, schema);
  if (numberOf(`null ${field} ${n} ${world} ${JSON.stringify(args)}`) % 6 === 0) return null;
  return presentValue(type, parent, asked, schema);
}

function presentValue(type: GraphQLOutputType, parent: string, asked: Asked, schema: GraphQLSchema): unknown {
  const { field, n, args, world } = asked;
  const any = numberOf(`${field} ${n} ${world} ${JSON.stringify(args)}`);
  if (isNonNullType(type)) return presentValue(type.ofType, parent, asked, schema);
  if (isListType(type)) {
    const length = [3, 2, 1, 4, 0][any % 5] ?? 0;
    return Array.from({ length }, (_, index) =>
      valueOf(type.ofType, parent, { ...asked, field: `${field}${index}` }, schema),
    );
  }
  if (isEnumType(type)) return type.getValues()[any % type.getValues().length]?.name;
  if (isScalarType(type)) return scalarValue(type.name, parent, asked, any);
  const child = any % entities;
  if (isObjectType(type)) return { __typename: type.name, n: child } satisfies Thing;
  const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  return { __typename: possible[any % possible.length]?.name ?? '', n: child } satisfies Thing;
}

/** Of Media in the subgraph that does not know which ones there are. */
const mediaTypes = ['Book', 'Film'];

function scalarValue(scalar: string, parent: string, { field, n }: Asked, any: number): unknown {
  if (field === 'id') return `${parent === 'Media' ? (mediaTypes[n % 2] ?? '') : parent}:${n}`;
  if (field === 'name' || field === 'code') return `${field} of ${n}`;
  if (field === 'born' || field === 'number') return n;
  if (scalar === 'Int') return any % 500;
  if (scalar === 'Float') return (any % 1000) / 4;
  if (scalar === 'Boolean') return any % 2 === 0;
  if (scalar === 'JSON') return anyJson[any % anyJson.length];
  if (scalar === 'BigNumber') return `${any}00000000000000`;
  return `${field} ${any % 100}`;
}

const anyJson: readonly unknown[] = [7, 'json', { a: [1, { b: null }] }, [[]], { __typename: 'Book' }, false];

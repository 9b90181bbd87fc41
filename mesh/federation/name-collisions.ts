import { pascalCase } from 'change-case';
import { definedNames, type DefinedNames, type DefinedType } from './defined-names.ts';
import { eventsSubgraphName, historyNames } from './event-history.ts';
import type { Subgraph } from '../subgraph.ts';

/** Two subgraphs that use one name for two things. */
export interface NameCollision {
  /** Both, in the order of their names; history stands behind. */
  subgraphs: readonly [string, string];
  /** Names of types, then root fields as `Query.status`. */
  names: readonly string[];
  /** The two files, and what they share. */
  shared: string;
  /** One sentence: `shared`, and the line that ends it. */
  message: string;
}

/** Most names in one message. */
const namesMax = 8;

interface Named {
  subgraph: Pick<Subgraph, 'name' | 'file' | 'rest'>;
  names: DefinedNames;
}

/**
 * Finds the names that two services both use for something of their own, which composition would mix up (enums, inputs,
 * unions) or refuse with an error for every field (objects). An object type belongs to one service, unless it is an
 * entity; other types may be in several when they are defined alike. Two code subgraphs are left to composition: their
 * authors may have meant it.
 */
export function nameCollisions(subgraphs: readonly Subgraph[]): NameCollision[] {
  const all = subgraphs.map((subgraph): Named => ({ subgraph, names: definedNames(subgraph) }));
  return all.flatMap((a, index) =>
    all.slice(index + 1).flatMap((b) => {
      if (!a.subgraph.rest && !b.subgraph.rest) return [];
      return a.subgraph.name < b.subgraph.name ? collisionOf(a, b) : collisionOf(b, a);
    }),
  );
}

/**
 * Finds the names of the history of events that a service uses for something of its own. There is a history where a
 * subgraph has webhooks; a service never takes its names from it, as then all clients would lose theirs.
 */
export function historyCollisions(subgraphs: readonly Subgraph[]): NameCollision[] {
  if (!subgraphs.some(({ rest }) => rest && rest.events.length > 0)) return [];
  const history = { name: eventsSubgraphName, file: 'the history of events' };
  const ofHistory: Named = { subgraph: history, names: historyNames() };
  return subgraphs.flatMap((subgraph) => collisionOf({ subgraph, names: definedNames(subgraph) }, ofHistory));
}

function collisionOf(a: Named, b: Named): NameCollision[] {
  const types = [...a.names.types].flatMap(([name, type]) => {
    const other = b.names.types.get(name);
    return other && collide(type, other) ? [name] : [];
  });
  const fields = [...a.names.rootFields].filter((field) => b.names.rootFields.has(field));
  if (types.length + fields.length === 0) return [];
  const subgraphNames = [a.subgraph.name, b.subgraph.name] as const;
  const shared = `${a.subgraph.file} and ${b.subgraph.file} both have ${sharedWords(a, b, types, fields)}`;
  const message = `${shared}: ${remedy(a, b, types, fields)}`;
  return [{ subgraphs: subgraphNames, names: [...types, ...fields], shared, message }];
}

function collide(a: DefinedType, b: DefinedType): boolean {
  if (a.kind !== b.kind) return true;
  if (a.kind !== 'object') return a.kind !== 'scalar' && a.shape !== b.shape;
  const common = [...a.fields].filter((field) => b.fields.has(field));
  const isRefused = common.some((field) => a.owned.has(field) || b.owned.has(field));
  return isRefused || (common.length === 0 && !mayBeOne(a, b));
}

/** Whether two object types without a common field may be parts of one entity: by what is a stub of it, or by keys. */
function mayBeOne(a: DefinedType, b: DefinedType): boolean {
  const types = [a, b];
  return (
    types.some(({ isEntity }) => isEntity) &&
    types.every(({ isEntity, owned }) => isEntity || owned.size === 0)
  );
}

function sharedWords(a: Named, b: Named, types: readonly string[], fields: readonly string[]): string {
  const words: string[] = [];
  const [type] = types;
  if (type !== undefined && types.length === 1) words.push(`a type ${type}${difference(a, b, type)}`);
  else if (types.length > 0) words.push(`the types ${listed(types)}`);
  if (fields.length > 0) words.push(`the root field${fields.length > 1 ? 's' : ''} ${listed(fields)}`);
  return words.join(' and ');
}

function difference(a: Named, b: Named, name: string): string {
  const [one, other] = [a.names.types.get(name), b.names.types.get(name)];
  if (!one || !other || one.isEntity || other.isEntity) return '';
  if (one.kind !== other.kind) return `, ${one.kind} and ${other.kind}`;
  if (one.shape === other.shape) return ' with the same fields';
  return one.kind === 'enum' ? ' with different values' : ' with different fields';
}

function listed(names: readonly string[]): string {
  const told = names.slice(0, namesMax).join(', ');
  return names.length > namesMax ? `${told} and ${names.length - namesMax} more` : told;
}

/** What to write into which subgraph.yaml. A prefix is put before neither entities nor renamed root fields. */
function remedy(a: Named, b: Named, types: readonly string[], fields: readonly string[]): string {
  const isEntityOf = ({ names }: Named) => types.filter((type) => names.types.get(type)?.isEntity);
  const both = isEntityOf(a).filter((type) => isEntityOf(b).includes(type));
  const chosen = [b, a]
    .filter(({ subgraph }) => subgraph.rest !== undefined)
    .toSorted((one, other) => isEntityOf(one).length - isEntityOf(other).length)[0];
  const config = chosen?.subgraph.rest?.config;
  if (!chosen || !config)
    return `rename them in ${b.subgraph.name === eventsSubgraphName ? 'the former' : 'one of the two'}`;
  const steps: string[] = [];
  const renamed = Object.values(config.operations.rename).filter((field) =>
    fields.some((place) => place.endsWith(`.${field}`)),
  );
  const entities = isEntityOf(chosen);
  if (entities.length > 0) {
    const why = both.length > 0 ? 'one service answers a field of an entity' : 'an entity has one owner';
    steps.push(`take ${listed(entities)} out of the entities of ${config.file} (${why})`);
  }
  if (types.length > 0 || fields.length > renamed.length) {
    steps.push(`add "prefix: ${prefixFor(chosen.subgraph.name, config.prefix)}" to ${config.file}`);
  }
  if (renamed.length > 0)
    steps.push(`call ${listed(renamed)} otherwise in operations.rename of ${config.file}`);
  return steps.join(' and ');
}

/** A prefix that tells a subgraph from others. @param present the one that it has already */
export function prefixFor(subgraph: string, present = ''): string {
  const prefix = pascalCase(subgraph).replaceAll('_', '');
  return prefix === present ? `${prefix}Api` : prefix;
}

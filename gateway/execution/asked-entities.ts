import type { Data } from './merge.ts';
import type { Representation, RepresentationOf } from './representation.ts';

/** The entities that one fetch asks for, each once, wherever it stands. */
export interface AskedEntities {
  representations: readonly Data[];
  objects: readonly Data[];
  /** For each object its representation; -1 for one that has none. */
  indices: readonly number[];
}

/** Represents objects for a fetch. Those that are the same entity share a representation. */
export function askFor(objects: readonly Data[], representationOf: RepresentationOf): AskedEntities {
  const [only] = objects;
  if (only && objects.length === 1) return askForOne(only, objects, representationOf);
  const representations: Data[] = [];
  const seenOf = new Map<unknown, Map<unknown, number>>();
  let typeName: unknown;
  let representation: Representation | undefined;
  let seen = new Map<unknown, number>();
  const indices = objects.map((object) => {
    if (object['__typename'] !== typeName) {
      typeName = object['__typename'];
      representation = typeof typeName === 'string' ? representationOf(typeName) : undefined;
      seen = seenFor(typeName, seenOf);
    }
    if (!representation) return -1;
    const { keyOf, represent } = representation;
    const represented = keyOf === undefined ? represent(object) : undefined;
    if (represented === null) return -1;
    const identity = keyOf === undefined ? JSON.stringify(represented) : keyOf(object);
    const known = seen.get(identity);
    if (known !== undefined) return known;
    const made = represented ?? represent(object);
    const index = made ? representations.push(made) - 1 : -1;
    seen.set(identity, index);
    return index;
  });
  return { representations, objects, indices };
}

function askForOne(
  object: Data,
  objects: readonly Data[],
  representationOf: RepresentationOf,
): AskedEntities {
  const typeName = object['__typename'];
  const made = typeof typeName === 'string' ? representationOf(typeName).represent(object) : null;
  return made
    ? { representations: [made], objects, indices: [0] }
    : { representations: [], objects, indices: [-1] };
}

function seenFor(typeName: unknown, seenOf: Map<unknown, Map<unknown, number>>): Map<unknown, number> {
  const found = seenOf.get(typeName) ?? new Map<unknown, number>();
  seenOf.set(typeName, found);
  return found;
}

/** What several fetches of a plan may ask for alike. */
interface Sharing {
  readonly key: string;
  /** How many of them there are. */
  fetches: number;
}

/** Is told of each fetch, by a key that is the same for those that ask for the same entities of the same objects. */
export type ShareAsking = (key: string) => Readonly<Sharing>;

/** Fetches that run beside each other often ask several services for the same entities. */
export function createSharing(): ShareAsking {
  const known = new Map<string, Sharing>();
  return (key) => {
    const sharing = known.get(key) ?? { key, fetches: 0 };
    sharing.fetches += 1;
    known.set(key, sharing);
    return sharing;
  };
}

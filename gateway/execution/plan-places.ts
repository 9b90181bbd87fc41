import type { ShowMade } from './generated-code.ts';
import type { Data } from './merge.ts';
import { objectsMax, tooManyObjects } from './object-limit.ts';
import { compilePlaces, type ObjectsAt, type PlanPath } from './places.ts';

/** The objects that were found at each place, by its number; none where something was merged above since. */
export type FoundObjects = (readonly Data[] | undefined)[];

/** What is searched, and what was found in it before. */
interface Searched {
  readonly data: Data;
  readonly found: FoundObjects;
}

/** A path that fetches of a plan work on. */
export interface PlanPlace {
  readonly path: PlanPath;
  /** The objects at the path, in the order of the response. They are looked for once, until something is merged above. */
  objectsIn: (searched: Searched) => readonly Data[];
  /** Is to be called before something is merged into the objects at the path: what is below them may be another object then. */
  forgetBelow: (searched: Searched) => void;
}

/** @returns the place at a path; a path has one place */
export type PlaceAt = (path: PlanPath) => PlanPlace;

/**
 * The places of one plan. What stands below a place is looked for from there on, not from the beginning of the response:
 * else a chain of fetches, each below the one before, would walk the whole way for each.
 */
export function createPlanPlaces(show?: ShowMade): PlaceAt {
  const places: (PlanPlace & { below: number[] })[] = [];
  return (path) => {
    const known = places.find((place) => place.path.length === path.length && isBelow(place.path, path));
    if (known) return known;
    const number = places.length;
    const above = places
      .filter((place) => place.path.length < path.length && isBelow(path, place.path))
      .toSorted((one, other) => other.path.length - one.path.length);
    // What is found at a path without the `@` for a list is an item of it already.
    const start = above.find((place) => path[place.path.length] !== '@');
    const objectsAt = compilePlaces(path.slice(start?.path.length ?? 0), show);
    const below: number[] = [];
    places.forEach((place, other) => {
      if (isBelow(path, place.path)) place.below.push(number);
      else if (isBelow(place.path, path)) below.push(other);
    });
    const place = {
      path,
      below,
      objectsIn: (searched: Searched) =>
        (searched.found[number] ??= objectsBelow(start?.objectsIn(searched) ?? [searched.data], objectsAt)),
      forgetBelow: ({ found }: Searched) => {
        for (const other of below) found[other] = undefined;
      },
    };
    places.push(place);
    return place;
  };
}

function objectsBelow(objects: readonly Data[], objectsAt: ObjectsAt): readonly Data[] {
  const [only] = objects;
  if (objects.length === 1 && only) return objectsAt(only);
  const found: Data[] = [];
  for (const object of objects) {
    for (const one of objectsAt(object)) if (found.push(one) > objectsMax) throw tooManyObjects();
  }
  return found;
}

function isBelow(path: PlanPath, above: PlanPath): boolean {
  return above.every((name, depth) => name === path[depth]);
}

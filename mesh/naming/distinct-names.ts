/**
 * Gives each thing the first of its candidates that no other wants. Several that want one name all take their next
 * candidate, so that none of them is called like another was; a thing that has only one candidate left keeps it.
 * @param candidates names by thing, best first; the last ones must differ from each other
 * @param taken names that nothing may get
 */
export function distinctNames(
  candidates: ReadonlyMap<string, readonly string[]>,
  taken: Iterable<string> = [],
): ReadonlyMap<string, string> {
  const reserved = new Set(taken);
  const left = new Map(
    [...candidates].map(([thing, names]) => {
      const free = [...new Set(names)].filter((name) => !reserved.has(name));
      return [thing, free.length > 0 ? free : names.slice(-1)];
    }),
  );
  for (;;) {
    const rivals = [...Map.groupBy(left, ([, [name]]) => name).values()].filter(
      (group) => group.length > 1 && group.some(([, names]) => names.length > 1),
    );
    if (rivals.length === 0) return new Map([...left].map(([thing, [name = thing]]) => [thing, name]));
    for (const [thing, names] of rivals.flat()) if (names.length > 1) left.set(thing, names.slice(1));
  }
}

/** Most warnings that are told one by one. */
const toldAlone = 5;

/**
 * Warnings for people: few as they are, many as one line of each kind with the number of places. Two are of a kind when
 * they differ only in where they stand, in a document or a subgraph.yaml, and in what they quote.
 */
export function groupWarnings(warnings: readonly string[]): string[] {
  if (warnings.length <= toldAlone) return [...warnings];
  const groups = new Map<string, string[]>();
  for (const warning of warnings) {
    const kind = warning
      .replace(/^\/\S*: /, '')
      .replace(/^\S+:\d+: \S+: /, '')
      .replaceAll(/"[^"]*"/g, '"…"')
      .replaceAll(/\d+/g, '#');
    groups.set(kind, [...(groups.get(kind) ?? []), warning]);
  }
  return [...groups.values()].map(([first = '', ...others]) =>
    others.length === 0 ? first : `${first} (and ${others.length} more like this)`,
  );
}

import { wordsOf } from './name-words.ts';

/** A path as words. */
export interface PathWords {
  /** Words of the fixed segments, without versions and `api`. */
  segments: readonly (readonly string[])[];
  /** Words of all parameters. */
  parameters: readonly (readonly string[])[];
  /** Words of segments and parameters in their order. */
  all: readonly string[];
  endsWithParameter: boolean;
}

/** Reads a path of a document or of Mesh (`/orders/{args.id}`), without its query. */
export function readPath(path: string): PathWords {
  const [withoutQuery = ''] = path.split('?');
  const parts = (withoutQuery.match(/\{[^}]*\}|[^/{}]+/g) ?? [])
    .map((part) => ({
      isParameter: part.startsWith('{'),
      words: wordsOf(part.replace(/^\{args\./, '').replace(/\.(json|xml)$/, '')),
      text: part,
    }))
    .filter(({ words }) => words.length > 0);
  const named = parts.filter(
    ({ isParameter, text }, index) =>
      isParameter ||
      !(/^v\d+([._]?\d+)*((alpha|beta)\d*)?$/i.test(text) || (index === 0 && /^(api|rest)$/i.test(text))),
  );
  return {
    segments: named.filter(({ isParameter }) => !isParameter).map(({ words }) => words),
    parameters: named.filter(({ isParameter }) => isParameter).map(({ words }) => words),
    all: named.flatMap(({ words }) => words),
    endsWithParameter: named.at(-1)?.isParameter ?? false,
  };
}

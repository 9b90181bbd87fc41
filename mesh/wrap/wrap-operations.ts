import type { DocumentNode } from 'graphql';
import { forEachOperation } from '../document/openapi-document.ts';
import { withOperations } from './operation-subset.ts';
import { wrapWithMesh, type WrappedParts } from './wrap.ts';

/** What Mesh made of a document, and of which operations it could make nothing. */
export interface WrappedOperations {
  wrapped: DocumentNode;
  /** Reason by operationId. */
  refused: ReadonlyMap<string, string>;
  /** What was changed because GraphQL can't have it. */
  warnings: readonly string[];
}

type Attempt = { wrapped: DocumentNode; warnings: readonly string[] } | { reason: string };

/**
 * Wraps a document, without the operations that Mesh can't express. They are found by halves, so that one among
 * thousand costs some ten more attempts, each with as much of the document as it needs; a document without any costs
 * one.
 * @throws Error with the first reason when no operation is left
 */
export async function wrapOperations(subgraph: string, normalised: WrappedParts): Promise<WrappedOperations> {
  const { document } = normalised;
  const whole = await attempt(subgraph, normalised);
  if ('wrapped' in whole) return { ...whole, refused: new Map() };
  const ids: string[] = [];
  forEachOperation(document, ({ operationId = '' }) => ids.push(operationId));
  const tryOnly = (some: readonly string[]) =>
    attempt(subgraph, { ...normalised, document: withOperations(document, new Set(some)) });
  const refused = new Map<string, string>();
  await refuseAlone(ids, tryOnly, refused);
  const left = ids.filter((id) => !refused.has(id));
  const kept = await keepTogether([], left, tryOnly, refused);
  const result = kept.length > 0 ? await tryOnly(kept) : undefined;
  if (result && 'wrapped' in result) return { ...result, refused };
  throw new Error([...refused.values()][0] ?? whole.reason);
}

async function attempt(subgraph: string, parts: WrappedParts): Promise<Attempt> {
  const warnings: string[] = [];
  try {
    return { wrapped: await wrapWithMesh(subgraph, parts, warnings), warnings };
  } catch (error) {
    return { reason: (error as Error).message };
  }
}

type TryOnly = (operationIds: readonly string[]) => Promise<Attempt>;

/** Finds operations that fail whatever stands beside them. */
async function refuseAlone(
  ids: readonly string[],
  tryOnly: TryOnly,
  refused: Map<string, string>,
): Promise<void> {
  const [first] = ids;
  if (first === undefined) return;
  const result = await tryOnly(ids);
  if ('wrapped' in result) return;
  if (ids.length === 1) {
    refused.set(first, result.reason);
    return;
  }
  const half = Math.ceil(ids.length / 2);
  await refuseAlone(ids.slice(0, half), tryOnly, refused);
  await refuseAlone(ids.slice(half), tryOnly, refused);
}

/** Finds operations that fail only beside others: of those that exclude each other, the first is kept. */
async function keepTogether(
  kept: readonly string[],
  more: readonly string[],
  tryOnly: TryOnly,
  refused: Map<string, string>,
): Promise<readonly string[]> {
  const [first] = more;
  if (first === undefined) return kept;
  const result = await tryOnly([...kept, ...more]);
  if ('wrapped' in result) return [...kept, ...more];
  if (more.length === 1) {
    refused.set(first, result.reason);
    return kept;
  }
  const half = Math.ceil(more.length / 2);
  const grown = await keepTogether(kept, more.slice(0, half), tryOnly, refused);
  return keepTogether(grown, more.slice(half), tryOnly, refused);
}

import type { ExecutionResult } from 'graphql';

const written = Symbol('written');

/** A result without errors whose body was written elsewhere. Who sends bodies as they are takes {@link writtenBody}. */
interface WrittenResult extends ExecutionResult {
  [written]: Buffer;
}

/**
 * A result that is JSON already. Whoever writes it with `JSON.stringify` all the same, as part of a larger message, has
 * its data read first, and gets the same text.
 * @param body the whole result, `{"data":…}`, in UTF-8
 */
export function writtenResult(body: Buffer): ExecutionResult {
  const data = { toJSON: () => (JSON.parse(body.toString()) as ExecutionResult).data };
  const result: WrittenResult = { data, [written]: body };
  return result;
}

/** @returns undefined when the result was not written yet */
export function writtenBody(result: ExecutionResult): Buffer | undefined {
  return (result as Partial<WrittenResult>)[written];
}

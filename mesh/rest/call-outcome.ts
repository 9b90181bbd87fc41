import { GraphQLError } from 'graphql';

/**
 * What became of a call: the class of the answer's status; or `timeout`, `unavailable` (not reached, or no token for
 * it), `invalid` (an answer that can't be read), `unsent` (input that can't be sent), `abandoned` (nobody waits for it).
 */
export type RestCallOutcome = `${number}xx` | 'timeout' | 'unavailable' | 'invalid' | 'unsent' | 'abandoned';

export interface RestCallReport {
  readonly subgraph: string;
  readonly outcome: RestCallOutcome;
  /** From the call to the end of its answer, further attempts included. */
  readonly durationMs: number;
}

/** Is told of every call when it has ended. Must not throw. */
export type ObserveRestCall = (report: RestCallReport) => void;

const outcomeOfCode: Readonly<Record<string, RestCallOutcome>> = {
  UPSTREAM_TIMEOUT: 'timeout',
  UPSTREAM_UNAVAILABLE: 'unavailable',
  UPSTREAM_INVALID: 'invalid',
  BAD_USER_INPUT: 'unsent',
};

/** By the first digit of a status. */
const classes: readonly RestCallOutcome[] = ['0xx', '1xx', '2xx', '3xx', '4xx', '5xx'];

/**
 * @param status undefined when there was no answer
 * @param failure what the call failed with, undefined when it did not
 */
export function outcomeOfCall(status: number | undefined, failure: unknown): RestCallOutcome {
  if (status !== undefined && (status > 299 || failure === undefined)) {
    return classes[Math.floor(status / 100)] ?? 'invalid';
  }
  const code = failure instanceof GraphQLError ? failure.extensions['code'] : undefined;
  return outcomeOfCode[String(code)] ?? 'abandoned';
}

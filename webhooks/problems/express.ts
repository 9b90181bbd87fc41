import type { ErrorRequestHandler, RequestHandler } from 'express';
import { EventLogUnavailableError } from '../../events/event-log.ts';
import type { Logger } from '../../events/logger.ts';
import { type MakeProblem, problemMediaType, RequestProblem } from './problem-document.ts';

/** How a REST resource of Sluice refuses. */
export interface ProblemAnswerOptions<Code extends string> {
  readonly problem: MakeProblem<Code>;
  readonly codes: {
    /** There is nothing at this path. */
    readonly unknown: Code;
    readonly methodNotAllowed: Code;
    readonly storeUnavailable: Code;
    /** What is nobody's mistake but ours. */
    readonly failed: Code;
  };
  /** The problem of what else may be thrown and is the client's mistake. */
  readonly mistakeOf?: (error: unknown) => RequestProblem | undefined;
}

/** What the routers of a REST resource end with. */
export interface ProblemAnswers {
  /** Ends a route: its other methods are 405. @param allow those that it has, as the header `allow` lists them */
  readonly methodsOtherThan: (allow: string) => RequestHandler;
  readonly nothingHere: RequestHandler;
  /** Answers what was thrown with its problem document, and logs what nobody expected. */
  readonly problemAnswer: (logger: Logger) => ErrorRequestHandler;
}

/** How long a client is asked to wait while the store does not answer, in seconds. */
const retryAfterSeconds = 5;

export function problemAnswers<Code extends string>({
  problem,
  codes,
  mistakeOf,
}: ProblemAnswerOptions<Code>): ProblemAnswers {
  function expected(error: unknown): RequestProblem | undefined {
    if (error instanceof RequestProblem) return error;
    // A path that can't be decoded (`%FF`) names nothing. To Express it is an error.
    if (error instanceof URIError) return problem(codes.unknown);
    if (error instanceof EventLogUnavailableError) {
      return problem(codes.storeUnavailable, undefined, { 'retry-after': String(retryAfterSeconds) });
    }
    return mistakeOf?.(error);
  }

  return {
    methodsOtherThan: (allow) => () => {
      throw problem(codes.methodNotAllowed, undefined, { allow });
    },
    nothingHere: () => {
      throw problem(codes.unknown);
    },
    problemAnswer: (logger) => (error: unknown, request, response, next) => {
      if (response.headersSent) {
        next(error);
        return;
      }
      const found = expected(error);
      if (!found) logger.error({ err: error, path: request.path }, 'A request failed unexpectedly');
      const { document, headers } = found ?? problem(codes.failed);
      response.status(document.status).set({ ...headers, 'content-type': problemMediaType });
      response.end(JSON.stringify(document));
    },
  };
}

/** Answers are not to be stored, nor to be taken for anything else than they say. */
export const notStored: RequestHandler = (_request, response, next) => {
  response.set({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  next();
};

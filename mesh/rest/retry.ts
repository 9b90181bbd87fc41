import type { RestAnswer } from './exchange.ts';
import { retryAfterSeconds } from './retry-after.ts';

export interface RetryPolicy {
  /** Most times that a request is sent, the first included. 1 sends none again. */
  attempts: number;
  /** From 0 to below 1. @default Math.random */
  random?: () => number;
}

/** What came of a request: an answer outside 2xx, or none. */
export type Outcome = { answer: RestAnswer } | { answer?: undefined; error: unknown };

/** What may be sent twice: idempotent, and the second answer is as good as the first. A second DELETE would be a 404. */
const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT']);
const statuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const firstWaitMs = 100;

/** undici's codes of a request that is wrong or an answer that is too large: the next ones would be the same. */
const finalCodes: ReadonlySet<string> = new Set([
  'UND_ERR_INVALID_ARG',
  'UND_ERR_RES_EXCEEDED_MAX_SIZE',
  'UND_ERR_HEADERS_OVERFLOW',
  'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
  'UND_ERR_NOT_SUPPORTED',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
]);

/**
 * Whether a request is sent again after what came of it. undici's own handler is not used: it waits less than
 * `Retry-After` asks for, knows no deadline that holds for all attempts, and goes on with half an answer by `Range`.
 * @param sent how often it was sent
 * @param leftMs until the deadline of the call
 * @returns milliseconds to wait before; undefined when it is not sent again
 */
export function retryDelayMs(options: {
  policy: RetryPolicy;
  method: string;
  outcome: Outcome;
  sent: number;
  leftMs: number;
}): number | undefined {
  const { policy, method, outcome, sent, leftMs } = options;
  if (sent >= policy.attempts || !methods.has(method)) return undefined;
  const waitMs = outcome.answer ? afterAnswer(outcome.answer) : afterError(outcome.error);
  if (waitMs === undefined) return undefined;
  const { random = Math.random } = policy;
  // Nobody should come back at the same time as all others, nor before it was asked to.
  const backoffMs = firstWaitMs * 2 ** (sent - 1) * (0.5 + random() / 2);
  const delayMs = waitMs > 0 ? waitMs + random() * firstWaitMs : backoffMs;
  return delayMs < leftMs ? delayMs : undefined;
}

function afterError(error: unknown): number | undefined {
  const { code = '' } = error as { code?: string };
  return code === '' || finalCodes.has(code) ? undefined : 0;
}

function afterAnswer({ status, headers }: RestAnswer): number | undefined {
  if (!statuses.has(status)) return undefined;
  const seconds = retryAfterSeconds(headers);
  // Without a time, "too many requests" is no invitation.
  if (status === 429 && seconds === undefined) return undefined;
  return (seconds ?? 0) * 1000;
}

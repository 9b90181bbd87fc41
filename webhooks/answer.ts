import type { Refusal } from './problem.ts';

/** What the sender is told. `body` is text, whose media type is in `headers`; null is no body. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly outcome: string;
}

/** Answers a delivery that goes no further with its problem (RFC 9457). */
export function refusedAnswer({ refused }: Refusal, _random: () => number): WebhookAnswer {
  const headers = { 'content-type': 'application/problem+json' };
  return { status: refused.status, headers, body: JSON.stringify(refused), outcome: refused.code };
}

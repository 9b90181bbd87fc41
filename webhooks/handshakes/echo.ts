import type { WebhookAnswer } from '../answer.ts';

/** Most characters that are sent back. Those that senders ask for have some dozens, or a few hundred. */
export const echoedTextMax = 1024;

/** Whether a text of the sender may be sent back: not empty, not long, no control characters. */
export function isEchoable(text: unknown): text is string {
  return (
    typeof text === 'string' && text.length <= echoedTextMax && /^[^\p{Control}\p{Surrogate}]+$/u.test(text)
  );
}

/**
 * Sends a text back, only ever as the body. Anybody can choose it where the request is not signed, so no browser may
 * read it as anything but text, and no cache may keep it.
 */
export function echo(text: string): WebhookAnswer {
  return {
    status: 200,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
    body: text,
    outcome: 'handshake',
  };
}

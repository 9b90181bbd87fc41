import type { RetryPolicy } from '../../../mesh/rest/retry.ts';
import { json, type Answer } from '../recording-service.ts';

/** What a service does one time after the other, and what comes of a call. */
export interface RetryCase {
  readonly id: string;
  readonly sentence: string;
  /** @default GET */
  readonly method?: string;
  readonly policy?: RetryPolicy;
  readonly script: readonly Answer[];
  /** Times that the service was asked. */
  readonly sent: number;
  /** Of the error; none for an answer. */
  readonly code?: string;
}

const ok = json({ ok: true });
const status =
  (code: number, headers: Record<string, string | string[]> = {}): Answer =>
  (_, response) => {
    response.writeHead(code, headers).end();
  };
const cut: Answer = (_, response) => void response.destroy();
const cutWithin: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '100' });
  response.write('half', () => response.destroy());
};
const thrice: RetryPolicy = { attempts: 3, random: () => 0 };
const inAnHour = new Date(Date.now() + 3_600_000).toUTCString();
const anHourAgo = new Date(Date.now() - 3_600_000).toUTCString();
const unavailable = 'UPSTREAM_UNAVAILABLE';

type Row = readonly [string, Omit<RetryCase, 'id' | 'sentence'>];

const rows: readonly Row[] = [
  ['an answer is the end', { script: [ok], sent: 1 }],
  ['502 is asked again', { script: [status(502), ok], sent: 2 }],
  [
    'headers that are too large are not asked for again',
    { script: [status(200, { 'x-large': 'x'.repeat(20_000) }), ok], sent: 1, code: 'UPSTREAM_INVALID' },
  ],
  ['so is 503', { script: [status(503), ok], sent: 2 }],
  [
    'so is one with two Retry-After, of which the first counts',
    { script: [status(503, { 'retry-after': ['0', 'x'] }), ok], sent: 2 },
  ],
  ['so is 504', { script: [status(504), ok], sent: 2 }],
  ['500 is a failure of the service itself', { script: [status(500)], sent: 1, code: unavailable }],
  ['501 will not change', { script: [status(501)], sent: 1, code: unavailable }],
  ['a cut connection is asked again', { script: [cut, ok], sent: 2 }],
  ['so is one that is cut within an answer', { script: [cutWithin, ok], sent: 2 }],
  ['what goes on failing ends', { script: [status(503), status(503)], sent: 2, code: unavailable }],
  ['what goes on being cut ends', { script: [cut, cut], sent: 2, code: unavailable }],
  ['three attempts are three', { policy: thrice, script: [status(503), cut, ok], sent: 3 }],
  ['and not four', { policy: thrice, script: [cut, status(502), status(503)], sent: 3, code: unavailable }],
  ['one attempt is one', { policy: { attempts: 1 }, script: [status(503)], sent: 1, code: unavailable }],
  ['HEAD is asked again', { method: 'HEAD', script: [status(503), status(204)], sent: 2 }],
  ['OPTIONS is asked again', { method: 'OPTIONS', script: [status(503), ok], sent: 2 }],
  ['PUT is asked again', { method: 'PUT', script: [status(503), ok], sent: 2 }],
  ['POST is not', { method: 'POST', script: [status(503)], sent: 1, code: unavailable }],
  ['nor is it when it was cut', { method: 'POST', script: [cut], sent: 1, code: unavailable }],
  ['PATCH is not', { method: 'PATCH', script: [status(503)], sent: 1, code: unavailable }],
  [
    'DELETE is not: the second would not find it',
    { method: 'DELETE', script: [cut], sent: 1, code: unavailable },
  ],
  ['429 says when', { script: [status(429, { 'retry-after': '0' }), ok], sent: 2 }],
  ['429 that does not say when is no invitation', { script: [status(429)], sent: 1, code: 'RATE_LIMITED' }],
  [
    'a time after the deadline is not waited for',
    { script: [status(429, { 'retry-after': '3600' })], sent: 1, code: 'RATE_LIMITED' },
  ],
  [
    'nor is a date after it',
    { script: [status(503, { 'retry-after': inAnHour })], sent: 1, code: unavailable },
  ],
  ['a date that has passed is now', { script: [status(503, { 'retry-after': anHourAgo }), ok], sent: 2 }],
  ['a time that can not be read is none', { script: [status(503, { 'retry-after': 'soon' }), ok], sent: 2 }],
  ['400 is the end', { script: [status(400)], sent: 1, code: 'BAD_USER_INPUT' }],
  ['401 is the end', { script: [status(401)], sent: 1, code: 'UNAUTHENTICATED' }],
  ['404 is the end', { script: [status(404)], sent: 1, code: 'NOT_FOUND' }],
  ['409 is the end', { method: 'PUT', script: [status(409)], sent: 1, code: 'CONFLICT' }],
  [
    'an answer that can not be read is the end',
    {
      script: [
        (_, response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
      ],
      sent: 1,
      code: 'UPSTREAM_INVALID',
    },
  ],
];

export const retries: readonly RetryCase[] = rows.map(([sentence, row], index) => ({
  id: `R${index + 1}`,
  sentence,
  ...row,
}));

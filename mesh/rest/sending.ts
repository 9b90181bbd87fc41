import type { Dispatcher } from 'undici';
import { within, type CallLimit } from './call-limits.ts';
import { putCredentials, type Credentials } from './credentials.ts';
import { exchange, pause, type RestAnswer } from './exchange.ts';
import { redirectedPath, redirectsMax } from './redirect.ts';
import type { ServiceRequest } from './service-request.ts';
import { retryDelayMs, type Outcome, type RetryPolicy } from './retry.ts';

/** A call on its way: its request changes when it is sent again. */
export interface Sending {
  readonly request: ServiceRequest;
  readonly limit: CallLimit;
  readonly credentials: Credentials | undefined;
  token: string | undefined;
  isTokenRenewed: boolean;
  sent: number;
  redirects: number;
}

export interface SenderOptions {
  dispatcher: Dispatcher;
  /** Redirects stay on it. */
  origin: string;
  retry: RetryPolicy;
}

/**
 * Sends a request, and again when it failed in passing, when its access token was refused, and to where the service
 * redirects a GET on its own origin. All of it within the limit of the call.
 * @returns the answer that counts, whatever its status
 * @throws what `exchange` throws; TokenError
 */
export function createSender({
  dispatcher,
  origin,
  retry,
}: SenderOptions): (sending: Sending) => Promise<RestAnswer> {
  const isSentAgain = async (sending: Sending, outcome: Outcome): Promise<boolean> => {
    const { request, limit, sent } = sending;
    if (limit.reason || !isRepeatable(request.body)) return false;
    if (outcome.answer && (await hasOtherToken(sending, outcome.answer))) return true;
    if (outcome.answer && isRedirected(sending, origin, outcome.answer)) return true;
    const leftMs = limit.endsAt - performance.now();
    const delayMs = retryDelayMs({ policy: retry, method: request.method, outcome, sent, leftMs });
    if (delayMs === undefined) return false;
    await pause(delayMs, limit);
    return true;
  };

  const send = (sending: Sending): Promise<RestAnswer> => {
    sending.sent += 1;
    return exchange(dispatcher, sending.request, sending.limit).then(
      (answer) => (answer.status <= 299 ? answer : sendAgain(sending, { answer })),
      (error: unknown) => sendAgain(sending, { error }),
    );
  };
  const sendAgain = async (sending: Sending, outcome: Outcome): Promise<RestAnswer> => {
    if (await isSentAgain(sending, outcome)) return send(sending);
    if (outcome.answer) return outcome.answer;
    throw outcome.error;
  };
  return send;
}

/** A stream is read once. */
function isRepeatable(body: unknown): boolean {
  return body === null || typeof body === 'string' || body instanceof Uint8Array;
}

/** A token can be withdrawn before its time: one that is refused is replaced once. */
async function hasOtherToken(sending: Sending, { status }: RestAnswer): Promise<boolean> {
  const { credentials, limit, token } = sending;
  if (status !== 401 || token === undefined || !credentials?.tokens || sending.isTokenRenewed) return false;
  credentials.tokens.refused(token);
  sending.isTokenRenewed = true;
  sending.token = await within(limit, credentials.tokens.token());
  putCredentials(sending.request.headers, credentials, sending.token);
  return true;
}

function isRedirected(sending: Sending, origin: string, answer: RestAnswer): boolean {
  const { request } = sending;
  if (request.method !== 'GET' || sending.redirects >= redirectsMax) return false;
  const path = redirectedPath(origin, request.path, answer);
  if (path === undefined) return false;
  request.path = path;
  sending.redirects += 1;
  return true;
}

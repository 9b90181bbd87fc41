import { createHash, timingSafeEqual } from 'node:crypto';
import { refusedAnswer } from '../answer.ts';
import { refusal } from '../problem.ts';
import { echo, isEchoable } from './echo.ts';
import { type Handshake, HandshakeConfigError } from './greeting.ts';
import { type Query, queryOf } from './query.ts';

export interface WebSubConfig {
  readonly scheme: 'websub';
  /** URLs of the topics that somebody here has subscribed to, as the hub was given them. @default none is asked for */
  readonly topics?: readonly string[] | undefined;
  /** What the hub was told to say; one of them is enough (rotation). @default none is asked for */
  readonly verifyTokens?: readonly string[] | undefined;
}

/**
 * Confirms to a hub that a subscription is wanted: a `GET` whose topic and token are configured is answered with its
 * challenge, any other of its kind with 404. Anybody can ask a hub to end a subscription, so an `unsubscribe` is confirmed
 * only where a token proves that it was asked for here. `denied` (section 5.2) asks for nothing and is no handshake.
 *
 * Source: W3C WebSub, section 5.3, "Hub Verifies Intent of the Subscriber"; PubSubHubbub 0.3, section 6.2, for
 * `hub.verify_token`, which Meta sends in place of a topic ("Webhooks: Getting Started", Verification Requests).
 *
 * @throws HandshakeConfigError when neither topics nor tokens are given: it would confirm everybody's subscriptions
 */
export function webSubHandshake({ topics = [], verifyTokens = [] }: WebSubConfig): Handshake {
  if (topics.length + verifyTokens.length === 0)
    throw new HandshakeConfigError('the websub handshake needs topics or a verify token');
  if (verifyTokens.includes(''))
    throw new HandshakeConfigError('a verify token of the websub handshake must not be empty');
  const tokenHashes = verifyTokens.map(sha256);

  function isWanted(query: Query): boolean {
    const [mode, topic, token] = [query('hub.mode'), query('hub.topic'), query('hub.verify_token')];
    if (topics.length > 0 && !topics.includes(topic ?? '')) return false;
    if (tokenHashes.length === 0) return mode === 'subscribe' && isLease(query('hub.lease_seconds'));
    if (mode !== 'subscribe' && mode !== 'unsubscribe') return false;
    const given = sha256(token ?? '');
    return tokenHashes.some((hash) => timingSafeEqual(hash, given));
  }

  return {
    greet({ method, target }) {
      const query = method === 'GET' ? queryOf(target) : null;
      const challenge = query?.('hub.challenge') ?? null;
      if (!query || query('hub.mode') === null || challenge === null) return undefined;
      if (isEchoable(challenge) && isWanted(query)) return echo(challenge);
      return refusedAnswer(refusal('WEBHOOK_SOURCE_UNKNOWN'), Math.random);
    },
  };
}

/** A hub must say for how long (section 5.3). Whoever has subscribed renews in time; nothing here does. */
function isLease(seconds: string | null): boolean {
  return /^[1-9]\d{0,9}$/.test(seconds ?? '');
}

/** Hashes have one length, so comparing them tells nothing of the length of a token. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

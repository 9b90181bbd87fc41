import type { Logger } from '../events/logger.ts';
import { type WebhookAnswer, refusedAnswer } from './answer.ts';
import { type CheckedItems, type RejectedItems, checkItems, rejectUnread } from './checked-items.ts';
import { type CompiledEvent, type CompiledSource, type Route, compileSources } from './compiled-source.ts';
import { type DecodedBody, decodeBody } from './content-coding.ts';
import type { Retake } from './dead-letters/dead-letters.ts';
import type { Quarantine } from './dead-letters/quarantine.ts';
import { type DeliveredItems, readDelivered, refuseMediaOf } from './delivered-items.ts';
import { type ArrivingDelivery, type VerifiedBytes, verifiedWhenKept, withoutCoding } from './delivery.ts';
import type { Handshake } from './handshakes/handshake.ts';
import { type Arrival, type IntakeLog, createIntake } from './intake.ts';
import { type Refusal, isRefusal, refusal } from './problem.ts';
import { failureWeight } from './rate-limit.ts';
import type { WebhookSource } from './source.ts';
import { verifyDelivery } from './verification/verification.ts';

export interface WebhookReceiverOptions {
  readonly sources: readonly WebhookSource[];
  readonly log: IntakeLog;
  readonly quarantine: Quarantine;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
  /** Is told of what is odd about the sources. @default logger */
  readonly startLogger?: Logger | undefined;
  /** From 0 up to 1. @default Math.random */
  readonly random?: (() => number) | undefined;
}

export interface WebhookReceiver {
  /**
   * Takes one delivery through all checks into the log. A 2xx means that the event is in the log, durably, or in
   * quarantine. Never rejects: whatever goes wrong is 503 with Retry-After, and the sender delivers again.
   */
  readonly receive: (arriving: ArrivingDelivery) => Promise<WebhookAnswer>;
  /**
   * Takes a dead letter the way of a delivery, from behind its signature on, by the configuration of now. It is neither
   * kept nor answered: whoever asks does that.
   * @throws EventLogUnavailableError when the log can't take it now
   */
  readonly retake: Retake;
  /** Whether there is such a source. */
  readonly knows: (source: string) => boolean;
}

/**
 * Makes the receiver of all webhook sources, and warns of what is odd about them. It knows no HTTP server:
 * `node-http.ts` is the adapter for one.
 * @throws WebhookConfigError naming the source and event whose secret, pointer or schema can't be used.
 */
export function createWebhookReceiver(options: WebhookReceiverOptions): WebhookReceiver {
  const { sources, now, logger, startLogger = logger, random = Math.random } = options;
  const compiled = compileSources(sources);
  for (const [source, { warnings }] of compiled) {
    for (const { message, ...where } of warnings) startLogger.warn({ source, ...where }, message);
  }
  const intake = createIntake({ ...options, random });

  /** Every check, in order; the first that fails is the answer. Nothing reads the body before its signature is good. */
  async function check(arriving: ArrivingDelivery): Promise<WebhookAnswer> {
    const nowMs = now();
    const refuse = (reason: Refusal): WebhookAnswer => refuseArriving(arriving, reason);

    const route = routeOf(compiled, arriving);
    if (!route) return refuse(refusal('WEBHOOK_SOURCE_UNKNOWN'));
    if (!route.rateLimit.admits(arriving.peer, nowMs)) return refuse(refusal('WEBHOOK_RATE_EXCEEDED'));
    const greeting = bestAnswer(route.handshakes, ({ greet }) => greet?.(arriving));
    if (greeting) return greeting;
    if (arriving.method !== 'POST') return refuse(refusal('WEBHOOK_METHOD_NOT_ALLOWED'));

    const asItCame = await readBody(arriving, route.bodyBytesMax);
    if (isRefusal(asItCame)) return refuse(asItCame);
    const body = await decodeBody(asItCame, arriving.headers, route.bodyBytesMax);
    if (isRefusal(body)) return refuse(body);
    const wrongMedia = refuseMediaOf(route, arriving.headers);
    if (wrongMedia) return refuse(wrongMedia);

    const verified = verify(route, arriving, body, nowMs);
    if (!verified) {
      const { length: bytes } = isRefusal(body.plain) ? asItCame : body.plain;
      const weight = failureWeight({ bytes, secrets: route.secretCount() });
      route.rateLimit.countFailed(arriving.peer, nowMs, weight);
      return refuse(isRefusal(body.plain) ? body.plain : refusal('WEBHOOK_SIGNATURE_INVALID'));
    }
    route.rateLimit.countVerified(arriving.peer, nowMs);

    const arrival = { route, verified, event: arriving.event, receivedMs: nowMs };
    const delivered = isRefusal(body.plain) ? undecodable : readDelivered(route, verified);
    const reply = isRefusal(delivered) ? undefined : replyTo(route, delivered);
    if (reply) return reply;
    return intake.take(checkDelivered(delivered, arrival), arrival);
  }

  const retake: Retake = async ({ source, event, kept, receivedMs }) => {
    const route = routeOf(compiled, { source, event });
    if (!route) return refusal('WEBHOOK_SOURCE_UNKNOWN');
    const verified = verifiedWhenKept(kept, route.groups);
    if (!verified)
      return refusal('WEBHOOK_EVENT_UNMATCHED', 'Its signature was good for no event that is left.');
    const delivered = readDelivered(route, verified);
    return intake.settle(checkDelivered(delivered, { route, verified, event, receivedMs }), source);
  };

  function refuseArriving({ source, event }: ArrivingDelivery, reason: Refusal): WebhookAnswer {
    const { status, code } = reason.refused;
    // What anybody can send without end leaves no lines: the metrics count it.
    if (status !== 404 && status !== 429)
      logger.warn({ source, event, status, code }, 'webhook delivery refused');
    return refusedAnswer(reason, random);
  }

  async function receive(arriving: ArrivingDelivery): Promise<WebhookAnswer> {
    try {
      return await check(arriving);
    } catch (error) {
      const { source, event } = arriving;
      logger.error({ source, event, err: error }, 'webhook delivery failed unexpectedly');
      return refusedAnswer(refusal('WEBHOOK_LOG_UNAVAILABLE'), random);
    }
  }

  return { receive, retake, knows: (source) => compiled.has(source) };
}

const undecodable = refusal('WEBHOOK_BODY_MALFORMED', 'The body is not in its content-encoding.');

function routeOf(
  sources: ReadonlyMap<string, CompiledSource>,
  { source, event }: Pick<ArrivingDelivery, 'source' | 'event'>,
): Route | undefined {
  const compiled = sources.get(source);
  return event === null ? compiled?.route : compiled?.routeOfEvent.get(event);
}

/** Answers a message that is signed and no event. */
function replyTo(
  { handshakes }: Route,
  { isBatch, items: [item] }: DeliveredItems,
): WebhookAnswer | undefined {
  if (isBatch || !item) return undefined;
  return bestAnswer(handshakes, ({ answer }) => answer?.(item.payload));
}

/** One that agrees wins over one that does not. */
function bestAnswer(
  handshakes: readonly Handshake[],
  ask: (handshake: Handshake) => WebhookAnswer | undefined,
): WebhookAnswer | undefined {
  let first: WebhookAnswer | undefined;
  for (const handshake of handshakes) {
    const answer = ask(handshake);
    if (answer?.outcome === 'handshake') return answer;
    first ??= answer;
  }
  return first;
}

/** What can be said of a delivery once it is verified; nothing of it waits. */
function checkDelivered(delivered: DeliveredItems | Refusal, arrival: Arrival): CheckedItems | RejectedItems {
  return isRefusal(delivered) ? rejectUnread(delivered, arrival) : checkItems(delivered, arrival);
}

/** A body whose length is declared above the limit is not read. */
async function readBody(
  { headers, readBody: read }: ArrivingDelivery,
  bytesMax: number,
): Promise<Buffer | Refusal> {
  const tooLarge = refusal('WEBHOOK_BODY_TOO_LARGE');
  if (Number(headers['content-length'] ?? 0) > bytesMax) return tooLarge;
  const body = await read(bytesMax);
  return !isRefusal(body) && body.length > bytesMax ? tooLarge : body;
}

/** A signature is over the body without its content coding; some senders sign what they coded. */
function verify(
  { groups }: Route,
  arriving: ArrivingDelivery,
  { asItCame, plain }: DecodedBody,
  nowMs: number,
): VerifiedBytes<CompiledEvent> | null {
  const over = (body: Buffer) => verifyDelivery({ request: { ...arriving, body }, groups, nowMs });
  if (isRefusal(plain)) return over(asItCame);
  const verified = over(plain);
  if (verified || plain === asItCame) return verified;
  const coded = over(asItCame);
  return coded && withoutCoding(coded, plain);
}

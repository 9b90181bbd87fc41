import { createHash, hash } from 'node:crypto';
import { type AppendResult, type EventLog, EventLogUnavailableError } from '../events/event-log.ts';
import type { VerifiedDelivery } from '../events/event-log.ts';
import { type CompiledEvent, type CompiledSource, type Route, compileSources } from './compiled-source.ts';
import { type UnverifiedDelivery, type VerifiedBytes, verifiedDelivery } from './delivery.ts';
import type { Logger } from '../events/logger.ts';
import type { Payload } from './payload.ts';
import { readJson, refuseJsonMedia } from './formats/json.ts';
import { type Refusal, type WebhookProblem, isRefusal, refusal } from './problem.ts';
import type { WebhookSource } from './source.ts';
import { verifyDelivery } from './verification/verification.ts';

/** How long a sender is asked to wait when the log is unavailable, in seconds; give or take the spread at random. */
export const retryAfterSeconds = 5;

/** So that the senders that were refused together don't come back together. */
export const retryAfterSpreadSeconds = 2;

/** Most characters of a delivery id. */
export const deliveryIdLengthMax = 255;

export interface WebhookReceiverOptions {
  readonly sources: readonly WebhookSource[];
  readonly log: Pick<EventLog, 'append'>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
  /** Is told of what is odd about the sources. @default logger */
  readonly startLogger?: Logger | undefined;
  /** From 0 up to 1. @default Math.random */
  readonly random?: (() => number) | undefined;
}

/** What the sender is told. `body` is null for 2xx, and a problem (`application/problem+json`) for all else. */
export interface WebhookAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: WebhookProblem | null;
}

export interface WebhookReceiver {
  /**
   * Takes one delivery through all checks into the log. A 2xx means that the event is in the log, durably.
   * Never rejects: whatever the log does wrong is 503 with Retry-After, and the sender delivers again.
   */
  readonly receive: (request: UnverifiedDelivery) => Promise<WebhookAnswer>;
  /** Largest body of a source, in bytes, for whoever reads it from the wire; undefined for an unknown source. */
  readonly bodyBytesMaxOf: (source: string) => number | undefined;
}

/**
 * Makes the receiver of all webhook sources, and warns of what is odd about them. It knows no HTTP server: `express.ts` is the adapter for one.
 * @throws WebhookConfigError naming the source and event whose secret, pointer or schema can't be used.
 */
export function createWebhookReceiver({
  sources,
  log,
  now,
  logger,
  startLogger = logger,
  random = Math.random,
}: WebhookReceiverOptions): WebhookReceiver {
  const compiled = compileSources(sources);
  for (const [source, { warnings }] of compiled) {
    for (const { message, ...where } of warnings) startLogger.warn({ source, ...where }, message);
  }

  async function receive(request: UnverifiedDelivery): Promise<WebhookAnswer> {
    const route = routeOf(compiled, request);
    if (!route) return answerOf(refusal('WEBHOOK_SOURCE_UNKNOWN'));
    const result = check(route, request, now());
    if (isRefusal(result)) {
      const { status, code } = result.refused;
      logger.warn({ source: route.source, event: request.event, status, code }, 'webhook delivery refused');
      return answerOf(result);
    }
    const appended = await append(result.delivery);
    if (isRefusal(appended)) return withRetryAfter(answerOf(appended), random);
    const isDuplicate = appended.status === 'duplicate';
    return {
      status: result.event.successStatus,
      headers: isDuplicate ? { 'sluice-duplicate': 'true' } : {},
      body: null,
    };
  }

  async function append(delivery: VerifiedDelivery): Promise<AppendResult | Refusal> {
    const { source, type, id } = delivery;
    try {
      const [result] = await log.append([delivery]);
      if (!result) throw new Error('The event log gave no result');
      if (result.status !== 'conflict') return result;
      logger.warn({ source, type, id }, 'webhook delivery refused: its id was used with another body');
      return refusal('WEBHOOK_ID_CONFLICT');
    } catch (error) {
      if (error instanceof EventLogUnavailableError)
        logger.warn({ source, type, id, reason: error.message }, 'event log unavailable');
      else logger.error({ source, type, id, err: error }, 'event log failed');
      return refusal('WEBHOOK_LOG_UNAVAILABLE');
    }
  }

  return { receive, bodyBytesMaxOf: (source) => compiled.get(source)?.bodyBytesMax };
}

/** The checks in their order. Nothing reads the body before the signature is good. */
function check(
  route: Route,
  request: UnverifiedDelivery,
  nowMs: number,
): { event: CompiledEvent; delivery: VerifiedDelivery } | Refusal {
  if (request.method !== 'POST') return refusal('WEBHOOK_METHOD_NOT_ALLOWED');
  if (isTooLarge(request, route.bodyBytesMax)) return refusal('WEBHOOK_BODY_TOO_LARGE');

  const verified = verifyDelivery({ request, groups: route.groups, nowMs });
  if (!verified) return refusal('WEBHOOK_SIGNATURE_INVALID');

  const coding = verified.headers['content-encoding'];
  if (coding !== undefined && coding !== 'identity') {
    return refusal('WEBHOOK_MEDIA_TYPE_UNSUPPORTED', 'A content-encoding is not supported.');
  }
  const payload = refuseJsonMedia(verified.headers) ?? readJson(verified.bytes);
  if (isRefusal(payload)) return payload;
  const event = matchEvent(route, verified, payload);
  if (isRefusal(event)) return event;
  const violations = event.validate?.(payload.json) ?? [];
  if (violations.length > 0) return refusal('WEBHOOK_PAYLOAD_INVALID', undefined, violations);

  const bodyHash = hash('sha256', verified.bytes, 'hex');
  const id = event.readId ? event.readId(verified.headers, payload) : hashOfEvent(event, verified.bytes);
  if (id === null)
    return refusal('WEBHOOK_ID_INVALID', 'The id that this event is configured with is missing.');
  if (!printable.test(id)) {
    return refusal('WEBHOOK_ID_INVALID', `An id has 1 to ${deliveryIdLengthMax} printable characters.`);
  }
  const delivery = verifiedDelivery(verified, {
    id,
    source: route.source,
    type: event.name,
    subject: event.readSubject?.(verified.headers, payload)?.toWellFormed() ?? null,
    time: new Date(nowMs).toISOString(),
    dataJson: payload.text,
    bodyHash,
  });
  return { event, delivery };
}

/** With the name: two events of a source may have equal bodies, told apart by their routes. */
function hashOfEvent({ name }: CompiledEvent, body: Buffer): string {
  return createHash('sha256').update(`${name}\n`).update(body).digest('hex');
}

const printable = new RegExp(`^[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S} ]{1,${deliveryIdLengthMax}}$`, 'u');

function routeOf(
  sources: ReadonlyMap<string, CompiledSource>,
  { source, event }: UnverifiedDelivery,
): Route | undefined {
  const compiled = sources.get(source);
  return event === null ? compiled?.route : compiled?.routeOfEvent.get(event);
}

function isTooLarge({ headers, body }: UnverifiedDelivery, bodyBytesMax: number): boolean {
  return body.length > bodyBytesMax || Number(headers['content-length'] ?? 0) > bodyBytesMax;
}

/** Which of the events that the signature is good for this is. One that was signed otherwise is never found. */
function matchEvent(
  { soleEvent }: Route,
  { headers, events }: VerifiedBytes<CompiledEvent>,
  payload: Payload,
): CompiledEvent | Refusal {
  if (soleEvent && !soleEvent.matches) return soleEvent;
  const matching = events.filter(({ matches }) => matches?.(headers, payload));
  const [event] = matching;
  if (!event) return refusal('WEBHOOK_EVENT_UNMATCHED', 'No event that this signature is good for matches.');
  if (matching.length === 1) return event;
  const names = matching.map(({ name }) => name).join(', ');
  return refusal('WEBHOOK_EVENT_UNMATCHED', `More than one event matches: ${names}.`);
}

function answerOf({ refused }: Refusal): WebhookAnswer {
  return { status: refused.status, headers: headersOf[refused.status] ?? {}, body: refused };
}

const headersOf: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  // RFC 9110, section 15.5.2 wants a challenge with every 401.
  401: { 'www-authenticate': 'Webhook-Signature' },
  405: { allow: 'POST' },
};

function withRetryAfter(answer: WebhookAnswer, random: () => number): WebhookAnswer {
  if (answer.status !== 503) return answer;
  const [least, choices] = [retryAfterSeconds - retryAfterSpreadSeconds, 2 * retryAfterSpreadSeconds + 1];
  return { ...answer, headers: { 'retry-after': String(least + Math.floor(random() * choices)) } };
}

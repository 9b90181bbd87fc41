import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { attemptWebhook, retryWaitMs, type WebhookDelivery, type WebhookOutcome } from './webhook-attempt.ts';

const ATTEMPTS_KEPT = 1_000;

/** Somebody who wants events. */
export type WebhookTarget = {
  url: string;
  /** `whsec_` and the key in base64. */
  secret: string;
  /** The events to send. @default all */
  events?: readonly string[];
};

/** One attempt, for the record. */
export type WebhookAttempt = {
  id: string;
  event: string;
  url: string;
  attempt: number;
  outcome: WebhookOutcome;
};

export type WebhookSenderOptions = {
  targets?: readonly WebhookTarget[];
  /** Told when a target answered 410 and was removed. */
  onGone?: (url: string) => void;
  /** @default 5000 */
  timeoutMs?: number;
  /** How often to try before an event is given up. @default 10 */
  attemptsMax?: number;
  /** The wait after the first failure; it doubles with each further one. @default 500 */
  backoffBaseMs?: number;
  /** @default 30000 */
  backoffMaxMs?: number;
  log?: (line: string) => void;
  now?: () => number;
  random?: () => number;
};

type Lane = { target: WebhookTarget; stop: AbortController; tail: Promise<void> };

export type WebhookSender = ReturnType<typeof createWebhookSender>;

/**
 * Sends events to targets, signed by the rules of Standard Webhooks.
 *
 * Each target gets its events one at a time and in order: the next one waits until the former was received or given
 * up. Targets do not wait for each other. Anything but a 2xx is tried again, after a wait that grows, and not before
 * the target's Retry-After has passed: ten attempts cover at least 90 seconds. Redirects are not followed. A target
 * that answers 410 is removed.
 */
export function createWebhookSender({
  targets = [],
  onGone = () => {},
  timeoutMs = 5_000,
  attemptsMax = 10,
  backoffBaseMs = 500,
  backoffMaxMs = 30_000,
  log = () => {},
  now = Date.now,
  random = Math.random,
}: WebhookSenderOptions) {
  const lanes = new Map<string, Lane>();
  const attempts: WebhookAttempt[] = [];

  /** Adds a target; one with the same URL gets the new secret and events and keeps its place in the queue. */
  function add(target: WebhookTarget): void {
    const lane = lanes.get(target.url);
    if (lane) lane.target = target;
    else lanes.set(target.url, { target, stop: new AbortController(), tail: Promise.resolve() });
  }

  /** Removes a target and drops what was still to be sent to it. */
  function remove(url: string): void {
    lanes.get(url)?.stop.abort();
    lanes.delete(url);
  }

  /** Queues an event for every target that wants it, and returns the event's id. */
  function send({
    event,
    body,
    headers = {},
  }: {
    event: string;
    body: unknown;
    headers?: Record<string, string>;
  }): string {
    const delivery = { id: `msg_${randomUUID()}`, event, body: JSON.stringify(body), headers };
    for (const lane of lanes.values()) {
      if (lane.target.events && !lane.target.events.includes(event)) continue;
      lane.tail = lane.tail.then(() => deliver(lane, delivery));
    }
    return delivery.id;
  }

  async function deliver(lane: Lane, delivery: WebhookDelivery): Promise<void> {
    const { signal } = lane.stop;
    for (let attempt = 1; attempt <= attemptsMax && !signal.aborted; attempt += 1) {
      const { url, secret } = lane.target;
      const outcome = await attemptWebhook({ delivery, url, secret, nowMs: now(), timeoutMs, signal });
      record({ id: delivery.id, event: delivery.event, url, attempt, outcome });
      const status = 'status' in outcome ? outcome.status : 0;
      if (status >= 200 && status < 300) return;
      if (status === 410) {
        remove(url);
        onGone(url);
        return;
      }
      if (attempt < attemptsMax) {
        await pause(retryWaitMs({ attempt, outcome, backoffBaseMs, backoffMaxMs, random }), signal);
      }
    }
    if (!signal.aborted)
      log(`gave up sending ${delivery.event} ${delivery.id} after ${attemptsMax} attempts`);
  }

  function record(attempt: WebhookAttempt): void {
    attempts.push(attempt);
    if (attempts.length > ATTEMPTS_KEPT) attempts.shift();
  }

  for (const target of targets) add(target);

  return {
    add,
    remove,
    send,
    targets: (): WebhookTarget[] => [...lanes.values()].map(({ target }) => target),
    /** The latest attempts, oldest first. */
    attempts: (): WebhookAttempt[] => [...attempts],
    /** Stops at once; what was not sent yet is dropped. */
    async close(): Promise<void> {
      const open = [...lanes.values()];
      for (const { target } of open) remove(target.url);
      await Promise.all(open.map(({ tail }) => tail));
    },
  };
}

/** Waits; ends early when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}

import { setTimeout as sleep } from 'node:timers/promises';
import { connectWebSocket, type WsClient } from '../../utils/ws-client.ts';
import type { SubscriptionResult } from '../../utils/result-stream.ts';
import { subscription } from './numbers.ts';

/** What one subscriber was given, over all of its connections. */
export interface Seen {
  readonly number: number;
  /** When its gateway received it, RFC 3339. */
  readonly time: string;
  /** How it was told that others before this one were lost: on it, or because its cursor was refused; null: it was not. */
  readonly loss: 'gap' | 'CURSOR_EXPIRED' | null;
}

/**
 * A client that subscribes again behind the last event that it saw, as often as it must. Where its cursor has expired, it
 * goes on from the earliest one that works.
 */
export interface Subscriber {
  readonly seen: readonly Seen[];
  /** Of the last event that it saw. */
  readonly cursor: () => string | null;
  /** Results that were no event, besides CURSOR_EXPIRED. */
  readonly errors: readonly unknown[];
  /** How often it lost its connection, or its subscription ended. */
  readonly breaks: () => number;
  /** Resolves when a result with such a number has come. */
  readonly reached: (isIt: (seen: Seen) => boolean) => Promise<void>;
  /** Ends its connection and stays away. */
  readonly leave: () => Promise<void>;
  readonly comeBack: () => void;
  readonly close: () => Promise<void>;
}

/** How long it waits before it connects again. */
const retryMs = 50;

/**
 * @param gatewayUrls the gateways, in turn: when a connection breaks, the next is tried
 * @param after begins behind this cursor @default with what comes
 */
export function startSubscriber(gatewayUrls: readonly string[], after: string | null = null): Subscriber {
  const seen: Seen[] = [];
  const errors: unknown[] = [];
  let breaks = 0;
  let cursor = after;
  let hasExpired = false;
  const waiting: (() => void)[] = [];
  let client: WsClient | undefined;

  function take({ data, errors: failed, extensions }: SubscriptionResult): void {
    const event = data?.['numberReached'] as { number: number } | undefined;
    const earliest = earliestOf(failed);
    if (earliest !== undefined) {
      hasExpired = true;
      cursor = earliest;
      return;
    }
    if (!event || !extensions?.event) {
      errors.push(failed);
      return;
    }
    cursor = extensions.event.cursor;
    const { time, gap } = extensions.event;
    const told = gap === undefined ? null : 'gap';
    seen.push({ number: event.number, time, loss: hasExpired ? 'CURSOR_EXPIRED' : told });
    hasExpired = false;
    for (const wake of waiting.splice(0)) wake();
  }

  async function watch(gatewayUrl: string, gone: AbortSignal): Promise<void> {
    client = await connectWebSocket(gatewayUrl);
    if (gone.aborted) return;
    const results = client.results(subscription, { after: cursor });
    for await (const result of results) take(result as SubscriptionResult);
  }

  async function run(gone: AbortSignal): Promise<void> {
    for (let at = 0; !gone.aborted; at++) {
      await watch(gatewayUrls[at % gatewayUrls.length] as string, gone).catch(() => {});
      client?.terminate();
      breaks += 1;
      await sleep(retryMs);
    }
  }

  let leaving = new AbortController();
  let running = run(leaving.signal);

  async function leave(): Promise<void> {
    leaving.abort();
    client?.terminate();
    await running;
  }

  return {
    seen,
    cursor: () => cursor,
    errors,
    breaks: () => breaks,
    async reached(isIt) {
      while (!seen.some(isIt)) {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
    },
    leave,
    comeBack() {
      leaving = new AbortController();
      running = run(leaving.signal);
    },
    close: leave,
  };
}

/** The cursor from which a client goes on whose own has expired. */
function earliestOf(failed: SubscriptionResult['errors']): string | undefined {
  const { code, earliest } = failed?.[0]?.extensions ?? {};
  return code === 'CURSOR_EXPIRED' ? (earliest as string) : undefined;
}

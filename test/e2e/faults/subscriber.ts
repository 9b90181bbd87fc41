import { setTimeout as sleep } from 'node:timers/promises';
import { connectWebSocket, type WsClient } from '../../utils/ws-client.ts';
import type { SubscriptionResult } from '../../utils/result-stream.ts';
import { subscription } from './numbers.ts';

/** What one subscriber was given, over all of its connections. */
export interface Seen {
  readonly number: number;
  /** When its gateway received it, RFC 3339. */
  readonly time: string;
  /** Whether the event says that others before it were lost. */
  readonly gap: boolean;
}

/** A client that subscribes again behind the last event that it saw, as often as it must. */
export interface Subscriber {
  readonly seen: readonly Seen[];
  /** Of the last event that it saw. */
  readonly cursor: () => string | null;
  /** Results that were no event, for example CURSOR_EXPIRED. */
  readonly errors: readonly unknown[];
  /** How often it lost its connection, or its subscription ended. */
  readonly breaks: () => number;
  /** Resolves when a result with such a number has come. */
  readonly reached: (isIt: (seen: Seen) => boolean) => Promise<void>;
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
  const closing = new AbortController();
  let breaks = 0;
  let cursor = after;
  const waiting: (() => void)[] = [];
  let client: WsClient | undefined;

  function take({ data, errors: failed, extensions }: SubscriptionResult): void {
    const event = data?.['numberReached'] as { number: number } | undefined;
    if (!event || !extensions?.event) {
      errors.push(failed);
      return;
    }
    cursor = extensions.event.cursor;
    const { time, gap } = extensions.event;
    seen.push({ number: event.number, time, gap: gap !== undefined });
    for (const wake of waiting.splice(0)) wake();
  }

  async function watch(gatewayUrl: string): Promise<void> {
    client = await connectWebSocket(gatewayUrl);
    if (closing.signal.aborted) return;
    const results = client.results(subscription, { after: cursor });
    for await (const result of results) take(result as SubscriptionResult);
  }

  async function run(): Promise<void> {
    for (let at = 0; !closing.signal.aborted; at++) {
      await watch(gatewayUrls[at % gatewayUrls.length] as string).catch(() => {});
      client?.terminate();
      breaks += 1;
      await sleep(retryMs);
    }
  }

  const running = run();
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
    async close() {
      closing.abort();
      client?.terminate();
      await running;
    },
  };
}

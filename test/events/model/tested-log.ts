import { CursorExpiredError, type EventLog, type Position } from '../../../events/event-log.ts';
import type { Store } from '../conformance/sibling.ts';
import { follow, subscribeTo, type Listener } from './listeners.ts';
import { EPOCH } from './model-log.ts';
import { openMuteNode } from './mute-node.ts';
import { deliveryOf, type Question } from './operations.ts';

/** The log under test, as the model sees it: its epochs have the name that they have there. */
export interface TestedLog {
  /** @param after the place of a `read`. */
  readonly ask: (question: Question, after: Position | null) => Promise<unknown>;
  /** @returns what `follow` does */
  readonly follow: (node: number, source: string, after: Position | null) => Promise<Listener | Position>;
  /** Gives the epoch of a source the name that it has in the model, and every other one another. */
  readonly named: <Value>(source: string, value: Value) => Value;
  /** @returns the log that was closed for it, if one was */
  readonly trim: (source: string, upToOffset: number) => Promise<EventLog | null>;
  /** @returns the log that was closed */
  readonly restart: (node: number) => Promise<EventLog>;
  /** Makes subscribers look at the store at once: what nobody announced they would find within a second. */
  readonly ring: () => Promise<unknown>;
  /** @returns those that were closed */
  readonly close: () => Promise<readonly EventLog[]>;
}

/** @param listen is given those who subscribe. */
export async function openTestedLog(store: Store, listen: (listener: Listener) => void): Promise<TestedLog> {
  let nodes: readonly [EventLog, EventLog] = await store.nodes();
  const epochs = new Map<string, string>();
  const mute = await openMuteNode(store);
  const nodeAt = (index: number): EventLog => (index === 2 ? mute?.log : nodes[index]) ?? nodes[0];

  function named<Value>(source: string, value: Value): Value {
    return JSON.parse(JSON.stringify(value), (key, inner: unknown) => {
      if (key !== 'epoch') return inner;
      if (!epochs.has(source)) epochs.set(source, String(inner));
      return inner === epochs.get(source) ? EPOCH : inner;
    }) as Value;
  }

  /** The position as the log itself writes it. */
  async function real(source: string, position: Position | null): Promise<Position | null> {
    if (position?.epoch !== EPOCH) return position;
    if (!epochs.has(source)) named(source, await nodeAt(0).head(source));
    return { ...position, epoch: epochs.get(source) ?? '' };
  }

  async function ask(question: Question, after: Position | null): Promise<unknown> {
    const log = nodeAt(question.node);
    if (question.kind === 'append') {
      const results = await log.append(question.deliveries.map(deliveryOf));
      return results.map((result, at) => named(question.deliveries[at]?.source ?? '', result));
    }
    const { source } = question;
    switch (question.kind) {
      case 'appendAll':
        return named(source, await log.appendAll(question.deliveries.map(deliveryOf)));
      case 'find':
        return named(source, await log.find(source, question.id));
      case 'head':
        return named(source, await log.head(source));
      case 'read':
        return named(source, await readOrExpired(log, source, await real(source, after), question.limit));
      default: {
        const listener = await subscribeTo(log, source);
        listen(listener);
        return named(source, listener.from);
      }
    }
  }

  function replace(log: EventLog, opened: EventLog): void {
    nodes = [nodes[0] === log ? opened : nodes[0], nodes[1] === log ? opened : nodes[1]];
  }

  return {
    ask,
    follow: async (node, source, after) => follow(nodeAt(node), source, await real(source, after)),
    named,
    async trim(source, upToOffset) {
      const [log] = nodes;
      const opened = await store.trimmed(log, source, upToOffset);
      replace(log, opened);
      return opened === log ? null : log;
    },
    async restart(node) {
      const log = nodeAt(node);
      await log.close();
      replace(log, await store.open());
      return log;
    },
    ring: async () => mute?.ring(),
    async close() {
      await mute?.close();
      await Promise.all(nodes.map((log) => log.close()));
      return nodes;
    },
  };
}

async function readOrExpired(log: EventLog, source: string, after: Position | null, limit: number) {
  try {
    return await log.read(source, after, limit);
  } catch (error) {
    if (!(error instanceof CursorExpiredError)) throw error;
    return { expired: error.earliest };
  }
}

import type { EventLog, StoredEvent } from '../../../events/event-log.ts';
import type { Sibling } from '../conformance/sibling.ts';
import { answerTo, explain, placeOf } from './answers.ts';
import type { Listener } from './listeners.ts';
import { createModelLog, type ModelLog } from './model-log.ts';
import type { Operation, Place, Question } from './operations.ts';
import { openTestedLog } from './tested-log.ts';

/** A log under test, its model, and everybody who listens. */
export interface World {
  /** Does it to the log and to the model, and compares the answers. */
  readonly perform: (operation: Operation) => Promise<void>;
  /** Waits until everybody has everything, closes, and compares what each one got. */
  readonly finish: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/** A listener, and where it ended: `until` is null while it listens. */
interface Listening extends Listener {
  until: number | null;
  /** How many events it had when it ended. */
  had: number;
  /** Whether the log closed under it. */
  closed: boolean;
}

/** @param seen is told what happened, for the test to know that all of it does. */
export async function openWorld(sibling: Sibling, seen: (what: string) => void): Promise<World> {
  const store = await sibling.createStore();
  const listeners: Listening[] = [];
  const tested = await openTestedLog(store, listen);
  let model: ModelLog = createModelLog();

  function listen(listener: Listener): void {
    listeners.push({ ...listener, until: null, had: 0, closed: false });
  }

  const ask = (question: Question): Promise<unknown> =>
    tested.ask(question, question.kind === 'read' ? placeOf(model, question.source, question.after) : null);

  async function askOne(question: Question): Promise<void> {
    const given = await ask(question);
    expect(given).toEqual(answerTo(question, model)(model));
    for (const what of JSON.stringify(given).match(/"(appended|duplicate|conflict|withheld|expired)"/g) ?? [])
      seen(JSON.parse(what) as string);
  }

  async function askTogether(questions: readonly Question[]): Promise<void> {
    const answers = await Promise.all(questions.map(ask));
    const explained = explain(answers, questions, model);
    if (explained === null)
      throw new Error(`In no order of the questions these are answers: ${JSON.stringify(answers)}`);
    model = explained;
    seen('asked together');
  }

  async function follow(node: number, source: string, after: Place): Promise<void> {
    const place = placeOf(model, source, after);
    const followed = await tested.follow(node, source, place);
    const expected = model.read(source, place ?? model.head(source), 1);
    if ('received' in followed) {
      expect(tested.named(source, followed.from)).toEqual(place ?? model.head(source));
      expect(expected).not.toHaveProperty('expired');
      listen(followed);
      seen('followed');
    } else {
      expect({ expired: tested.named(source, followed) }).toEqual(expected);
      seen('not followed');
    }
  }

  function promisedTo({ source, from, until }: Listening): StoredEvent[] {
    const promised = model.everAbove(source, from.offset);
    return until === null ? promised : promised.filter(({ offset }) => offset <= until);
  }

  async function settle(some: readonly Listening[] = listeners): Promise<void> {
    await tested.ring();
    const live = some.filter(({ until }) => until === null);
    await Promise.all(live.map((listener) => listener.reached(promisedTo(listener).length)));
  }

  function end(listener: Listening): void {
    listener.until = model.head(listener.source).offset;
    listener.had = listener.received.length;
  }

  async function unsubscribe(which: number, settled: boolean): Promise<void> {
    const live = listeners.filter(({ until }) => until === null);
    const listener = live[which % live.length];
    if (listener === undefined) return;
    if (settled) await settle([listener]);
    listener.leave();
    end(listener);
    seen('unsubscribed');
  }

  /** Ends those whose log was closed. */
  async function closed(log: EventLog): Promise<void> {
    // A follower ends some promises after the log does.
    await new Promise(setImmediate);
    for (const listener of listeners) {
      if (listener.log !== log || listener.until !== null) continue;
      end(listener);
      listener.closed = true;
      seen('closed');
    }
  }

  async function trim(source: string, share: number): Promise<void> {
    await settle();
    const upToOffset = Math.floor(model.head(source).offset * share);
    const log = await tested.trim(source, upToOffset);
    if (log !== null) await closed(log);
    model.trim(source, upToOffset);
    seen('trimmed');
  }

  async function perform(operation: Operation): Promise<void> {
    switch (operation.kind) {
      case 'together':
        return askTogether(operation.questions);
      case 'follow':
        return follow(operation.node, operation.source, operation.after);
      case 'unsubscribe':
        return unsubscribe(operation.which, operation.settled);
      case 'trim':
        return trim(operation.source, operation.share);
      case 'restart':
        seen('restarted');
        return closed(await tested.restart(operation.node));
      default:
        return askOne(operation);
    }
  }

  async function finish(): Promise<void> {
    await settle();
    const live = new Set(listeners.filter(({ until }) => until === null));
    for (const log of await tested.close()) await closed(log);
    for (const listener of listeners) {
      const { received, source, had } = listener;
      const promised = promisedTo(listener);
      // Who ended early may have had less, but in order and from the first on.
      const promisedCount = live.has(listener) ? promised.length : had;
      expect(tested.named(source, received)).toEqual(promised.slice(0, promisedCount));
      expect(listener.closings()).toBe(listener.closed ? 1 : 0);
      if (received.length > 0) seen('delivered');
    }
  }

  async function dispose(): Promise<void> {
    await tested.close();
    await store.dispose();
  }

  return { perform, finish, dispose };
}

/** A receiver on a real socket and a real log of each run, and what a delivery changes there. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type RequestListener, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EventLog,
  EventLogUnavailableError,
  type Position,
  type StoredEvent,
} from '../../../events/event-log.ts';
import type { RecordStore } from '../../../events/record-store.ts';
import { createSqliteEventLog } from '../../../events/sqlite/sqlite-event-log.ts';
import { configuredHeaders } from '../../../webhooks/dead-letters/configured-headers.ts';
import type { DeadLetter } from '../../../webhooks/dead-letters/dead-letter.ts';
import { createLetterStore } from '../../../webhooks/dead-letters/letter-store.ts';
import { createQuarantine } from '../../../webhooks/dead-letters/quarantine.ts';
import type { IntakeLog } from '../../../webhooks/intake.ts';
import { serveExpecting } from '../../../webhooks/continue.ts';
import { createWebhookDoor } from '../../../webhooks/node-http.ts';
import { createWebhookReceiver } from '../../../webhooks/receive.ts';
import { recordingLogger } from '../recording-logger.ts';
import { type Sent, compose, requestOf } from './compose.ts';
import { type Answer, createClient } from './connection.ts';
import { type Fault, type Recipe, good } from './recipe.ts';
import { sources } from './sources.ts';

const [lettersMax, bodyMsMax, msBetweenDeliveries] = [25, 100, 40];

/** What was sent, what was answered to each copy of it, and what is kept since. */
export interface Seen {
  readonly sent: Sent;
  readonly nowMs: number;
  /** Null where the connection was closed without an answer. */
  readonly answers: readonly (Answer | null)[];
  readonly events: readonly StoredEvent[];
  /** Those that are new, or came again. */
  readonly letters: readonly DeadLetter[];
  /** Whether something could not be kept: the log or the quarantine was told to fail, or the quarantine is full. */
  readonly hasFailed: boolean;
  /** Lines of errors that the log of the gateway has. */
  readonly errors: readonly unknown[];
}

/** One run: its log is empty at first. */
export interface Run {
  readonly deliver: (recipe: Recipe) => Promise<Seen>;
  /** Everything that the log of the run holds. */
  readonly everything: () => Promise<StoredEvent[]>;
  readonly close: () => Promise<void>;
}

export type World = Awaited<ReturnType<typeof openWorld>>;

const next: RequestListener = (_request, response) =>
  void response.writeHead(404, { 'content-length': 0 }).end();

/** Opens the receiver. Each source has seen a good delivery from here, so that failures are not limited by address. */
export async function openWorld() {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-fuzz-'));
  const state = { nowMs: Date.UTC(2026, 10, 22, 12), log: undefined as EventLog | undefined, runs: 0 };
  const faults = { fault: 'none' as Fault, hasStruck: false };
  const log = faultyLog(() => state.log as EventLog, faults);
  const logger = recordingLogger();
  const quarantine = createQuarantine({
    letters: createLetterStore(log.records),
    headersOf: configuredHeaders(sources),
    lettersMax,
    observeChange: () => {},
  });
  const receiver = createWebhookReceiver({ sources, log, quarantine, now: () => state.nowMs, logger });
  // A sender that breaks its connection may be answered while its delivery is still on its way.
  const underWay = new Set<Promise<unknown>>();
  const receive: typeof receiver.receive = (arriving) => {
    const answer = receiver.receive(arriving);
    underWay.add(answer);
    void answer.finally(() => underWay.delete(answer));
    return answer;
  };
  const door = createWebhookDoor({ receiver: { receive }, next, logger, bodyMsMax });
  const server = createServer({ keepAliveTimeout: 0 }, door);
  serveExpecting(server, door);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = createClient((server.address() as AddressInfo).port);

  async function open(): Promise<Run> {
    const current = await createSqliteEventLog({ path: join(folder, `${state.runs++}.db`) });
    state.log = current;
    const positions = new Map<string, Position>();
    const times = new Map<string, number>();

    /** Of the sources that the URL may name. What is in the log of any other is found by `everything`. */
    async function newEvents({ target }: Sent): Promise<StoredEvent[]> {
      const found: StoredEvent[] = [];
      for (const { name } of sources.filter((source) => target.includes(source.name))) {
        const events = await current.read(name, positions.get(name) ?? null, 100);
        const last = events.at(-1);
        if (last) positions.set(name, last);
        found.push(...events);
      }
      return found;
    }

    async function changedLetters(): Promise<DeadLetter[]> {
      const changed: DeadLetter[] = [];
      for await (const letter of createLetterStore(current.records).above(null)) {
        if (times.get(letter.id) !== letter.times) changed.push(letter);
        times.set(letter.id, letter.times);
      }
      return changed;
    }

    async function deliver(recipe: Recipe): Promise<Seen> {
      state.nowMs += msBetweenDeliveries;
      logger.lines.length = 0;
      Object.assign(faults, { fault: recipe.fault, hasStruck: false });
      const sent = compose(recipe, state.nowMs);
      const request = requestOf(sent);
      const copies = Array.from({ length: recipe.copies }, () => client.send(request));
      const answers = await Promise.all(copies);
      await Promise.all(underWay);
      const errors = logger.lines.filter((line) => (line as { level: string }).level === 'error');
      const events = await newEvents(sent);
      const letters = await changedLetters();
      const hasFailed = faults.hasStruck || times.size >= lettersMax;
      return { sent, nowMs: state.nowMs, answers, events, letters, hasFailed, errors };
    }

    const everything = async () =>
      (await Promise.all(sources.map(({ name }) => current.read(name, null, 1000)))).flat();
    return { deliver, everything, close: () => current.close() };
  }

  async function close(): Promise<void> {
    client.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    await rm(folder, { recursive: true });
  }

  const first = await open();
  for (const { name } of sources) {
    const { answers } = await first.deliver(good(name));
    if (!answers.every((answer) => answer && answer.status < 300)) throw new Error(`${name} does not work`);
  }
  await first.close();
  return { open, close };
}

/** The log of the run, which fails when it is told to. */
function faultyLog(
  log: () => EventLog,
  faults: { readonly fault: Fault; hasStruck: boolean },
): IntakeLog & { readonly records: RecordStore } {
  const failing =
    <Arguments extends unknown[], Value>(
      when: 'log' | 'records',
      ask: (...given: Arguments) => Promise<Value>,
    ) =>
    async (...given: Arguments): Promise<Value> => {
      const { fault } = faults;
      if (fault === 'taken and not said') await ask(...given);
      else if (fault !== when) return ask(...given);
      faults.hasStruck = true;
      throw new EventLogUnavailableError('told to fail');
    };
  return {
    append: failing('log', (deliveries) => log().append(deliveries)),
    appendAll: failing('log', (deliveries) => log().appendAll(deliveries)),
    find: failing('log', (source, id) => log().find(source, id)),
    records: {
      add: failing('records', (record) => log().records.add(record)),
      replace: failing('records', (record, expected) => log().records.replace(record, expected)),
      get: failing('records', (collection, key) => log().records.get(collection, key)),
      list: failing('records', (collection, after, limit) => log().records.list(collection, after, limit)),
      remove: failing('records', (collection, key) => log().records.remove(collection, key)),
      count: failing('records', (collection) => log().records.count(collection)),
    },
  };
}

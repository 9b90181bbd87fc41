import { hash } from 'node:crypto';
import { GraphQLError, Source } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Logger } from '../../events/logger.ts';
import { plainError, type Outcome, type PlainError, type Work } from './planning-messages.ts';
import { startPlanningThread, type PlanningThread } from './planning-thread.ts';

export type PlanningOptions = PlanningLimits & {
  /** Supergraph SDL. */
  sdl: string;
  logger: Logger;
};

export interface PlanningLimits {
  /** How long one document may take, in milliseconds; then its thread is ended and another one started. @default 5000 */
  timeLimitMs?: number;
  /** Memory of the thread, in MiB; a document that needs more is refused as one that takes too long. @default 1024 */
  memoryMebibytesMax?: number;
  /** Most documents that wait, the one that is worked on counted. @default 1000 */
  waitingMax?: number;
  /** Most characters of documents that wait. @default 16 Mi */
  waitingCharactersMax?: number;
  /** How long a document that ended the thread is refused without another try, in milliseconds. @default 60000 */
  refusedMs?: number;
}

/** Checks and plans documents of clients in a thread of its own, one after the other. */
export interface Planning {
  /** SDL of the schema that clients see. */
  readonly apiSdl: string;
  /**
   * @param isWanted asked before the thread gets it, which it does not when nobody waits for it any more
   * @returns what is wrong instead, also when the thread can't do it; rejects never
   */
  perform(work: Work, isWanted?: () => boolean): Promise<Outcome>;
  /** Ends the thread. What waits is refused. */
  close(): Promise<void>;
}

interface Job {
  readonly work: Work;
  readonly key: string;
  readonly isWanted: () => boolean;
  readonly settle: (outcome: Outcome) => void;
  /** The thread that it was given to last, and what that replies. */
  given?: { thread: PlanningThread; reply: ReturnType<PlanningThread['perform']> };
}

/** How many documents the thread has at a time, so that it never waits for the main thread to give it the next one. */
const givenMax = 4;

/** Most documents that are remembered because they ended the thread. */
const refusedMax = 1_000;

/**
 * Starts the thread and reads the supergraph in it.
 * @throws Error when it can't be read
 */
export async function startPlanning(options: PlanningOptions): Promise<Planning> {
  const {
    logger,
    timeLimitMs = 5_000,
    waitingMax = 1_000,
    waitingCharactersMax = 16 * 1024 * 1024,
  } = options;
  const restarting = createRestarting(options);
  const { apiSdl } = await restarting.thread();
  const { jobs, ...line } = createLine({ waitingMax, waitingCharactersMax });
  const endedThread = new LRUCache<string, true>({ max: refusedMax, ttl: options.refusedMs ?? 60_000 });
  let working: Promise<void> | undefined;
  let closed = false;

  /** Gives the first jobs to a thread, also those that a thread before it did not get to. */
  function give(thread: PlanningThread): void {
    let count = 0;
    for (const job of jobs) {
      if (isUnwanted(job, thread)) {
        line.settle(job, unavailable());
        continue;
      }
      if (job.given?.thread !== thread) {
        const reply = thread.perform(job.work);
        // Looked at when it is the job's turn.
        reply.catch(() => undefined);
        job.given = { thread, reply };
      }
      count += 1;
      if (count === givenMax) return;
    }
  }

  /** @param job the first, which the thread is at work on */
  async function answer(job: Job): Promise<Outcome> {
    if (closed) return unavailable();
    const thread = await restarting.thread().catch(() => undefined);
    if (!thread) return unexpected();
    if (isUnwanted(job, thread)) return unavailable();
    give(thread);
    const { key, work } = job;
    const reply = await withinLimit(job, timeLimitMs);
    if (reply === undefined && closed) return unavailable();
    if (reply === undefined) {
      endedThread.set(key, true);
      logger.warn(
        { documentSha256: hash('sha256', work.source) },
        'An operation is refused because it ended its thread',
      );
      return tooComplex();
    }
    if (reply.kind !== 'failed') return reply;
    logger.error({ reason: reply.message }, 'An operation could not be planned');
    return unexpected();
  }

  async function answerAll(): Promise<void> {
    for (const job of jobs) {
      line.settle(job, await answer(job));
    }
    working = undefined;
  }

  return {
    apiSdl,
    perform: async (work, isWanted = () => true) => {
      const key = keyOf(work);
      if (endedThread.has(key)) return tooComplex();
      if (closed || !line.hasRoom(work)) return unavailable();
      return new Promise((settle) => {
        line.add({ work, key, isWanted, settle });
        working ??= answerAll();
      });
    },
    close: async () => {
      closed = true;
      await restarting.close();
      await working;
    },
  };
}

/** What waits, and what is worked on. */
function createLine({
  waitingMax,
  waitingCharactersMax,
}: {
  waitingMax: number;
  waitingCharactersMax: number;
}) {
  /** In the order of their arrival; the first is worked on. */
  const jobs = new Set<Job>();
  let characters = 0;

  function settle(job: Job, outcome: Outcome): void {
    if (!jobs.delete(job)) return;
    characters -= job.work.source.length;
    job.settle(outcome);
  }

  /** What a thread has been given stays, because its replies come in order. */
  function dropUnwanted(): void {
    for (const job of jobs) if (!job.given && !job.isWanted()) settle(job, unavailable());
  }

  return {
    jobs: jobs as ReadonlySet<Job>,
    /** Takes a job out of the line, if it still is in it. */
    settle,
    add: (job: Job) => {
      jobs.add(job);
      characters += job.work.source.length;
    },
    /** Makes room first where there is none: by what nobody waits for any more. */
    hasRoom: ({ source }: Work): boolean => {
      const isFull = () => jobs.size >= waitingMax || characters + source.length > waitingCharactersMax;
      if (isFull()) dropUnwanted();
      return !isFull();
    },
  };
}

/** Whether it can be left out: nobody waits for it, and the thread has not got it. */
function isUnwanted({ given, isWanted }: Job, thread: PlanningThread): boolean {
  return given?.thread !== thread && !isWanted();
}

/** A thread, and another one in its place whenever it ends. */
function createRestarting({ sdl, logger, memoryMebibytesMax = 1024 }: PlanningOptions) {
  let closed = false;
  let thread: Promise<PlanningThread> | undefined;

  function start(): Promise<PlanningThread> {
    const starting = startPlanningThread({ sdl, memoryMebibytesMax });
    thread = starting;
    starting.then(replaceWhenEnded, (error: Error) => {
      thread = undefined;
      logger.error({ reason: error.message }, 'The planning thread could not be started');
    });
    return starting;
  }

  async function replaceWhenEnded({ ended }: PlanningThread): Promise<void> {
    const { message } = await ended;
    if (closed) return;
    logger.warn({ reason: message }, 'Starting another planning thread');
    await start().catch(() => undefined);
  }

  return {
    thread: () => thread ?? start(),
    close: async () => {
      closed = true;
      const running = await thread?.catch(() => undefined);
      await running?.terminate();
    },
  };
}

/** @returns undefined when the thread has ended, because it had to or for a reason of its own */
async function withinLimit({ given }: Job, timeLimitMs: number) {
  let isAnswered = false;
  // A main thread that was busy meanwhile looks first whether the answer has come.
  const terminate = (): void => void (isAnswered || given?.thread.terminate());
  const late = setTimeout(() => setImmediate(terminate), timeLimitMs);
  try {
    return await given?.reply;
  } catch {
    return undefined;
  } finally {
    isAnswered = true;
    clearTimeout(late);
  }
}

/** Equal for equal work only. */
function keyOf(work: Work): string {
  const variables = work.kind === 'introspect' ? work.variables : null;
  return hash('sha256', JSON.stringify([work.kind, work.source, work.operationName ?? null, variables]));
}

function refusal(error: PlainError): Outcome {
  return { kind: 'refused', errors: [error] };
}

function tooComplex(): Outcome {
  return refusal(plainError('OPERATION_TOO_COMPLEX', 'The operation takes more than it may to be planned'));
}

function unavailable(): Outcome {
  return refusal(
    plainError('PLANNING_UNAVAILABLE', 'The operation can not be planned now; try it again later'),
  );
}

function unexpected(): Outcome {
  return refusal(plainError('INTERNAL_SERVER_ERROR', 'The operation could not be planned'));
}

/** Errors for clients, at their places in the document. */
export function clientErrors(errors: readonly PlainError[], source: string): GraphQLError[] {
  return errors.map(
    ({ message, positions, extensions }) =>
      new GraphQLError(message, {
        ...(positions && { source: new Source(source), positions }),
        extensions,
      }),
  );
}

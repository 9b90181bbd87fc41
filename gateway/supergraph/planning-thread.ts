import { Worker } from 'node:worker_threads';
import type { Reply, Work, WorkerOptions } from './planning-messages.ts';

/** One running thread that plans. */
export interface PlanningThread {
  /** SDL of the schema that clients see. */
  readonly apiSdl: string;
  /**
   * Has the thread do a piece of work, after those that it was given before.
   * @throws ThreadEndedError
   */
  perform(work: Work): Promise<Exclude<Reply, { kind: 'opened' }>>;
  /** Resolves when the thread has ended, with why. */
  readonly ended: Promise<ThreadEndedError>;
  /** Ends the thread, whatever it is doing. */
  terminate(): Promise<void>;
}

/** The thread has ended, asked or not. */
export class ThreadEndedError extends Error {
  override readonly name = 'ThreadEndedError';
}

export type PlanningThreadOptions = WorkerOptions & {
  /** Memory of the thread, in MiB. Beyond it, the thread ends and the process goes on. */
  readonly memoryMebibytesMax: number;
};

/**
 * Starts the thread and reads the supergraph in it.
 * @throws Error when it can't be read
 */
export async function startPlanningThread(options: PlanningThreadOptions): Promise<PlanningThread> {
  const { memoryMebibytesMax, ...workerData } = options;
  const worker = new Worker(new URL('planning-worker.ts', import.meta.url), {
    workerData,
    name: 'planning',
    resourceLimits: { maxOldGenerationSizeMb: memoryMebibytesMax },
  });
  /** Who waits for the next replies; they come in the order of the work. */
  const waiting: { resolve: (reply: Reply) => void; reject: (error: ThreadEndedError) => void }[] = [];
  let cause = '';
  worker.on('error', (error) => (cause = `: ${error.message}`));
  worker.on('message', (reply: Reply) => waiting.shift()?.resolve(reply));
  let end: ThreadEndedError | undefined;
  const ended = new Promise<ThreadEndedError>((resolve) => {
    worker.once('exit', () => {
      end = new ThreadEndedError(`The planning thread ended${cause}`);
      // Whoever replaces the thread learns of it first.
      resolve(end);
      for (const { reject } of waiting) reject(end);
    });
  });
  const reply = (): Promise<Reply> =>
    new Promise((resolve, reject) => {
      if (end) reject(end);
      else waiting.push({ resolve, reject });
    });
  const first = await reply();
  if (first.kind !== 'opened') throw new Error('The planning thread began with an answer');
  return {
    apiSdl: first.apiSdl,
    perform: async (work) => {
      // First: nobody may wait for the reply to what could not be sent, and get that to the next work.
      worker.postMessage(work, []);
      return (await reply()) as Exclude<Reply, { kind: 'opened' }>;
    },
    ended,
    terminate: async () => {
      await worker.terminate();
    },
  };
}

/** The thread that validates and plans: some documents take long, so that the main thread never does it. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { createPlanner, type Planner } from './planner.ts';
import type { Reply, Work, WorkerOptions } from './planning-messages.ts';

function serve(port: MessagePort, { sdl }: WorkerOptions): void {
  const planner = createPlanner(sdl);
  const post = (reply: Reply): void =>
    port.postMessage(reply, reply.kind === 'introspected' ? [reply.body.buffer] : []);
  port.on('message', (work: Work) => post(perform(planner, work)));
  post({ kind: 'opened', apiSdl: planner.apiSdl });
}

function perform(planner: Planner, work: Work): Reply {
  try {
    return planner.perform(work);
  } catch (error) {
    return { kind: 'failed', message: (error as Error).message };
  }
}

if (parentPort === null) throw new Error('planning-worker.ts runs as a worker thread');
serve(parentPort, workerData as WorkerOptions);

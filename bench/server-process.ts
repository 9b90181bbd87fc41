import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  HeapAnswer,
  HeapRequest,
  ProbeAnswer,
  ProbeRequest,
  ThreadsHeapAnswer,
  ThreadsHeapRequest,
  Usage,
} from './probe.ts';

export interface ServerProcessOptions {
  /** The program's file and its arguments, for Node. */
  args: readonly string[];
  /** Its environment, besides that of this process. */
  env?: Readonly<Record<string, string>>;
  /** Folder that it runs in. @default the checkout */
  cwd?: string;
  /** Asked until something answers, whatever its status; without it the process has to send a message `{ ready: url }`. */
  url?: string;
  /**
   * How exactly the delay of its event loop is known, in milliseconds. At 1, watching takes 2 % of a core, all of it counted
   * as CPU of the server. @default 10
   */
  delayResolutionMs?: number;
  /** Longest time that it may take to answer. @default 60000 */
  startMsMax?: number;
}

/** A server that is measured, with bench/probe.ts in it. */
export interface ServerProcess {
  /** Where it listens. */
  url: string;
  /** What it has used since its start. @param reset starts the event loop's delay anew @default false */
  usage(reset?: boolean): Promise<Usage>;
  /**
   * Bytes of the main thread's heap once garbage is collected; needs `--expose-gc` among the arguments.
   * @param giveBack also gives back compiled code and unused pages, so that the resident set is what is needed; what runs
   *   afterwards is slower at first @default false
   */
  heapBytes(giveBack?: boolean): Promise<number>;
  /** Bytes that V8 holds for the heaps of all its worker threads, garbage and free room included. */
  threadsHeapBytes(): Promise<number>;
  /** Ends it, and waits until it has ended. A second call does nothing. */
  stop: () => Promise<void>;
}

const checkout = dirname(import.meta.dirname);

/**
 * Starts a server by the Node that runs this, with the probe in it, and waits until it answers.
 * @throws Error with the end of its output when it ends before, or takes longer than `startMsMax`
 */
export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const { args, env = {}, cwd = checkout, delayResolutionMs = 10, startMsMax = 60_000 } = options;
  const probe = new URL(`probe.ts?resolutionMs=${delayResolutionMs}`, import.meta.url);
  const child = spawn(process.execPath, ['--import', probe.href, ...args], {
    cwd,
    // oxlint-disable-next-line node/no-process-env -- a server under test gets the environment of who starts it
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = lastOutput(child);
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(late);
  };
  const given = new AbortController();
  const failed = (reason: string) => new Error(`${args.join(' ')} ${reason}:\n${output()}`);
  try {
    const url = await Promise.race([
      whenReady(child, options.url, given.signal),
      exited.then(() => Promise.reject(failed('ended before it answered'))),
      sleep(startMsMax, undefined, { signal: given.signal }).then(() =>
        Promise.reject(failed(`did not answer within ${startMsMax} ms`)),
      ),
    ]);
    const usage = usageReader(child);
    const ended = exited.then(() => Promise.reject(failed('ended while it was measured')));
    ended.catch(() => {});
    return {
      url,
      usage: (reset) => Promise.race([usage(reset), ended]),
      heapBytes: (giveBack) => Promise.race([heapBytes(child, giveBack), ended]),
      threadsHeapBytes: () => Promise.race([threadsHeapBytes(child), ended]),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    given.abort();
  }
}

async function whenReady(child: ChildProcess, url: string | undefined, signal: AbortSignal): Promise<string> {
  if (url === undefined) return readyMessage(child);
  while (!signal.aborted) {
    const answer = await fetch(url, { signal }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer) return url;
    await sleep(50, undefined, { signal });
  }
  return url;
}

function readyMessage(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('message', ({ ready }: { ready?: string }) => {
      if (ready !== undefined) resolve(ready);
    });
  });
}

function usageReader(child: ChildProcess): ServerProcess['usage'] {
  let asked = 0;
  const waiting = new Map<number, (usage: Usage) => void>();
  child.on('message', ({ probe: number, ...usage }: ProbeAnswer) => {
    waiting.get(number)?.(usage);
    waiting.delete(number);
  });
  return (reset = false) =>
    new Promise((resolve, reject) => {
      const request: ProbeRequest = { probe: ++asked, reset };
      waiting.set(request.probe, resolve);
      child.send(request, (error) => {
        if (error) reject(error);
      });
    });
}

function heapBytes(child: ChildProcess, giveBack = false): Promise<number> {
  const request: HeapRequest = { heap: Date.now(), giveBack };
  return new Promise((resolve, reject) => {
    const listen = ({ heap, heapBytes }: HeapAnswer) => {
      if (heap !== request.heap) return;
      child.off('message', listen);
      resolve(heapBytes);
    };
    child.on('message', listen);
    child.send(request, (error) => {
      if (error) reject(error);
    });
  });
}

function threadsHeapBytes(child: ChildProcess): Promise<number> {
  const request: ThreadsHeapRequest = { threadsHeap: Date.now() };
  return new Promise((resolve, reject) => {
    const listen = ({ threadsHeap, heapBytes }: ThreadsHeapAnswer) => {
      if (threadsHeap !== request.threadsHeap) return;
      child.off('message', listen);
      resolve(heapBytes);
    };
    child.on('message', listen);
    child.send(request, (error) => {
      if (error) reject(error);
    });
  });
}

/** Keeps reading what a process writes, so that it never waits for a reader. @returns a reader of the last of it */
function lastOutput(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (more: string) => (text = (text + more).slice(-4_000)));
  }
  return () => text;
}

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { isMainThread, type Worker } from 'node:worker_threads';

/**
 * Loaded by `node --import` before the program of any server that is measured. Answers what the process has used so far
 * to the process that started it, over the channel of `child_process`: server-process.ts asks.
 */

/** Asks for a {@link Usage}; `reset` starts the event loop's delay anew after it was read. */
export interface ProbeRequest {
  probe: number;
  reset: boolean;
}

/** What a process has used since its start. */
export interface Usage {
  /** Microseconds of CPU, user and system, of all threads. */
  cpuMicroseconds: number;
  rssBytes: number;
  /** Largest resident set since the start. */
  rssPeakBytes: number;
  /** Longest time since the last reset that the event loop of the main thread came late, in milliseconds. */
  eventLoopDelayMsMax: number;
  /**
   * Most CPU since the last reset that the main thread spent without looking at its timers, in milliseconds: how long
   * the event loop stood still because of what this process did, however busy the machine is.
   */
  eventLoopBusyMsMax: number;
}

export type ProbeAnswer = Usage & { probe: number };

/** Asks for what the heap of the main thread holds once garbage is collected; Node needs `--expose-gc`. */
export interface HeapRequest {
  heap: number;
  /** Whether compiled code and unused pages are given back too, so that the resident set is what is needed. */
  giveBack: boolean;
}

export interface HeapAnswer {
  heap: number;
  heapBytes: number;
}

/** Asks for what V8 holds for the heaps of all worker threads, garbage and free room included. */
export interface ThreadsHeapRequest {
  threadsHeap: number;
}

export interface ThreadsHeapAnswer {
  threadsHeap: number;
  heapBytes: number;
}

/** How often it looks at the event loop: `probe.ts?resolutionMs=1`. Each look is CPU of the server. */
const resolutionMs = Number(new URL(import.meta.url).searchParams.get('resolutionMs'));
/** Each tick costs a few microseconds, so there are not more than needed. */
const busyTickMs = 2;

function answerProbes(): void {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  const busy = watchMainThread();
  const threadsHeap = watchThreads();
  process.on('message', (message: Partial<ProbeRequest & HeapRequest & ThreadsHeapRequest>) => {
    if (message.heap !== undefined) answerHeap(message.heap, message.giveBack);
    if (message.threadsHeap !== undefined) void answerThreadsHeap(message.threadsHeap, threadsHeap);
    if (message.probe === undefined) return;
    const { user, system } = process.cpuUsage();
    const answer: ProbeAnswer = {
      probe: message.probe,
      cpuMicroseconds: user + system,
      rssBytes: process.memoryUsage.rss(),
      rssPeakBytes: process.resourceUsage().maxRSS * 1024,
      // The histogram holds the time between two ticks of its timer.
      eventLoopDelayMsMax: Math.max(0, delay.max / 1e6 - resolutionMs),
      eventLoopBusyMsMax: busy.millisecondsMax,
    };
    if (message.reset === true) {
      delay.reset();
      busy.millisecondsMax = 0;
    }
    process.send?.(answer);
  });
  // Measuring keeps no program alive that is done.
  process.channel?.unref();
}

/** Looks at every tick of a timer at what the main thread has spent since the one before. */
function watchMainThread(): { millisecondsMax: number } {
  const busy = { millisecondsMax: 0 };
  let last = process.threadCpuUsage();
  const tick = () => {
    const now = process.threadCpuUsage();
    const spent = now.user - last.user + now.system - last.system;
    busy.millisecondsMax = Math.max(busy.millisecondsMax, spent / 1000);
    last = now;
  };
  setInterval(tick, busyTickMs).unref();
  return busy;
}

function answerHeap(heap: number, giveBack = false): void {
  if (!globalThis.gc) throw new Error('Node was not started with --expose-gc');
  globalThis.gc({ type: 'major', execution: 'sync', flavor: giveBack ? 'last-resort' : 'regular' });
  const answer: HeapAnswer = { heap, heapBytes: process.memoryUsage().heapUsed };
  process.send?.(answer);
}

async function answerThreadsHeap(threadsHeap: number, read: () => Promise<number>): Promise<void> {
  const answer: ThreadsHeapAnswer = { threadsHeap, heapBytes: await read() };
  process.send?.(answer);
}

/** @returns what V8 holds for the heaps of all threads that run now, together */
function watchThreads(): () => Promise<number> {
  const running = new Set<Worker>();
  subscribe('worker_threads', (message) => {
    const { worker } = message as { worker: Worker };
    running.add(worker);
    worker.once('exit', () => running.delete(worker));
  });
  return async () => {
    const heaps = await Promise.all([...running].map((worker) => worker.getHeapStatistics()));
    return heaps.reduce((sum, heap) => sum + heap.total_heap_size, 0);
  };
}

// Worker threads load it too, and their CPU is in that of the process.
if (isMainThread && process.send) answerProbes();

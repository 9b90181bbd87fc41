import { setImmediate } from 'node:timers/promises';
import { jest } from '@jest/globals';

/** Timeouts that are up when the test says so. Everything else that tells the time goes on. */
export interface StoppedTimeouts {
  /** Waits until something has a timeout, and lets that time pass at once. */
  pass(timeoutMs: number): Promise<void>;
  /** Lets timeouts run by themselves again. */
  release(): void;
}

/** Stops the timeouts of this process, those of its threads and of Node itself not. */
export function stopTimeouts(): StoppedTimeouts {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
    ],
  });
  return {
    pass: async (timeoutMs) => {
      do await setImmediate();
      while (jest.getTimerCount() === 0);
      jest.advanceTimersByTime(timeoutMs);
    },
    release: () => void jest.useRealTimers(),
  };
}

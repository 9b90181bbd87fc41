import { PAGE_DATA_CHARS_MAX } from '../page.ts';

/** Lets so much cross a connection at a time that each command gets its answer within its own timeout. */
export interface Window {
  /**
   * Does the work when there is room for its size; one is done whatever its size when nothing else is under way.
   * Work waits in order. On a connection that died it does not wait long: the connection is given up for its silence,
   * and without one everything fails at once.
   */
  readonly run: <Result>(size: number, work: () => Promise<Result>) => Promise<Result>;
}

/** The window of each connection that carries data. */
export interface Windows {
  readonly writing: Window;
  readonly reading: Window;
}

/** What crosses a connection at a time, in characters of data: two pages, or a few batches. */
const WRITING_CHARS_MAX = 4 * PAGE_DATA_CHARS_MAX;
const READING_CHARS_MAX = 2 * PAGE_DATA_CHARS_MAX;

export function createWindows(): Windows {
  return { writing: createWindow(WRITING_CHARS_MAX), reading: createWindow(READING_CHARS_MAX) };
}

interface Entry {
  readonly size: number;
  readonly enter: () => void;
}

function createWindow(sizeMax: number): Window {
  const waiting: Entry[] = [];
  let underWay = 0;

  const hasRoom = (size: number): boolean => underWay === 0 || underWay + size <= sizeMax;

  function enter(size: number): Promise<void> | undefined {
    if (waiting.length === 0 && hasRoom(size)) {
      underWay += size;
      return undefined;
    }
    return new Promise((enter) => {
      waiting.push({ size, enter });
    });
  }

  function leave(size: number): void {
    underWay -= size;
    for (let [next] = waiting; next !== undefined && hasRoom(next.size); [next] = waiting) {
      waiting.shift();
      underWay += next.size;
      next.enter();
    }
  }

  async function run<Result>(size: number, work: () => Promise<Result>): Promise<Result> {
    await enter(size);
    try {
      return await work();
    } finally {
      leave(size);
    }
  }

  return { run };
}

/** Lets so much cross a connection at a time that each command gets its answer within its own timeout. */
export interface Window {
  /**
   * Does the work when there is room for its size; one is done whatever its size when nothing else is under way.
   * Work waits in order. When the connection fails, all that waits fails with it: each would wait out its own
   * timeout for the same.
   */
  readonly run: <Result>(size: number, work: () => Promise<Result>) => Promise<Result>;
}

interface Entry {
  readonly size: number;
  readonly enter: () => void;
  readonly fail: (error: unknown) => void;
}

export function createWindow(sizeMax: number): Window {
  let underWay = 0;
  let waiting: Entry[] = [];

  const hasRoom = (size: number): boolean => underWay === 0 || underWay + size <= sizeMax;

  function enter(size: number): Promise<void> | undefined {
    if (waiting.length === 0 && hasRoom(size)) {
      underWay += size;
      return undefined;
    }
    return new Promise((enter, fail) => {
      waiting.push({ size, enter, fail });
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

  function failWaiting(error: unknown): void {
    const entries = waiting;
    waiting = [];
    for (const { fail } of entries) fail(error);
  }

  async function run<Result>(size: number, work: () => Promise<Result>): Promise<Result> {
    await enter(size);
    try {
      return await work();
    } catch (error) {
      // A refusal of this one command says nothing about the next.
      if ((error as Error).name !== 'ReplyError') failWaiting(error);
      throw error;
    } finally {
      leave(size);
    }
  }

  return { run };
}

/** Work that must settle before the connections are given up. */
export interface UnderWay {
  readonly track: <Result>(work: Promise<Result>) => Promise<Result>;
  /** Resolves when nothing is under way. */
  readonly settled: () => Promise<void>;
}

export function createUnderWay(): UnderWay {
  const works = new Set<Promise<unknown>>();
  return {
    track(work) {
      works.add(work);
      const forget = (): void => void works.delete(work);
      work.then(forget, forget);
      return work;
    },
    settled: async () => {
      await Promise.allSettled(works);
    },
  };
}

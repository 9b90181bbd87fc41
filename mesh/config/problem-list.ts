import { SubgraphConfigError } from './subgraph-config.ts';

/** Runs steps that do not depend on each other, so that everything wrong with a folder is told at once. */
export interface ProblemList {
  /** @returns undefined when the step found something wrong, which is kept */
  attempt<T>(step: () => T): T | undefined;
  /** @throws SubgraphConfigError with all that was kept; nothing happens when there is none */
  throwAny(): void;
}

/** An empty list. */
export function createProblemList(): ProblemList {
  const lines: string[] = [];
  return {
    attempt: (step) => {
      try {
        return step();
      } catch (error) {
        if (!(error instanceof SubgraphConfigError)) throw error;
        lines.push(error.message);
        return undefined;
      }
    },
    throwAny: () => {
      if (lines.length > 0) throw new SubgraphConfigError(lines.join('\n'));
    },
  };
}

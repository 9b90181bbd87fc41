import type { Store } from './sibling.ts';

/** One thing that every event log promises, and a way to find out. */
export interface Guarantee {
  readonly id: string;
  readonly sentence: string;
  readonly run: (store: Store) => Promise<void>;
}

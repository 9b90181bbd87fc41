import { markEveryMs, type Retention } from '../retention.ts';
import { command, type Connections } from './connections.ts';
import { sourceKeys } from './keys.ts';
import { runScript } from './scripts.ts';
import { createTrimScripts } from './trim-scripts.ts';

/** What one script removes at most: Redis does nothing else meanwhile. */
const STEP_EVENTS_MAX = 500;
/** Lua takes so many arguments and more. */
const REGISTERED_AT_ONCE_MAX = 1000;

export interface SweepOptions {
  readonly connections: Pick<Connections, 'writer'>;
  readonly keyPrefix: string;
  readonly retention: Retention;
  /** Tells this node from others. */
  readonly node: string;
  /** Milliseconds for which one node sweeps alone; it asks anew before each source, and each step by size. More than an interval. */
  readonly leaseMs: number;
  /** Milliseconds since 1970; undefined: by the clock of Redis, which is one for all nodes. */
  readonly now: (() => number) | undefined;
}

export interface RedisSweep {
  /** Remembers that a source has events: where there are no tables to list, somebody must. */
  readonly note: (source: string) => void;
  /** Removes what is past retention from every source that any node noted, where no other node does it. */
  readonly sweep: (isClosed: () => boolean) => Promise<number>;
}

/** What a stream weighs. */
interface Weight {
  readonly bytes: number;
  readonly events: number;
  /** Time of the oldest event; empty when there is none. */
  readonly oldest: string;
}

/** Ids expire by themselves, and marks are removed with what they stand for: streams are what is left to trim. */
export function createRedisSweep(options: SweepOptions): RedisSweep {
  const { connections, keyPrefix, retention, node, leaseMs, now } = options;
  const { ageMs, bytesMax } = retention;
  const { writer } = connections;
  const scripts = createTrimScripts();
  const noted = new Set<string>();
  let registered: readonly string[] = [];

  const note = (source: string): void => void noted.add(source);

  async function register(): Promise<readonly string[]> {
    const known = new Set(registered);
    const missing = [...noted].filter((source) => !known.has(source)).slice(0, REGISTERED_AT_ONCE_MAX);
    const send = (): Promise<unknown> =>
      runScript(writer, scripts.register, [`${keyPrefix}sources`], missing);
    registered = (await command(send)) as string[];
    // In a cluster the list may be lost, and the events not.
    registered.forEach(note);
    return registered;
  }

  async function isOurs(): Promise<boolean> {
    const args = [node, leaseMs];
    return (await command(() => runScript(writer, scripts.lease, [`${keyPrefix}janitor`], args))) === 1;
  }

  async function trimByAge(source: string, isClosed: () => boolean): Promise<number> {
    const { head, stream, marks } = sourceKeys(keyPrefix, source);
    let removed = 0;
    while (!isClosed()) {
      const args = [now?.() ?? '', ageMs, markEveryMs(retention), STEP_EVENTS_MAX];
      const send = (): Promise<unknown> => runScript(writer, scripts.trimByAge, [head, stream, marks], args);
      const [events, isMore] = (await command(send)) as [number, number];
      removed += events;
      if (isMore === 0) break;
    }
    return removed;
  }

  async function trimOldest(source: string, count: number): Promise<Weight & { readonly removed: number }> {
    const { stream } = sourceKeys(keyPrefix, source);
    const reply = await command(() => runScript(writer, scripts.trimOldest, [stream], [count]));
    const [removed, bytes, events, oldest] = reply as [number, number, number, string];
    return { removed, bytes, events, oldest };
  }

  /** The source with the oldest event goes first, step by step. */
  async function trimBySize(sources: readonly string[], isClosed: () => boolean): Promise<number> {
    const weights = new Map<string, Weight>();
    for (const source of sources) {
      const weight = await trimOldest(source, 0);
      if (weight.events > 0) weights.set(source, weight);
    }
    let removed = 0;
    while (!isClosed() && (await isOurs())) {
      const excess = [...weights.values()].reduce((sum, { bytes }) => sum + bytes, 0) - bytesMax;
      const [first] = [...weights].sort(([, one], [, other]) => (one.oldest < other.oldest ? -1 : 1));
      if (first === undefined || excess <= 0) break;
      const [source, { bytes, events }] = first;
      const count = Math.ceil((excess * events) / bytes);
      const left = await trimOldest(source, Math.min(count, STEP_EVENTS_MAX));
      removed += left.removed;
      if (left.events > 0) weights.set(source, left);
      else weights.delete(source);
    }
    return removed;
  }

  async function sweep(isClosed: () => boolean): Promise<number> {
    const sources = await register();
    let removed = 0;
    for (const source of sources) {
      if (isClosed() || !(await isOurs())) return removed;
      removed += await trimByAge(source, isClosed);
    }
    if (bytesMax > 0 && sources.length > 0) removed += await trimBySize(sources, isClosed);
    return removed;
  }

  return { note, sweep };
}

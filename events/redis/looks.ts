import { lossesOf, type Epochs } from '../epochs.ts';
import type { Position } from '../event-log.ts';
import type { RedisClient } from './connections.ts';
import { runScript, type Script } from './scripts.ts';

/** What a script said of the head of a source, and what else it answered. */
export interface Look {
  /** The epoch that goes on. */
  readonly epoch: string;
  readonly epochs: Epochs;
  readonly rest: readonly unknown[];
}

export interface LookedAt {
  readonly source: string;
  readonly keys: readonly string[];
  /** Those after the arguments of the look. */
  readonly args: readonly (string | number)[];
}

/** What this node knows of the history of each source, told to every script that looks at one, and learned from it. */
export interface Looks {
  /** Another Redis than before, or another process of it, may answer from now on. */
  readonly forget: () => void;
  /** Runs a script that begins with a look. */
  readonly run: (redis: RedisClient, script: Script, lookedAt: LookedAt) => Promise<Look>;
  /** Remembers that an epoch answered for events up to there, to their senders. */
  readonly acknowledge: (source: string, newest: Position) => void;
  /** What the newest look said is lost of a source. */
  readonly losses: (source: string) => readonly Position[];
}

export interface LooksOptions {
  readonly newEpoch: () => string;
  /**
   * How long after an answer a connection is taken to lead to the same Redis: one that was frozen, and lost its place to
   * another meanwhile, may never close it. @default 1000
   */
  readonly trustMs?: number;
}

/** Which Redis wrote the head of each source last, as one connection learned it, and when it answered. */
type Fences = Map<string, { readonly fence: string; readonly answeredMs: number }>;

interface Known {
  /** Highest offset that each epoch answered for here; the newest epoch last. */
  readonly acknowledged: Map<string, Acknowledged>;
  epochsText: string;
  epochs: Epochs;
  losses: readonly Position[];
}

interface Acknowledged {
  readonly offset: number;
  /** The later epoch that was told of it first, of those that are remembered; null: none was. */
  toldIn: string | null;
}

const ACKNOWLEDGED_EPOCHS_MAX = 8;

export function createLooks({ newEpoch, trustMs = 1000 }: LooksOptions): Looks {
  // One connection may lead to another Redis than the other does: each learns for itself.
  let fencesOf = new Map<RedisClient, Fences>();
  const sources = new Map<string, Known>();

  const forget = (): void => void (fencesOf = new Map());

  function fencesOn(redis: RedisClient): Fences {
    const fences = fencesOf.get(redis) ?? new Map();
    fencesOf.set(redis, fences);
    return fences;
  }

  function knownOf(source: string): Known {
    let known = sources.get(source);
    if (known === undefined) {
      known = { acknowledged: new Map(), epochsText: '', epochs: [], losses: [] };
      sources.set(source, known);
    }
    return known;
  }

  async function run(redis: RedisClient, script: Script, { source, keys, args }: LookedAt): Promise<Look> {
    const known = knownOf(source);
    // A reply that comes after a change is of the Redis before it: what it says is put where nobody looks.
    const fences = fencesOn(redis);
    const learned = fences.get(source);
    const isTrusted = learned !== undefined && performance.now() - learned.answeredMs < trustMs;
    const fence = isTrusted ? learned.fence : '';
    const told = toTell(known, fence !== '');
    const acknowledged = told
      .map(([epoch, { offset, toldIn }]) => `${epoch} ${offset} ${toldIn ?? '-'}`)
      .join(' ');
    try {
      const reply = await runScript(redis, script, keys, [newEpoch(), fence, acknowledged, ...args]);
      const [epoch, newFence, epochsText, ...rest] = reply as [string, string, string, ...unknown[]];
      fences.set(source, { fence: newFence === '' ? fence : newFence, answeredMs: performance.now() });
      if (epochsText !== known.epochsText) learnEpochs(known, epochsText);
      const isRemembered = (name: string | null): boolean => known.epochs.some((one) => one.name === name);
      for (const [name, one] of told) {
        if (name === epoch) one.toldIn = null;
        else if (!isRemembered(one.toldIn)) one.toldIn = epoch;
      }
      return { epoch, epochs: known.epochs, rest };
    } catch (error) {
      // Not every refusal comes with a new connection: a master that became a replica keeps its clients.
      forget();
      throw error;
    }
  }

  function acknowledge(source: string, { epoch, offset }: Position): void {
    const { acknowledged } = knownOf(source);
    if (offset <= (acknowledged.get(epoch)?.offset ?? 0)) return;
    acknowledged.set(epoch, { offset, toldIn: null });
    const [oldest] = acknowledged.keys();
    if (acknowledged.size > ACKNOWLEDGED_EPOCHS_MAX) acknowledged.delete(oldest as string);
  }

  return { forget, run, acknowledge, losses: (source) => sources.get(source)?.losses ?? [] };
}

/** What an epoch was told before is told again to a Redis that nobody is sure of: it may have lost what it was told. */
function toTell({ acknowledged }: Known, isSure: boolean): [string, Acknowledged][] {
  return [...acknowledged].filter(([, { toldIn }]) => !isSure || toldIn === null);
}

function learnEpochs(known: Known, text: string): void {
  const words = text.split(' ');
  const epochs = Array.from({ length: words.length / 3 }, (_, at) => {
    const [name = '', begin = '', mark = ''] = words.slice(3 * at);
    return { name, begin: Number(begin), afterLoss: mark === 'lost' };
  });
  Object.assign(known, { epochsText: text, epochs, losses: lossesOf(epochs) });
}

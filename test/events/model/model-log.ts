/** The event log as the interface describes it, in memory and as plainly as it can be said: what the siblings are compared with. */
import type {
  AppendResult,
  BatchResult,
  KnownId,
  Position,
  StoredEvent,
  VerifiedDelivery,
} from '../../../events/event-log.ts';
import { PAGE_DATA_CHARS_MAX } from '../../../events/page.ts';

/** Stands for the one epoch that each source has as long as nothing is lost. */
export const EPOCH = 'the only epoch';

/** Events above the position are not all there. */
export interface Expired {
  readonly expired: Position;
}

export interface ModelLog {
  readonly append: (deliveries: readonly VerifiedDelivery[]) => AppendResult[];
  readonly appendAll: (deliveries: readonly VerifiedDelivery[]) => BatchResult[];
  readonly find: (source: string, id: string) => KnownId | null;
  readonly head: (source: string) => Position;
  readonly read: (source: string, after: Position | null, limit: number) => StoredEvent[] | Expired;
  /** Removes the events up to an offset. */
  readonly trim: (source: string, upToOffset: number) => void;
  /** Every event above an offset that was ever appended. */
  readonly everAbove: (source: string, offset: number) => StoredEvent[];
  /** Another log with the same past. */
  readonly copy: () => ModelLog;
}

interface Past {
  readonly events: readonly StoredEvent[];
  /** Body hash by source and id. */
  readonly hashes: ReadonlyMap<string, string>;
  readonly trimmed: ReadonlyMap<string, number>;
}

const keyOf = ({ source, id }: { source: string; id: string }): string => JSON.stringify([source, id]);

export function createModelLog(past: Past = { events: [], hashes: new Map(), trimmed: new Map() }): ModelLog {
  const events = [...past.events];
  const hashes = new Map(past.hashes);
  const trimmed = new Map(past.trimmed);

  const everAbove = (source: string, offset: number): StoredEvent[] =>
    events.filter((event) => event.source === source && event.offset > offset);
  const head = (source: string): Position => ({ epoch: EPOCH, offset: everAbove(source, 0).length });

  function find(source: string, id: string): KnownId | null {
    const event = events.find((one) => one.source === source && one.id === id);
    if (event === undefined) return null;
    return { position: positionOf(event), bodyHash: hashes.get(keyOf(event)) ?? '' };
  }

  function appendOne(delivery: VerifiedDelivery): AppendResult {
    const { id, source, type, subject, time, dataJson, bodyHash, traceparent } = delivery;
    const known = find(source, id);
    if (known !== null) return repeated(delivery, known);
    const position = { epoch: EPOCH, offset: head(source).offset + 1 };
    events.push({ ...position, id, source, type, subject, time, dataJson, traceparent });
    hashes.set(keyOf(delivery), bodyHash);
    return { status: 'appended', position };
  }

  const append = (deliveries: readonly VerifiedDelivery[]): AppendResult[] => deliveries.map(appendOne);

  function appendAll(deliveries: readonly VerifiedDelivery[]): BatchResult[] {
    const tried = copy().append(deliveries);
    if (tried.every(({ status }) => status !== 'conflict')) return append(deliveries);
    return deliveries.map((delivery, at): BatchResult => {
      const known = find(delivery.source, delivery.id);
      if (known !== null) return repeated(delivery, known);
      return { status: tried[at]?.status === 'conflict' ? 'conflict' : 'withheld', position: null };
    });
  }

  function read(source: string, after: Position | null, limit: number): StoredEvent[] | Expired {
    const earliest = trimmed.get(source) ?? 0;
    const from = after ?? { epoch: EPOCH, offset: earliest };
    const isKept = from.offset >= earliest && from.offset <= head(source).offset;
    if (from.epoch !== EPOCH || !isKept) return { expired: { epoch: EPOCH, offset: earliest } };
    let chars = 0;
    return everAbove(source, from.offset).filter(({ dataJson }, at) => {
      if (at >= limit || chars >= PAGE_DATA_CHARS_MAX) return false;
      chars += dataJson.length;
      return true;
    });
  }

  function copy(): ModelLog {
    return createModelLog({ events, hashes, trimmed });
  }

  return {
    append,
    appendAll,
    find,
    head,
    read,
    trim: (source, upToOffset) => void trimmed.set(source, Math.max(upToOffset, trimmed.get(source) ?? 0)),
    everAbove,
    copy,
  };
}

function positionOf({ epoch, offset }: StoredEvent): Position {
  return { epoch, offset };
}

function repeated({ bodyHash }: VerifiedDelivery, known: KnownId): AppendResult {
  return { status: bodyHash === known.bodyHash ? 'duplicate' : 'conflict', position: known.position };
}

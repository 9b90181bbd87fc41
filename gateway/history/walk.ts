import type { EventLog, Position, StoredEvent } from '../../events/event-log.ts';
import { isFullPage } from '../../events/page.ts';
import type { Cut } from './cut.ts';

export interface WalkOptions {
  readonly log: Pick<EventLog, 'read' | 'readBefore'>;
  /** Whose events. What the cuts know of others is left aside. */
  readonly sources: readonly string[];
  /** Events behind this place; null: from the earliest kept. */
  readonly after: Cut | null;
  /** Events in front of this place, without the one that it belongs to; null: to the newest. */
  readonly before: Cut | null;
  /** Most events read of a source at a time. */
  readonly pageSize: number;
}

/** An event, and the place that belongs to it among the events of all sources of the walk. */
export interface Step {
  readonly event: StoredEvent;
  readonly cut: Cut;
}

/** Events of one source that were read and not given yet, the next one first. */
interface Lane {
  readonly source: string;
  waiting: StoredEvent[];
  /** The next page begins here; null: at the end of the log where the walk begins. */
  from: Position | null;
  /** The last offset of the walk, in its direction. */
  readonly lastOffset: number;
  isEnded: boolean;
}

/**
 * Goes through the events of several sources, oldest first: in the order of the log within a source, by time and name
 * between them. The order between sources is only for people: a cut parts the same events whichever way it is come to.
 * @throws CursorExpiredError from `next`, when events behind `after` are no longer kept
 * @throws EventLogUnavailableError from `next`
 */
export async function* walkForward(options: WalkOptions): AsyncGenerator<Step, void> {
  const { log, sources, after, before, pageSize } = options;
  const openLane = async (source: string): Promise<Lane> => {
    const from = after?.positions.get(source) ?? null;
    const lastOffset = before ? await lastInFront(log, before, source) : Infinity;
    return { source, waiting: [], from, lastOffset, isEnded: lastOffset === 0 };
  };
  const lanes = await Promise.all(sources.map(openLane));
  const positions = new Map(own(after, sources));
  const readOn = async (lane: Lane) => {
    const page = await log.read(lane.source, lane.from, pageSize);
    take(
      lane,
      page,
      page.at(-1),
      page.filter(({ offset }) => offset <= lane.lastOffset),
      pageSize,
    );
  };
  for (;;) {
    const event = await nextOf(lanes, readOn, isOlder);
    if (!event) return;
    const { source, epoch, offset } = event;
    positions.set(source, { epoch, offset });
    yield { event, cut: { positions: new Map(positions), of: source } };
  }
}

/**
 * Goes through the same events, newest first.
 * @throws CursorExpiredError from `next`, when `before` is of another history, or events behind `after` are gone
 * @throws EventLogUnavailableError from `next`
 */
export async function* walkBackward(options: WalkOptions): AsyncGenerator<Step, void> {
  const { log, sources, after, before, pageSize } = options;
  const openLane = async (source: string): Promise<Lane> => {
    const lastOffset = after ? await firstBehind(log, after, source) : 1;
    const from = before ? placeInFront(before, source) : null;
    return { source, waiting: [], from, lastOffset, isEnded: before !== null && from === null };
  };
  const lanes = await Promise.all(sources.map(openLane));
  const readOn = async (lane: Lane) => {
    const page = await log.readBefore(lane.source, lane.from, pageSize);
    const asked = page.toReversed().filter(({ offset }) => offset >= lane.lastOffset);
    take(lane, page, page[0], asked, pageSize);
  };
  let positions: Map<string, Position> | undefined;
  for (;;) {
    await fillAll(lanes, readOn);
    positions ??= before ? lastInFrontOf(before, sources) : newestOf(lanes);
    const event = await nextOf(lanes, readOn, (a, b) => isOlder(b, a));
    if (!event) return;
    const { source, epoch, offset } = event;
    positions.set(source, { epoch, offset });
    yield { event, cut: { positions: new Map(positions), of: source } };
    positions.set(source, { epoch, offset: offset - 1 });
  }
}

/** @param end where the next page of the lane begins @param asked what of the page the walk is about, in its direction */
function take(
  lane: Lane,
  page: readonly StoredEvent[],
  end: StoredEvent | undefined,
  asked: StoredEvent[],
  pageSize: number,
): void {
  lane.waiting = asked;
  lane.isEnded = asked.length < page.length || !isFullPage(page, pageSize);
  if (end) lane.from = { epoch: end.epoch, offset: end.offset };
}

async function fillAll(lanes: readonly Lane[], readOn: (lane: Lane) => Promise<void>): Promise<void> {
  const empty = lanes.filter(({ waiting, isEnded }) => waiting.length === 0 && !isEnded);
  if (empty.length > 0) await Promise.all(empty.map(readOn));
}

async function nextOf(
  lanes: readonly Lane[],
  readOn: (lane: Lane) => Promise<void>,
  isFirst: (a: StoredEvent, b: StoredEvent) => boolean,
): Promise<StoredEvent | undefined> {
  await fillAll(lanes, readOn);
  let best: Lane | undefined;
  for (const lane of lanes) {
    const [event] = lane.waiting;
    const [found] = best?.waiting ?? [];
    if (event && (!found || isFirst(event, found))) best = lane;
  }
  return best?.waiting.shift();
}

function isOlder(a: StoredEvent, b: StoredEvent): boolean {
  return a.time === b.time ? a.source < b.source : a.time < b.time;
}

function newestOf(lanes: readonly Lane[]): Map<string, Position> {
  const newest = lanes.flatMap(({ source, waiting: [event] }) =>
    event ? [[source, { epoch: event.epoch, offset: event.offset }] as const] : [],
  );
  return new Map(newest);
}

/** Where each source stands when the event that a cut belongs to is taken away. */
function lastInFrontOf(cut: Cut, sources: readonly string[]): Map<string, Position> {
  const last = own(cut, sources).map(
    ([source, { epoch, offset }]) =>
      [source, { epoch, offset: source === cut.of ? Math.max(offset - 1, 0) : offset }] as const,
  );
  return new Map(last);
}

/** The positions of a cut that are of the sources of a walk. */
function own(cut: Cut | null, sources: readonly string[]): [string, Position][] {
  return [...(cut?.positions ?? [])].filter(([source]) => sources.includes(source));
}

/** The place above the last event in front of a cut; null where there is none. */
function placeInFront({ positions, of }: Cut, source: string): Position | null {
  const position = positions.get(source);
  if (!position) return null;
  return { epoch: position.epoch, offset: position.offset + (source === of ? 0 : 1) };
}

/** Offset of the last event in front of a cut, which the log may have in another place than the cut says; 0: none. */
async function lastInFront(log: WalkOptions['log'], cut: Cut, source: string): Promise<number> {
  const place = placeInFront(cut, source);
  const [last] = place ? await log.readBefore(source, place, 1) : [];
  return last?.offset ?? 0;
}

/** Offset of the first event behind a cut; Infinity: none. */
async function firstBehind(log: WalkOptions['log'], { positions }: Cut, source: string): Promise<number> {
  const position = positions.get(source);
  if (!position) return 1;
  const [first] = await log.read(source, position, 1);
  return first?.offset ?? Infinity;
}

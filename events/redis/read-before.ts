import type { Position, StoredEvent } from '../event-log.ts';
import { assertBelowKnown } from '../kept.ts';
import { isFullPage, PAGE_DATA_CHARS_MAX } from '../page.ts';
import { command, type Connections } from './connections.ts';
import { decodeEvent } from './event-text.ts';
import { sourceKeys } from './keys.ts';
import { FIND_HEAD, named, runScript } from './scripts.ts';
import type { Windows } from './window.ts';

/**
 * KEYS: head, stream. ARGV: epoch of a new history, stream id to begin with, most entries, most bytes. Returns epoch,
 * head offset, stream id of the oldest entry (empty when there is none) and the entries from the newest down, all of one
 * moment. The last of them is the one that reaches the bytes. A few are fetched at a time, as in the script that reads on.
 */
const READ_BEFORE = `${FIND_HEAD}
local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)
local entries, start, left, bytes = {}, ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
while left > 0 and bytes > 0 do
  local count = math.min(left, 16)
  local some = redis.call('XREVRANGE', KEYS[2], start, '-', 'COUNT', count)
  for i = 1, #some do
    if bytes <= 0 then break end
    entries[#entries + 1] = some[i]
    bytes = bytes - #some[i][2][2]
  end
  if #some < count then break end
  start, left = '(' .. some[#some][1], left - count
end
return { epoch, string.format('%.0f', headOffset), first[1] and first[1][1] or '', entries }
`;

export interface ReadBeforeOptions {
  readonly connections: Connections;
  readonly windows: Windows;
  readonly keyPrefix: string;
  readonly newEpoch: () => string;
}

/** `EventLog.readBefore` on streams, for limits that were checked. */
export function createReadBefore({ connections, windows, keyPrefix, newEpoch }: ReadBeforeOptions) {
  const script = named(READ_BEFORE);

  /** Records are longer than their data, so that a reply can end before the page is full. */
  async function readBefore(source: string, before: Position | null, limit: number): Promise<StoredEvent[]> {
    const page: StoredEvent[] = [];
    let below = before;
    for (;;) {
      const { events, firstOffset } = await readSome(source, below, limit - page.length);
      page.unshift(...events);
      below = page[0] ?? below;
      const isEarliest = events.length === 0 || below?.offset === firstOffset;
      if (isEarliest || isFullPage(page, limit)) return page;
    }
  }

  async function readSome(source: string, before: Position | null, limit: number) {
    const { head, stream } = sourceKeys(keyPrefix, source);
    const newest = before === null ? '+' : `${Math.max(before.offset - 1, 0)}-0`;
    const args = [newEpoch(), newest, limit, PAGE_DATA_CHARS_MAX];
    const send = (): Promise<unknown> => runScript(connections.reader, script, [head, stream], args);
    const reply = await command(() => windows.reading.run(PAGE_DATA_CHARS_MAX, send));
    const [epoch, headText, firstId, entries] = reply as [string, string, string, [string, string[]][]];
    const firstOffset = firstId === '' ? null : offsetOf(firstId);
    if (before !== null)
      assertBelowKnown(source, before, { epoch, headOffset: Number(headText), firstOffset });
    const events = entries.map(([id, fields]) =>
      decodeEvent(fields[1] as string, source, { epoch, offset: offsetOf(id) }),
    );
    return { events: events.toReversed(), firstOffset };
  }

  return readBefore;
}

function offsetOf(streamId: string): number {
  return Number.parseInt(streamId, 10);
}

import type { AdminClient } from './admin-client.ts';

/** A place in a source, as `GET /admin/events` tells it. */
export interface EventPlace {
  readonly offset: number;
  readonly time: string;
  readonly cursor: string;
}

/** What a gateway keeps of a source; null where it has no events. */
export interface SourceSummary {
  readonly source: string;
  readonly oldest: EventPlace | null;
  readonly newest: EventPlace | null;
}

/** Which events of a source. */
export interface EventChoice {
  /** Those behind this cursor; null: from the oldest. */
  readonly after: string | null;
  /** Empty: of all types. */
  readonly types: readonly string[];
}

/** Events one after the other. */
export interface EventLines {
  /** Each event as JSON without a line break, oldest first. */
  readonly lines: readonly string[];
  /** Cursor for what comes behind them. */
  readonly next: string | null;
  /** Whether more may be there already. */
  readonly isMore: boolean;
}

/** What is read of a line besides what it is copied for. */
export interface EventLine {
  readonly source: string;
  readonly offset: number;
  readonly cursor: string;
}

/** The events of a gateway that runs. Everything throws what `AdminClient` throws. */
export interface EventsClient {
  readonly sources: () => Promise<readonly SourceSummary[]>;
  readonly read: (source: string, choice: EventChoice) => Promise<EventLines>;
}

/** Most events that the gateway gives at a time. */
const pageSize = '100';

export function createEventsClient({ call, text }: AdminClient): EventsClient {
  return {
    async sources() {
      return ((await call('GET', '/events')) as { sources: readonly SourceSummary[] }).sources;
    },
    async read(source, { after, types }) {
      const query = new URLSearchParams({ first: pageSize, ...(after !== null && { after }) });
      for (const type of types) query.append('type', type);
      const path = `/events/${encodeURIComponent(source)}?${query}`;
      const { text: body, headers } = await text(path, 'application/x-ndjson');
      return {
        lines: body.split('\n').filter((line) => line !== ''),
        next: headers.get('sluice-next') ?? after,
        isMore: headers.get('sluice-more') === 'true',
      };
    },
  };
}

/** @returns undefined when the line is no event of `/admin/events` */
export function readEventLine(line: string): EventLine | undefined {
  try {
    const { source, offset, cursor } = JSON.parse(line) as Partial<EventLine>;
    const isEvent = typeof source === 'string' && typeof offset === 'number' && typeof cursor === 'string';
    return isEvent ? { source, offset, cursor } : undefined;
  } catch {
    return undefined;
  }
}

import type { EventLog } from '../../../events/event-log.ts';
import { createLogCursors } from '../../../events/log-cursors.ts';
import { createSqliteEventLog } from '../../../events/sqlite/sqlite-event-log.ts';
import { createCuts, type Cuts } from '../../../gateway/history/cut.ts';
import { createEventHistory, type HistoryOptions } from '../../../gateway/history/history.ts';
import type { EventConnection, EventsArguments } from '../../../mesh/federation/event-history.ts';
import { createSubgraphContext } from '../../../mesh/subgraph-context.ts';
import { delivery, range } from '../../events/deliveries.ts';

const field = (name: string, source: string, pointer = '') => ({ name, source, type: name, pointer });
const fields = [
  field('orderCreated', 'orders'),
  field('orderPaid', 'orders'),
  field('stockLow', 'stock', '/item'),
  field('quiet', 'quiet'),
];

const at = (second: number) => `2026-11-23T10:00:${String(second).padStart(2, '0')}.000Z`;

/** When the events of stock came, in the order of the log: its clock was moved back in between. */
const stockClock = [3, 9, 5, 4, 11, 30];

/** A log with twelve events of orders, one every two seconds, and six of stock, the last without a field. */
export async function openKeptEvents(): Promise<EventLog> {
  const log = await createSqliteEventLog({ path: ':memory:' });
  await log.append(
    range(1, 12).map((number) =>
      delivery({
        id: `o${number}`,
        type: number % 3 === 0 ? 'orderPaid' : 'orderCreated',
        subject: number % 2 === 0 ? 'even' : 'odd',
        time: at(2 * number),
        dataJson: `{"number":${number},"large":12345678901234567890}`,
      }),
    ),
  );
  await log.append(
    stockClock.map((second, index) =>
      delivery({
        id: `s${index + 1}`,
        source: 'stock',
        type: index === 5 ? 'formerly' : 'stockLow',
        time: at(second),
        dataJson: `{"item":{"sku":"${index + 1}"}}`,
      }),
    ),
  );
  return log;
}

/** What nobody else waits for. */
export const context = createSubgraphContext({});

/** The history of those events. @param logOf the log, once it is open */
export function historyOf(logOf: () => EventLog) {
  let known: Cuts | undefined;
  const cuts = () => (known ??= createCuts(createLogCursors({ records: logOf().records })));
  const history = (options: Partial<HistoryOptions> = {}) =>
    createEventHistory({ log: logOf(), cuts: cuts(), fields, ...options });
  const read = (args: EventsArguments, options?: Partial<HistoryOptions>): Promise<EventConnection> =>
    history(options).events(args, context);

  /** All pages, from the first one on. */
  async function forward(
    args: EventsArguments,
    options?: Partial<HistoryOptions>,
  ): Promise<EventConnection[]> {
    const pages: EventConnection[] = [];
    for (let after: string | null = null; ;) {
      const page: EventConnection = await read({ ...args, after }, options);
      pages.push(page);
      if (!page.pageInfo.hasNextPage) return pages;
      after = page.pageInfo.endCursor;
    }
  }

  /** All pages, come to from the last one. */
  async function backward(
    args: EventsArguments,
    options?: Partial<HistoryOptions>,
  ): Promise<EventConnection[]> {
    const pages: EventConnection[] = [];
    for (let before: string | null = null; ;) {
      const page: EventConnection = await read({ ...args, before }, options);
      pages.unshift(page);
      if (!page.pageInfo.hasPreviousPage) return pages;
      before = page.pageInfo.startCursor;
    }
  }

  return { history, read, forward, backward };
}

export const ids = ({ edges }: EventConnection): string[] => edges.map(({ node }) => node.id);

/** The code of the error that a promise ends with. */
export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'answered',
    (error: { extensions?: { code?: string } }) => error.extensions?.code ?? 'no code',
  );

/** The same tests on both event logs, each with an empty one. */
import type { EventLog } from '../../../events/event-log.ts';
import { type Sibling, type Store, redisSibling, sqliteSibling } from '../../events/conformance/sibling.ts';

export interface OpenedLog {
  readonly kind: 'SQLite' | 'Redis';
  readonly store: Store;
  readonly log: EventLog;
}

/**
 * Describes tests for each kind of event log.
 * @param tests is given a function whose callback gets the log of each test before that begins
 */
export function describeOnBothLogs(
  tests: (beforeEachTest: (take: (opened: OpenedLog) => void) => void) => void,
): void {
  describe.each([
    { kind: 'SQLite', openSibling: sqliteSibling },
    { kind: 'Redis', openSibling: redisSibling },
  ] as const)('with records in $kind', ({ kind, openSibling }) => {
    let sibling: Sibling;
    let store: Store | undefined;

    beforeAll(async () => {
      sibling = await openSibling();
    });
    afterAll(() => sibling.close());
    afterEach(() => store?.dispose());

    tests((take) => {
      beforeEach(async () => {
        const created = await sibling.createStore();
        store = created;
        take({ kind, store: created, log: await created.open() });
      });
    });
  });
}

import * as fc from 'fast-check';
import type { VerifiedDelivery } from '../../../events/event-log.ts';
import { delivery } from '../deliveries.ts';

/** What is asked of a log and answered at once. */
export type Question =
  | { readonly kind: 'append'; readonly node: number; readonly deliveries: readonly Draft[] }
  | {
      readonly kind: 'appendAll';
      readonly node: number;
      readonly source: string;
      readonly deliveries: readonly Draft[];
    }
  | { readonly kind: 'find'; readonly node: number; readonly source: string; readonly id: string }
  | { readonly kind: 'head'; readonly node: number; readonly source: string }
  | {
      readonly kind: 'read';
      readonly node: number;
      readonly source: string;
      readonly after: Place;
      readonly limit: number;
    }
  | { readonly kind: 'subscribe'; readonly node: number; readonly source: string };

export type Operation =
  | Question
  /** Asked at the same time: some order of them must explain all answers. */
  | { readonly kind: 'together'; readonly questions: readonly Question[] }
  | { readonly kind: 'follow'; readonly node: number; readonly source: string; readonly after: Place }
  /** Ends one of the subscriptions, at once or when it has had everything. */
  | { readonly kind: 'unsubscribe'; readonly which: number; readonly settled: boolean }
  /** Removes a share of what is kept, 1 all of it. */
  | { readonly kind: 'trim'; readonly source: string; readonly share: number }
  | { readonly kind: 'restart'; readonly node: number };

/** A delivery by what tells it from others. */
export interface Draft {
  readonly source: string;
  readonly id: string;
  /** The same id with another body is a conflict. */
  readonly body: 'one' | 'another' | 'large';
}

/** A place in the history of a source, of which the length is not known yet. */
export type Place =
  | { readonly at: 'start' }
  /** So much of what was ever appended, 1 the head. */
  | { readonly at: 'share'; readonly share: number }
  | { readonly at: 'above the head' }
  | { readonly at: 'another epoch' };

/** Most characters of a page are reached by the third of them. */
const LARGE_CHARS = 400_000;
const large = JSON.stringify('x'.repeat(LARGE_CHARS));

export function deliveryOf({ source, id, body }: Draft): VerifiedDelivery {
  const dataJson = body === 'large' ? large : JSON.stringify({ [body]: `${id} 🜁\u2028"`, number: 1 });
  const isOdd = id.length % 2 === 1;
  return delivery({
    source,
    id,
    dataJson,
    type: isOdd ? 'orderCreated' : 'order.changed',
    subject: isOdd ? null : `subject of ${id}`,
    traceparent: isOdd ? '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' : null,
  });
}

export const sources = ['orders', 'payments'] as const;

const node = fc.nat(1);
/** The third one is mute: nobody is told what it appends. */
const anyNode = fc.oneof({ weight: 6, arbitrary: node }, { weight: 1, arbitrary: fc.constant(2) });
const source = fc.constantFrom(...sources);
/** Of few ids many are repeated; of many, few. */
const id = fc.oneof(
  { weight: 1, arbitrary: fc.nat(6).map((number) => `d${number}`) },
  { weight: 2, arbitrary: fc.nat(2000).map((number) => `many ${number}`) },
);
const body = fc.oneof(
  { weight: 40, arbitrary: fc.constant('one' as const) },
  { weight: 8, arbitrary: fc.constant('another' as const) },
  { weight: 1, arbitrary: fc.constant('large' as const) },
);
const share = fc.integer({ min: 0, max: 4 }).map((quarters) => quarters / 4);
const place: fc.Arbitrary<Place> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ at: 'start' as const }) },
  { weight: 6, arbitrary: fc.record({ at: fc.constant('share' as const), share }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom({ at: 'above the head' as const }, { at: 'another epoch' as const }),
  },
);
const limit = fc.constantFrom(1, 2, 3, 7, 1000);
const draft = fc.record({ source, id, body });
const draftsOfOne = (sizeMax: number): fc.Arbitrary<Draft[]> =>
  fc
    .tuple(source, fc.array(fc.record({ id, body }), { minLength: 1, maxLength: sizeMax }))
    .map(([one, drafts]) => drafts.map((rest) => ({ source: one, ...rest })));
const kind = <Kind extends string>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name);

const append = fc.record({
  kind: kind('append'),
  node: anyNode,
  deliveries: fc.oneof(draftsOfOne(1), draftsOfOne(6), fc.array(draft, { maxLength: 6 }), draftsOfOne(90)),
});
const appendAll = fc
  .record({ kind: kind('appendAll'), node: anyNode, deliveries: fc.oneof(draftsOfOne(4), draftsOfOne(30)) })
  .map((one) => ({ ...one, source: one.deliveries[0]?.source ?? sources[0] }));
const find = fc.record({ kind: kind('find'), node, source, id });
const head = fc.record({ kind: kind('head'), node, source });
const read = fc.record({ kind: kind('read'), node, source, after: place, limit });
const subscribe = fc.record({ kind: kind('subscribe'), node, source });

/** Appends of one source and of few deliveries: these are one step each. */
const appendInOneStep = fc.record({ kind: kind('append'), node: anyNode, deliveries: draftsOfOne(6) });
const together = fc.record({
  kind: kind('together'),
  questions: fc.array(fc.oneof(appendInOneStep, appendInOneStep, appendAll, find, head, read, subscribe), {
    minLength: 2,
    maxLength: 4,
  }),
});

const often = <Value>(times: number, value: Value): Value[] => Array.from({ length: times }, () => value);

/** Each kind of operation, the usual ones several times. To open a SQLite file costs more than all else. */
export const operations: readonly fc.Arbitrary<Operation>[] = [
  ...often(8, append),
  ...often(5, appendAll),
  ...often(8, together),
  ...often(2, find),
  ...often(5, read),
  ...often(4, subscribe),
  ...often(4, fc.record({ kind: kind('follow'), node, source, after: place })),
  ...often(2, fc.record({ kind: kind('unsubscribe'), which: fc.nat(20), settled: fc.boolean() })),
  fc.record({ kind: kind('trim'), source, share }),
  fc.record({ kind: kind('restart'), node }),
];

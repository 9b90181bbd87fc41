import { BATCH_DELIVERIES_MAX } from '../../../events/batch.ts';
import type { BatchResult, VerifiedDelivery } from '../../../events/event-log.ts';
import { createCollector, deliveries, delivery, idsOf, offsetsOf, range, readAll } from '../deliveries.ts';
import type { Guarantee } from './guarantee.ts';
import { nodeOf } from './sibling.ts';

const statusesOf = (results: readonly BatchResult[]) => results.map(({ status }) => status);
const offsetsOfResults = (results: readonly BatchResult[]) => results.map(({ position }) => position?.offset);

/** The id of a delivery with another body. */
function conflicting({ id }: VerifiedDelivery): VerifiedDelivery {
  return delivery({ id, dataJson: `{"instead":"of ${id}"}` });
}

export const batching: readonly Guarantee[] = [
  {
    id: 'batch-appended',
    sentence: 'a batch stands in the order given, contiguous, and every event of it can be read',
    run: async (store) => {
      const log = await store.open();
      await log.append([delivery()]);
      const given = deliveries(5);
      const results = await log.appendAll(given);
      const { epoch } = await log.head('orders');
      expect(results).toEqual(
        range(2, 6).map((offset) => ({ status: 'appended', position: { epoch, offset } })),
      );
      expect(idsOf(await readAll(log)).slice(1)).toEqual(idsOf(given));
    },
  },
  {
    id: 'batch-nothing',
    sentence: 'a batch of nothing answers no results',
    run: async (store) => {
      const log = await store.open();
      await expect(log.appendAll([])).resolves.toEqual([]);
    },
  },
  {
    id: 'batch-again',
    sentence: 'a batch that is sent again is all duplicates, at the first positions',
    run: async (store) => {
      const log = await store.open();
      const given = deliveries(4);
      const first = await log.appendAll(given);
      await log.append([delivery()]);
      const again = await log.appendAll(given);
      expect(again).toEqual(first.map(({ position }) => ({ status: 'duplicate', position })));
      expect((await log.head('orders')).offset).toBe(5);
    },
  },
  {
    id: 'batch-known-in-part',
    sentence: 'what is new of a batch is appended where the rest is known already',
    run: async (store) => {
      const log = await store.open();
      const given = deliveries(4);
      await log.append([given[1] ?? delivery()]);
      const results = await log.appendAll(given);
      expect(statusesOf(results)).toEqual(['appended', 'duplicate', 'appended', 'appended']);
      expect(offsetsOfResults(results)).toEqual([2, 1, 3, 4]);
    },
  },
  {
    id: 'batch-conflict',
    sentence: 'where one is a conflict none is appended: the conflict is told, and what is new is withheld',
    run: async (store) => {
      const log = await store.open();
      const [known, clashing] = deliveries(2);
      await log.append([known ?? delivery(), clashing ?? delivery()]);
      const head = await log.head('orders');
      const given = [delivery(), known ?? delivery(), conflicting(clashing ?? delivery()), delivery()];
      expect(await log.appendAll(given)).toEqual([
        { status: 'withheld', position: null },
        { status: 'duplicate', position: { ...head, offset: 1 } },
        { status: 'conflict', position: { ...head, offset: 2 } },
        { status: 'withheld', position: null },
      ]);
      expect(await log.head('orders')).toEqual(head);
      expect(await readAll(log)).toHaveLength(2);
    },
  },
  {
    id: 'batch-conflict-leaves-no-trace',
    sentence: 'the ids of what was withheld are free: without the conflict the same batch is appended',
    run: async (store) => {
      const log = await store.open();
      const known = delivery();
      await log.append([known]);
      const given = deliveries(3);
      await log.appendAll([...given, conflicting(known)]);
      expect(await Promise.all(given.map(({ id }) => log.find('orders', id)))).toEqual([null, null, null]);
      const results = await log.appendAll(given);
      expect(statusesOf(results)).toEqual(['appended', 'appended', 'appended']);
      expect(offsetsOfResults(results)).toEqual([2, 3, 4]);
    },
  },
  {
    id: 'batch-all-known-one-conflict',
    sentence: 'a conflict among nothing but duplicates is told as well',
    run: async (store) => {
      const log = await store.open();
      const given = deliveries(3);
      await log.append(given);
      const results = await log.appendAll([given[0] ?? delivery(), conflicting(given[2] ?? delivery())]);
      expect(statusesOf(results)).toEqual(['duplicate', 'conflict']);
      expect(offsetsOfResults(results)).toEqual([1, 3]);
    },
  },
  {
    id: 'batch-same-twice',
    sentence: 'the same delivery twice in a batch is one event and a duplicate of it',
    run: async (store) => {
      const log = await store.open();
      const [one, two] = [delivery(), delivery()];
      const results = await log.appendAll([one, one, two, one]);
      expect(statusesOf(results)).toEqual(['appended', 'duplicate', 'appended', 'duplicate']);
      expect(offsetsOfResults(results)).toEqual([1, 1, 2, 1]);
      expect(idsOf(await readAll(log))).toEqual(idsOf([one, two]));
    },
  },
  {
    id: 'batch-conflict-with-itself',
    sentence: 'two of one batch with the same id and different bodies are a conflict without a position',
    run: async (store) => {
      const log = await store.open();
      const [one, known] = deliveries(2);
      await log.append([known ?? delivery()]);
      const first = one ?? delivery();
      expect(await log.appendAll([first, known ?? delivery(), conflicting(first), first])).toEqual([
        { status: 'withheld', position: null },
        { status: 'duplicate', position: await log.head('orders') },
        { status: 'conflict', position: null },
        { status: 'withheld', position: null },
      ]);
      expect(await readAll(log)).toHaveLength(1);
      expect(await log.find('orders', first.id)).toBeNull();
    },
  },
  {
    id: 'batch-limits',
    sentence: 'a batch up to the limit is appended in one piece; a larger one, or of two sources, is refused',
    run: async (store) => {
      const log = await store.open();
      const given = deliveries(BATCH_DELIVERIES_MAX);
      await expect(log.appendAll([...given, delivery()])).rejects.toThrow(
        new RangeError(`A batch has at most ${BATCH_DELIVERIES_MAX} deliveries`),
      );
      await expect(log.appendAll([delivery(), delivery({ source: 'payments' })])).rejects.toThrow(
        new RangeError('The deliveries of a batch are of one source'),
      );
      expect((await log.head('orders')).offset).toBe(0);
      expect(offsetsOfResults(await log.appendAll(given))).toEqual(range(1, BATCH_DELIVERIES_MAX));
      expect(
        statusesOf(await log.appendAll([...given.slice(1), conflicting(given[0] ?? delivery())])),
      ).toEqual([...given.slice(1).map(() => 'duplicate'), 'conflict']);
    },
  },
  {
    id: 'batch-unbroken',
    sentence: 'nothing stands between the events of a batch, however much is appended at once',
    run: async (store) => {
      const nodes = await store.nodes();
      const batches = range(1, 10).map(() => deliveries(40));
      const appending = batches.map((batch, index) => nodeOf(nodes, index).appendAll(batch));
      const others = deliveries(200).map((one, index) => nodeOf(nodes, index).append([one]));
      const results = await Promise.all(appending);
      await Promise.all(others);
      for (const offsets of results.map(offsetsOfResults)) {
        const [first = 0] = offsets;
        expect(offsets).toEqual(range(first, first + 39));
      }
      expect(offsetsOf(await readAll(nodes[0]))).toEqual(range(1, 600));
    },
  },
  {
    id: 'batch-in-its-place',
    sentence: 'a batch stands after what was appended before it without waiting, and before what comes after',
    run: async (store) => {
      const log = await store.open();
      const [before, batch, after] = [deliveries(3), deliveries(3), deliveries(3)];
      await Promise.all([
        ...before.map((one) => log.append([one])),
        log.appendAll(batch),
        ...after.map((one) => log.append([one])),
      ]);
      expect(idsOf(await readAll(log))).toEqual(idsOf([...before, ...batch, ...after]));
    },
  },
  {
    id: 'batch-delivered',
    sentence: 'a batch is delivered to subscribers of every node, and nothing of one that is refused',
    run: async (store) => {
      const [one, another] = await store.nodes();
      const { events, collect, reached } = createCollector();
      await another.subscribe('orders', collect);
      const [known, ...batch] = deliveries(4);
      await one.append([known ?? delivery()]);
      await one.appendAll([delivery(), conflicting(known ?? delivery())]);
      await one.appendAll(batch);
      await reached(4);
      expect(idsOf(events)).toEqual(idsOf([known ?? delivery(), ...batch]));
      expect(offsetsOf(events)).toEqual(range(1, 4));
    },
  },
  {
    id: 'batch-race',
    sentence: 'one batch sent to two nodes at once is appended whole by one, and known to the other',
    run: async (store) => {
      const nodes = await store.nodes();
      for (const round of range(0, 9)) {
        const batch = deliveries(20);
        const results = await Promise.all(nodes.map((node) => node.appendAll(batch)));
        const kinds = results.map((one) => [...new Set(statusesOf(one))]);
        expect(kinds.flat().sort()).toEqual(['appended', 'duplicate']);
        expect(results.map(offsetsOfResults)).toEqual(
          [1, 2].map(() => range(20 * round + 1, 20 * round + 20)),
        );
      }
    },
  },
  {
    id: 'batch-conflict-race',
    sentence: 'of a batch and a delivery that contradicts it, sent to two nodes at once, one is refused',
    run: async (store) => {
      const nodes = await store.nodes();
      let length = 0;
      for (const _ of range(1, 20)) {
        const batch = deliveries(10);
        const against = conflicting(batch[7] ?? delivery());
        const [results, [single]] = await Promise.all([
          nodes[0].appendAll(batch),
          nodes[1].append([against]),
        ]);
        const isBatchIn = results[0]?.status === 'appended';
        expect(single?.status).toBe(isBatchIn ? 'conflict' : 'appended');
        expect(statusesOf(results)).toEqual(
          batch.map((_one, index) => (isBatchIn ? 'appended' : index === 7 ? 'conflict' : 'withheld')),
        );
        length += isBatchIn ? 10 : 1;
        expect((await nodes[0].head('orders')).offset).toBe(length);
      }
    },
  },
  {
    id: 'batch-reopen',
    sentence: 'a batch that was appended is there when the log is opened again, and known',
    run: async (store) => {
      const first = await store.open();
      const given = deliveries(3);
      await first.appendAll(given);
      await first.close();
      const log = await store.open();
      expect(idsOf(await readAll(log))).toEqual(idsOf(given));
      expect(statusesOf(await log.appendAll(given))).toEqual(['duplicate', 'duplicate', 'duplicate']);
    },
  },
  {
    id: 'find',
    sentence: 'an id that was appended is found with its position and the hash of its body',
    run: async (store) => {
      const [one, another] = await store.nodes();
      const given = [delivery({ id: 'ünï cödé: {🜁}\n x' }), ...deliveries(2)];
      const results = await one.append(given);
      for (const [index, { id, bodyHash }] of given.entries()) {
        expect(await another.find('orders', id)).toEqual({ position: results[index]?.position, bodyHash });
      }
    },
  },
  {
    id: 'find-nothing',
    sentence: 'an id is not found that was never appended, or to another source only',
    run: async (store) => {
      const log = await store.open();
      expect(await log.find('orders', 'x')).toBeNull();
      await log.append([delivery({ id: 'x', source: 'payments' }), delivery({ id: 'y' })]);
      expect(await log.find('orders', 'x')).toBeNull();
      expect(await log.find('orders', '')).toBeNull();
      expect(await log.find('nowhere', 'y')).toBeNull();
    },
  },
  {
    id: 'find-first',
    sentence: 'after a conflict the first body is what is found',
    run: async (store) => {
      const log = await store.open();
      const given = delivery();
      const [result] = await log.append([given]);
      await log.append([conflicting(given)]);
      await log.appendAll([conflicting(given)]);
      expect(await log.find('orders', given.id)).toEqual({
        position: result?.position,
        bodyHash: given.bodyHash,
      });
    },
  },
  {
    id: 'find-kept-longer',
    sentence: 'an id is found when its event is no longer kept, and after the log was opened again',
    run: async (store) => {
      const opened = await store.open();
      const given = delivery();
      const [result] = await opened.append([given, delivery()]);
      const log = await store.trimmed(opened, 'orders', 2);
      const found = { position: result?.position, bodyHash: given.bodyHash };
      expect(await log.find('orders', given.id)).toEqual(found);
      await log.close();
      expect(await (await store.open()).find('orders', given.id)).toEqual(found);
    },
  },
  {
    id: 'find-lost-history',
    sentence: 'an id of a history that was lost is not found',
    run: async (store) => {
      const opened = await store.open();
      const given = delivery();
      await opened.append([given]);
      const log = await store.wiped(opened);
      expect(await log.find('orders', given.id)).toBeNull();
      await log.append([delivery()]);
      expect(await log.find('orders', given.id)).toBeNull();
    },
  },
];

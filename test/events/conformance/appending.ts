import type { AppendResult } from '../../../events/event-log.ts';
import { deliveries, delivery, idsOf, offsetsOf, range, readAll } from '../deliveries.ts';
import type { Guarantee } from './guarantee.ts';

const statusesOf = (results: readonly AppendResult[]) => results.map(({ status }) => status);

export const appending: readonly Guarantee[] = [
  {
    id: 'append-readable',
    sentence: 'an appended event can be read at the position that append answered, with every attribute',
    run: async (store) => {
      const log = await store.open();
      const given = delivery({
        subject: 'order/7',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      });
      const [result] = await log.append([given]);
      const [event] = await readAll(log);
      expect(result).toEqual({ status: 'appended', position: { epoch: event?.epoch, offset: 1 } });
      const { id, source, type, subject, time, dataJson, traceparent } = given;
      expect(event).toEqual({ id, source, type, subject, time, dataJson, traceparent, ...result?.position });
    },
  },
  {
    id: 'append-nothing',
    sentence: 'appending no deliveries answers no results',
    run: async (store) => {
      const log = await store.open();
      await expect(log.append([])).resolves.toEqual([]);
    },
  },
  {
    id: 'append-order',
    sentence: 'deliveries of one append stand in the order given, also when there are hundreds',
    run: async (store) => {
      const log = await store.open();
      const given = deliveries(300);
      const results = await log.append(given);
      expect(results.map(({ position }) => position.offset)).toEqual(range(1, 300));
      expect(idsOf(await readAll(log))).toEqual(idsOf(given));
    },
  },
  {
    id: 'append-contiguous',
    sentence: 'offsets stay contiguous from 1 under concurrent appends, each answered once',
    run: async (store) => {
      const log = await store.open();
      const results = await Promise.all(deliveries(500).map((one) => log.append([one])));
      const answered = results.flat().map(({ position }) => position.offset);
      expect(answered.sort((a, b) => a - b)).toEqual(range(1, 500));
      expect(offsetsOf(await readAll(log))).toEqual(range(1, 500));
    },
  },
  {
    id: 'append-tick-order',
    sentence: 'appends made one after the other without waiting stand in that order',
    run: async (store) => {
      const log = await store.open();
      const given = deliveries(200);
      await Promise.all(given.map((one) => log.append([one])));
      expect(idsOf(await readAll(log))).toEqual(idsOf(given));
    },
  },
  {
    id: 'duplicate',
    sentence:
      'the same id with the same body is a duplicate, answered with the first position and not kept again',
    run: async (store) => {
      const log = await store.open();
      const given = delivery();
      const [first] = await log.append([given]);
      await log.append([delivery()]);
      expect(await log.append([given])).toEqual([{ status: 'duplicate', position: first?.position }]);
      expect(await readAll(log)).toHaveLength(2);
    },
  },
  {
    id: 'conflict',
    sentence:
      'the same id with another body is a conflict, answered with the first position; the first body stays',
    run: async (store) => {
      const log = await store.open();
      const given = delivery();
      const [first] = await log.append([given]);
      const results = await log.append([delivery({ id: given.id, dataJson: '{"other":true}' })]);
      expect(results).toEqual([{ status: 'conflict', position: first?.position }]);
      expect((await readAll(log)).map(({ dataJson }) => dataJson)).toEqual([given.dataJson]);
    },
  },
  {
    id: 'duplicate-in-batch',
    sentence: 'a duplicate and a conflict are found within one append too, and leave no hole',
    run: async (store) => {
      const log = await store.open();
      const given = delivery();
      const batch = [given, given, delivery({ id: given.id, dataJson: '[]' }), delivery()];
      const results = await log.append(batch);
      expect(statusesOf(results)).toEqual(['appended', 'duplicate', 'conflict', 'appended']);
      expect(results.map(({ position }) => position.offset)).toEqual([1, 1, 1, 2]);
      expect(offsetsOf(await readAll(log))).toEqual([1, 2]);
    },
  },
  {
    id: 'duplicate-race',
    sentence: 'one delivery appended many times at once is one event',
    run: async (store) => {
      const log = await store.open();
      const given = delivery();
      const results = await Promise.all(range(1, 50).map(() => log.append([given])));
      expect(statusesOf(results.flat()).filter((status) => status === 'appended')).toHaveLength(1);
      expect(await readAll(log)).toHaveLength(1);
    },
  },
  {
    id: 'same-id-other-source',
    sentence: 'the same id from another source is another event',
    run: async (store) => {
      const log = await store.open();
      const results = await log.append([delivery({ id: 'x' }), delivery({ id: 'x', source: 'payments' })]);
      expect(statusesOf(results)).toEqual(['appended', 'appended']);
      expect(idsOf(await readAll(log, 'payments'))).toEqual(['x']);
    },
  },
  {
    id: 'many-sources',
    sentence: 'one append over several sources counts each by itself and answers in the order given',
    run: async (store) => {
      const log = await store.open();
      const sources = ['a', 'b', 'a', 'c', 'b', 'a'];
      const results = await log.append(sources.map((source) => delivery({ source })));
      expect(results.map(({ position }) => position.offset)).toEqual([1, 1, 2, 1, 2, 3]);
      expect(offsetsOf(await readAll(log, 'a'))).toEqual([1, 2, 3]);
    },
  },
  {
    id: 'odd-source-names',
    sentence: 'sources with odd names are kept apart',
    run: async (store) => {
      const log = await store.open();
      const sources = ['a', 'a}', '{a}', 'a:events', 'A', 'ä', '__proto__', 'constructor', 'a b', 'a%7D'];
      await log.append(sources.map((source) => delivery({ source, id: 'same' })));
      for (const source of sources) {
        const events = await readAll(log, source);
        expect(events.map((event) => [event.source, event.offset])).toEqual([[source, 1]]);
      }
    },
  },
  {
    id: 'text-as-it-was',
    sentence:
      'dataJson, id and subject come back character for character: big numbers, spaces, line breaks, every plane',
    run: async (store) => {
      const log = await store.open();
      const dataJson =
        '{ "total": 12345678901234567890.10,\n\t"tiny": 1E-400, "text": "Zoë 🜁 \\u0000 \\ud800 \u2028 </script>", "a": 1, "a": 2 }\n';
      const given = delivery({ dataJson, id: 'ünï cödé: {🜁}', subject: 'a\nb\u0000c "quoted"' });
      await log.append([given]);
      const [event] = await readAll(log);
      expect(event).toMatchObject({ dataJson, id: given.id, subject: given.subject });
      expect(await log.append([given])).toMatchObject([{ status: 'duplicate' }]);
    },
  },
  {
    id: 'large-event',
    sentence: 'an event of two megabytes is kept whole',
    run: async (store) => {
      const log = await store.open();
      const dataJson = JSON.stringify({ text: 'é'.repeat(1_000_000) });
      await log.append([delivery({ dataJson })]);
      expect((await readAll(log))[0]?.dataJson === dataJson).toBe(true);
    },
  },
];

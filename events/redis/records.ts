import type { Position, StoredEvent, VerifiedDelivery } from '../event-log.ts';

type EventRecord = Omit<StoredEvent, keyof Position | 'source'>;

/** One event as text without a line break: what a stream entry and a message hold. */
export function encodeRecord(delivery: VerifiedDelivery): string {
  const { id, type, subject, time, traceparent, dataJson } = delivery;
  return JSON.stringify({ id, type, subject, time, traceparent, dataJson } satisfies EventRecord);
}

/** @throws SyntaxError when the text is no record. */
export function decodeRecord(text: string, source: string, position: Position): StoredEvent {
  const { id, type, subject, time, traceparent, dataJson } = JSON.parse(text) as EventRecord;
  if (typeof id !== 'string' || typeof dataJson !== 'string') throw new SyntaxError('The text is no record');
  const { epoch, offset } = position;
  return { id, source, type, subject, time, traceparent, dataJson, epoch, offset };
}

/**
 * Reads the message that the append script publishes: a line `<epoch> <offset of the first event>`, then one
 * record in each line, offsets contiguous.
 * @returns null when the text is something else.
 */
export function decodeMessage(text: string, source: string): StoredEvent[] | null {
  const [head = '', ...records] = text.split('\n');
  const [epoch = '', first = ''] = head.split(' ');
  const firstOffset = Number(first);
  if (epoch === '' || !Number.isSafeInteger(firstOffset) || firstOffset < 1) return null;
  try {
    return records.map((record, at) => decodeRecord(record, source, { epoch, offset: firstOffset + at }));
  } catch {
    return null;
  }
}

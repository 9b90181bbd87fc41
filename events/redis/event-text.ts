import type { Position, StoredEvent, VerifiedDelivery } from '../event-log.ts';

type EventText = Omit<StoredEvent, keyof Position | 'source'>;

/** One event as text without a line break: what a stream entry and a message hold. */
export function encodeEvent(delivery: VerifiedDelivery): string {
  const { id, type, subject, time, traceparent, dataJson } = delivery;
  return JSON.stringify({ id, type, subject, time, traceparent, dataJson } satisfies EventText);
}

/** @throws SyntaxError when the text is no event. */
export function decodeEvent(text: string, source: string, position: Position): StoredEvent {
  const { id, type, subject, time, traceparent, dataJson } = JSON.parse(text) as EventText;
  if (typeof id !== 'string' || typeof dataJson !== 'string') throw new SyntaxError('The text is no event');
  const { epoch, offset } = position;
  return { id, source, type, subject, time, traceparent, dataJson, epoch, offset };
}

/**
 * Reads the message that the append script publishes: a line `<epoch> <offset of the first event>`, then one
 * event in each line, offsets contiguous.
 * @returns null when the text is something else.
 */
export function decodeMessage(text: string, source: string): StoredEvent[] | null {
  const [head = '', ...records] = text.split('\n');
  const [epoch = '', first = ''] = head.split(' ');
  const firstOffset = Number(first);
  if (epoch === '' || !Number.isSafeInteger(firstOffset) || firstOffset < 1) return null;
  try {
    return records.map((record, at) => decodeEvent(record, source, { epoch, offset: firstOffset + at }));
  } catch {
    return null;
  }
}

import { CursorExpiredError, type EventLog, type StoredEvent } from '../../events/event-log.ts';

/**
 * Finds an event by the id that its sender gave it, as long as the log knows the id and keeps the event.
 * @returns null when it does not
 * @throws EventLogUnavailableError
 */
export async function findEvent(
  log: Pick<EventLog, 'find' | 'read'>,
  source: string,
  id: string,
): Promise<StoredEvent | null> {
  const known = await log.find(source, id);
  if (!known) return null;
  const { epoch, offset } = known.position;
  try {
    const [event] = await log.read(source, { epoch, offset: offset - 1 }, 1);
    return event?.id === id ? event : null;
  } catch (error) {
    if (error instanceof CursorExpiredError) return null;
    throw error;
  }
}

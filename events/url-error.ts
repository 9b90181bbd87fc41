/** The URL names no event log. The message never repeats the URL, which may hold a password. */
export class EventLogUrlError extends Error {
  override readonly name = 'EventLogUrlError';
}

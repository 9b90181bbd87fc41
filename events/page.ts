/** A page of events ends with the event that brings their data to so many characters: about a MiB, and one event. */
export const PAGE_DATA_CHARS_MAX = 1024 * 1024;

/** Characters of the data of events, which is nearly all of what they weigh. */
export function dataChars(events: Iterable<{ readonly dataJson: string }>): number {
  let chars = 0;
  for (const { dataJson } of events) chars += dataJson.length;
  return chars;
}

/** Whether a page that was read with a limit is full. One that is not reached the end. */
export function isFullPage(page: readonly { readonly dataJson: string }[], limit: number): boolean {
  return page.length >= limit || dataChars(page) >= PAGE_DATA_CHARS_MAX;
}

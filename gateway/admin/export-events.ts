import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { readEventLine, type EventsClient, type SourceSummary } from './events-client.ts';

export interface ExportOptions {
  readonly client: EventsClient;
  /** Undefined: all of the gateway, one after the other. */
  readonly source: string | undefined;
  /** Empty: of all types. */
  readonly types: readonly string[];
  /** Path of the file. What it has is gone on from. */
  readonly file: string;
  /** @param done how far the source is, in its offsets @param all how far it goes */
  readonly onProgress: (source: string, done: number, all: number) => void;
}

/** What came of an export. */
export interface Exported {
  /** Events that were written now. */
  readonly events: number;
  /** Whether the file had events before. */
  readonly isResumed: boolean;
}

/**
 * Writes the events of a gateway that runs into a file, one for each line, up to those that are the newest when it begins.
 * A file that has events already is gone on from: behind the last whole line of each source; a line that was cut off is
 * written again. Resolves when the file is on the disk.
 * @throws Error when the file is no export, can not be written, or the gateway can not be reached
 * @throws AdminCallError when the gateway refuses
 */
export async function exportEvents(options: ExportOptions): Promise<Exported> {
  const { client, source, file } = options;
  const known = await client.sources();
  const chosen = source === undefined ? known : [summaryOf(known, source)];
  const handle = await open(file, 'a+').catch((error: Error) => {
    throw new Error(`the file can not be written: ${error.message}`, { cause: error });
  });
  try {
    const { wholeBytes, cursors } = await readExport(file);
    await handle.truncate(wholeBytes);
    let events = 0;
    for (const summary of chosen) {
      events += await exportSource(handle, summary, cursors.get(summary.source) ?? null, options);
    }
    await handle.sync();
    return { events, isResumed: cursors.size > 0 };
  } finally {
    await handle.close();
  }
}

/** A source that the gateway does not list may have events of the time when it did. */
function summaryOf(known: readonly SourceSummary[], source: string): SourceSummary {
  return known.find((one) => one.source === source) ?? { source, oldest: null, newest: null };
}

/** @returns how many events were written */
async function exportSource(
  handle: FileHandle,
  { source, oldest, newest }: SourceSummary,
  cursor: string | null,
  { client, types, onProgress }: ExportOptions,
): Promise<number> {
  let written = 0;
  for (let after = cursor; ;) {
    const { lines, next, isMore } = await client.read(source, { after, types });
    if (lines.length > 0) await handle.appendFile(`${lines.join('\n')}\n`);
    written += lines.length;
    const offset = readEventLine(lines.at(-1) ?? '')?.offset ?? 0;
    const first = (oldest?.offset ?? 1) - 1;
    const all = (newest?.offset ?? offset) - first;
    onProgress(source, Math.max(Math.min(offset - first, all), 0), all);
    if (!isMore || (newest && offset >= newest.offset)) return written;
    after = next;
  }
}

/** What an export holds: where its last whole line ends, and the cursor of the last event of each source. */
async function readExport(file: string): Promise<{ wholeBytes: number; cursors: Map<string, string> }> {
  const cursors = new Map<string, string>();
  let wholeBytes = 0;
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, start)) {
      const event = readEventLine(bytes.toString('utf8', start, end));
      if (!event) throw new Error(`${file} is no export of events: name another file`);
      cursors.set(event.source, event.cursor);
      wholeBytes += end + 1 - start;
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  if (wholeBytes === 0 && rest.length > 0 && !isBeginningOfEvent(rest)) {
    throw new Error(`${file} is no export of events: name another file`);
  }
  return { wholeBytes, cursors };
}

/** Whether a first line that was cut off may be thrown away. */
function isBeginningOfEvent(bytes: Buffer): boolean {
  const beginning = '{"id":';
  return beginning.startsWith(bytes.toString('utf8', 0, beginning.length));
}

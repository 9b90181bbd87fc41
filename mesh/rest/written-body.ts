import type { Readable } from 'node:stream';

/** A body as it goes on the wire. Only files are streams, of a length that is known. */
export interface WrittenBody {
  content: string | Readable;
  headers: Record<string, string>;
}

import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib';
import Negotiator from 'negotiator';

/** Smallest answer that is compressed, in bytes: one below fits into a packet or two as it is. */
const compressedBytesMin = 2 * 1024;

const [zstd, brotli, gz] = [promisify(zstdCompress), promisify(brotliCompress), promisify(gzip)];

/**
 * The content codings that are written, the best one first. At the lowest levels: they take about as long as writing the
 * JSON did, and higher ones save a few percent more for several times the work.
 */
const codings = {
  zstd: (body: Buffer) => zstd(body, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
  br: (body: Buffer) =>
    brotli(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 1,
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  gzip: (body: Buffer) => gz(body, { level: 1 }),
} as const;

export type ContentCoding = keyof typeof codings;
const names = Object.keys(codings);

/**
 * How an answer is compressed (RFC 9110, section 12.5.3); undefined when the client did not ask for it, or when it is small.
 * @param bytes length of the answer
 */
export function contentCoding(acceptEncoding: string | undefined, bytes: number): ContentCoding | undefined {
  if (acceptEncoding === undefined || bytes < compressedBytesMin) return undefined;
  const headers = { 'accept-encoding': acceptEncoding };
  const found = new Negotiator({ headers }).encoding([...names, 'identity'], { preferred: names });
  return found === 'identity' ? undefined : (found as ContentCoding | undefined);
}

/** Compresses outside of the main thread. */
export function compress(body: string | Buffer, coding: ContentCoding): Promise<Buffer<ArrayBuffer>> {
  return codings[coding](typeof body === 'string' ? Buffer.from(body) : body);
}

import { promisify } from 'node:util';
import { brotliDecompress, constants, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { type DeliveryHeaders, singleHeader } from './delivery.ts';
import { type Refusal, refusal } from './problem.ts';

/** A body that came in a content coding, and what it is without. */
export interface DecodedBody {
  readonly asItCame: Buffer;
  /** The same buffer where there was no coding. A refusal where it could not be undone: WEBHOOK_CODING_INVALID. */
  readonly plain: Buffer | Refusal;
}

type Decoder = (bytes: Buffer, bytesMax: number) => Promise<Buffer>;

/** RFC 8878, section 3.1.1.1.2 and RFC 9659: no `content-encoding: zstd` needs a larger window than 8 MB. */
const zstdWindow = { [constants.ZSTD_d_windowLogMax]: 23 };

const decodeGzip: Decoder = (bytes, maxOutputLength) => promisify(gunzip)(bytes, { maxOutputLength });

/** The codings of RFC 9110, section 8.4.1, RFC 7932 and RFC 8878, by their names in lower case. */
const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ['gzip', decodeGzip],
  ['x-gzip', decodeGzip],
  ['deflate', (bytes, maxOutputLength) => promisify(inflate)(bytes, { maxOutputLength })],
  ['br', (bytes, maxOutputLength) => promisify(brotliDecompress)(bytes, { maxOutputLength })],
  [
    'zstd',
    (bytes, maxOutputLength) => promisify(zstdDecompress)(bytes, { maxOutputLength, params: zstdWindow }),
  ],
]);

/**
 * Undoes the content coding of a body, in the thread pool. It stops at the first byte above `bytesMax`, so that a small body
 * can't fill the memory.
 * @returns WEBHOOK_BODY_TOO_LARGE, or WEBHOOK_CODING_UNSUPPORTED for a coding that is unknown and for several on top of
 *   each other
 */
export async function decodeBody(
  asItCame: Buffer,
  headers: DeliveryHeaders,
  bytesMax: number,
): Promise<DecodedBody | Refusal> {
  if (headers['content-encoding'] === undefined) return { asItCame, plain: asItCame };
  const coding = singleHeader(headers, 'content-encoding')?.trim().toLowerCase() ?? '';
  if (coding === 'identity') return { asItCame, plain: asItCame };
  const decode = decoders.get(coding);
  if (!decode) return refusal('WEBHOOK_CODING_UNSUPPORTED');
  try {
    return { asItCame, plain: await decode(asItCame, bytesMax) };
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    if (isTooLarge) return refusal('WEBHOOK_BODY_TOO_LARGE');
    return { asItCame, plain: refusal('WEBHOOK_CODING_INVALID') };
  }
}

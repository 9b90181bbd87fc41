import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import type { RestAnswer } from './exchange.ts';

/** A body is coded in a way that is not known, or is not what it says. */
export class ContentCodingError extends Error {
  override readonly name = 'ContentCodingError';
}

type Decode = (body: Buffer, limits: { maxOutputLength: number }) => Promise<Buffer>;

const gzip: Decode = promisify(gunzip);
const decoders: ReadonlyMap<string, Decode> = new Map([
  ['gzip', gzip],
  ['x-gzip', gzip],
  ['deflate', promisify(inflate) as Decode],
  ['br', promisify(brotliDecompress) as Decode],
  ['zstd', promisify(zstdDecompress) as Decode],
]);

/** More of them than anybody has a reason for only cost time. */
const codingsMax = 3;

/**
 * The body of an answer without its content codings (RFC 9110, section 8.4). None is asked for, but where nothing is said a
 * service may choose one.
 * @param bytesMax most bytes of the body that comes out
 * @throws ContentCodingError; ERR_BUFFER_TOO_LARGE when it is larger
 */
export async function decodedBody({ headers, body }: RestAnswer, bytesMax: number): Promise<Buffer> {
  const codings = String(headers['content-encoding'] ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > codingsMax) throw new ContentCodingError();
  let decoded = body;
  for (const coding of codings.toReversed()) {
    // An answer to HEAD has the header and no body.
    if (decoded.length === 0) return decoded;
    const decode = decoders.get(coding);
    if (!decode) throw new ContentCodingError();
    decoded = await decode(decoded, { maxOutputLength: bytesMax }).catch((error: unknown) => {
      throw (error as { code?: unknown }).code === tooLargeCode ? error : new ContentCodingError();
    });
  }
  return decoded;
}

export const tooLargeCode = 'ERR_BUFFER_TOO_LARGE';

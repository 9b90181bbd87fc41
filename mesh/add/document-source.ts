import { readFile, stat } from 'node:fs/promises';
import { request, type Dispatcher } from 'undici';

/** The bytes of a document, and where they are from. */
export interface DocumentSource {
  bytes: Buffer;
  /** URL of the document after redirects; undefined for a file. */
  url: URL | undefined;
}

/** A document can't be had. The message says why, and what was asked for. */
export class DocumentSourceError extends Error {
  override readonly name = 'DocumentSourceError';
}

export interface ReadDocumentOptions {
  /** Path of a file, or an http(s) URL. */
  source: string;
  /** Largest document, in bytes. @default 32 MiB */
  bytesMax?: number;
  /** Longest time for the whole download. @default 30000 */
  timeoutMs?: number;
  /** Most redirects that are followed. @default 5 */
  redirectsMax?: number;
}

/**
 * Reads a document from a file or a URL. Redirects are followed, but never from https to http.
 * @throws DocumentSourceError
 */
export async function readDocumentSource(options: ReadDocumentOptions): Promise<DocumentSource> {
  const { source, bytesMax = 32 * 1024 * 1024, timeoutMs = 30_000, redirectsMax = 5 } = options;
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) {
    return { bytes: notAPage(await readDocumentFile(source, bytesMax), source), url: undefined };
  }
  if (!/^https?:/i.test(source) || !URL.canParse(source)) {
    throw new DocumentSourceError(`${source}: only http:// and https:// URLs, and files, can be read`);
  }
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { url, body } = await follow(new URL(source), redirectsMax, signal);
    return { bytes: notAPage(await readBody(body, bytesMax, source), source), url };
  } catch (error) {
    if (error instanceof DocumentSourceError) throw error;
    const reason = signal.aborted
      ? `no answer within ${timeoutMs / 1000} s`
      : ((error as NodeJS.ErrnoException).code ?? (error as Error).message);
    throw new DocumentSourceError(`${source}: can not be read: ${reason}`);
  }
}

async function readDocumentFile(path: string, bytesMax: number): Promise<Buffer> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new DocumentSourceError(`${path}: is a folder; name the document in it`);
    if (found.size > bytesMax) throw tooLarge(path, bytesMax);
    return await readFile(path);
  } catch (error) {
    if (error instanceof DocumentSourceError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new DocumentSourceError(
      code === 'ENOENT' ? `${path}: there is no such file` : `${path}: can not be read: ${code ?? message}`,
    );
  }
}

async function follow(from: URL, redirectsMax: number, signal: AbortSignal) {
  let url = from;
  for (let redirects = 0; redirects <= redirectsMax; redirects++) {
    const { statusCode, headers, body } = await request(url, {
      signal,
      headers: { accept: 'application/yaml, application/json, text/yaml, */*;q=0.5' },
    });
    if (statusCode === 200) return { url, body };
    await body.dump();
    const { location } = headers;
    if (statusCode < 300 || statusCode > 399 || typeof location !== 'string') {
      throw new DocumentSourceError(`${from.href}: the server answered ${statusCode}`);
    }
    const next = new URL(location, url);
    if (!/^https?:$/.test(next.protocol) || (url.protocol === 'https:' && next.protocol === 'http:')) {
      throw new DocumentSourceError(`${from.href}: leads to ${next.protocol}//, which is not followed`);
    }
    url = next;
  }
  throw new DocumentSourceError(`${from.href}: more than ${redirectsMax} redirects`);
}

async function readBody(
  body: Dispatcher.ResponseData['body'],
  bytesMax: number,
  source: string,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    // Leaving the loop ends the connection.
    if (size > bytesMax) throw tooLarge(source, bytesMax);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function tooLarge(source: string, bytesMax: number): DocumentSourceError {
  return new DocumentSourceError(`${source}: larger than ${bytesMax} bytes`);
}

/** People paste the address of the page that shows a document; its parser would say something about YAML. */
function notAPage(bytes: Buffer, source: string): Buffer {
  if (/^\s*<(!doctype|html|\?xml)/i.test(bytes.subarray(0, 512).toString('latin1'))) {
    throw new DocumentSourceError(
      `${source}: is a web page and no OpenAPI document; look there for its "raw" address`,
    );
  }
  return bytes;
}

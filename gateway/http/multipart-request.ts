import { createReadStream, createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy, { type Busboy, type FileInfo } from 'busboy';
import { asUpload, type UploadedFile } from '../../mesh/uploads.ts';

export interface UploadLimits {
  /** Largest file, in bytes. */
  fileBytesMax: number;
  /** Most files of one request. */
  filesMax: number;
  /** Largest `operations` and largest `map`, in bytes. */
  operationBytesMax: number;
}

/** A multipart request is none for GraphQL. The message is for the client. */
export class MultipartRequestError extends Error {
  override readonly name = 'MultipartRequestError';
  /** Of the HTTP answer. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads a GraphQL multipart request (jaydenseric/graphql-multipart-request-spec): first `operations`, then `map`, then
 * the files. When it returns, all files have arrived and are in `folder`, so that no part of a broken request is ever
 * executed, and the size of each is known.
 * @param folder an empty one; whoever made it removes it, after the operation or after an error
 * @returns the operation, with an upload in each place of its variables that the map names
 * @throws MultipartRequestError also when the client leaves; nothing writes to the folder any more
 */
export async function readMultipartRequest(
  request: IncomingMessage,
  folder: string,
  limits: UploadLimits,
): Promise<Record<string, unknown>> {
  const parser = parserOf(request, limits);
  const finished = Promise.withResolvers<void>();
  const form = createForm(folder, limits, finished.reject);
  parser.on('field', form.takeField);
  parser.on('file', form.takeFile);
  parser.once('filesLimit', () => finished.reject(tooManyFiles(limits)));
  parser.on('error', () => finished.reject(malformed('it can not be read')));
  parser.once('close', finished.resolve);
  const leave = () => finished.reject(malformed('it did not arrive whole'));
  request.once('close', () => request.complete || leave());
  request.pipe(parser);
  try {
    await finished.promise;
    return await form.complete();
  } catch (error) {
    request.unpipe(parser);
    parser.destroy();
    // Without this, the client could not read the answer.
    request.resume();
    await form.settled();
    throw error;
  }
}

function parserOf({ headers }: IncomingMessage, limits: UploadLimits): Busboy {
  const { fileBytesMax, filesMax, operationBytesMax } = limits;
  try {
    return busboy({
      headers,
      defParamCharset: 'utf8',
      // One more than allowed, so that a file or field of just that size is not taken for a longer one.
      limits: { fieldSize: operationBytesMax + 1, fields: 2, fileSize: fileBytesMax + 1, files: filesMax },
    });
  } catch {
    throw malformed('its content-type has no boundary');
  }
}

/** What has been read of a request so far. */
function createForm(folder: string, limits: UploadLimits, fail: (error: unknown) => void) {
  let operations: Record<string, unknown> | undefined;
  let places: ReadonlyMap<string, readonly Place[]> | undefined;
  const files = new Map<string, Promise<UploadedFile>>();

  return {
    takeField(this: void, name: string, text: string): void {
      try {
        if (Buffer.byteLength(text) > limits.operationBytesMax) {
          throw new MultipartRequestError(413, `"${name}" of the multipart request is too large`);
        }
        if (name === 'operations') operations = parseObject(text, name);
        else if (name === 'map' && operations) places = placesOf(parseObject(text, name), operations, limits);
      } catch (error) {
        fail(error);
      }
    },

    takeFile(this: void, name: string, stream: Readable, info: FileInfo): void {
      // What is not in the map was not asked for.
      if (!places?.has(name) || files.has(name)) {
        stream.resume();
        if (!places) fail(malformed('"operations" and "map" come before the files'));
        if (files.has(name)) fail(malformed('a file is there twice'));
        return;
      }
      const file = keep(stream, info, join(folder, String(files.size)), limits);
      files.set(name, file);
      file.catch(fail);
    },

    /** Puts the files into the variables. */
    async complete(): Promise<Record<string, unknown>> {
      if (!operations || !places) throw malformed('it has no "operations" and "map"');
      for (const [name, targets] of places) {
        const file = await files.get(name);
        if (!file) throw malformed('a file of its "map" is missing');
        for (const put of targets) put(file);
      }
      return operations;
    },

    async settled(): Promise<void> {
      await Promise.allSettled(files.values());
    },
  };
}

async function keep(
  stream: Readable,
  { filename, mimeType }: Partial<FileInfo>,
  path: string,
  { fileBytesMax }: UploadLimits,
): Promise<UploadedFile> {
  const target = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await pipeline(stream, target);
  if (target.bytesWritten > fileBytesMax) {
    throw new MultipartRequestError(413, `A file is larger than ${fileBytesMax} bytes`);
  }
  return asUpload({
    filename,
    mediaType: mimeType ?? '',
    bytes: target.bytesWritten,
    open: () => createReadStream(path),
  });
}

/** A place in the variables that is null and waits for its file. */
type Place = (file: UploadedFile) => void;

function placesOf(
  map: Record<string, unknown>,
  operations: Record<string, unknown>,
  limits: UploadLimits,
): ReadonlyMap<string, readonly Place[]> {
  const entries = Object.entries(map);
  if (entries.length > limits.filesMax) throw tooManyFiles(limits);
  return new Map(
    entries.map(([name, paths]) => {
      if (!Array.isArray(paths)) throw malformed('its "map" has lists of paths');
      return [name, paths.map((path) => placeOf(path, operations))];
    }),
  );
}

function placeOf(path: unknown, operations: Record<string, unknown>): Place {
  const [root, ...parts] = typeof path === 'string' ? path.split('.') : [];
  const last = parts.pop();
  let target: unknown = root === 'variables' ? operations[root] : undefined;
  for (const part of parts) target = ownValue(target, part);
  if (last === undefined || ownValue(target, last) !== null) {
    throw malformed('a path of its "map" is not a null in the variables');
  }
  const holder = target as Record<string, unknown>;
  return (file) => void (holder[last] = file);
}

function ownValue(value: unknown, key: string): unknown {
  const isHolder = typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  return isHolder ? (value as Record<string, unknown>)[key] : undefined;
}

function parseObject(text: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Told below.
  }
  throw malformed(`its "${name}" is not a JSON object`);
}

function malformed(what: string): MultipartRequestError {
  return new MultipartRequestError(400, `Not a GraphQL multipart request: ${what}`);
}

function tooManyFiles({ filesMax }: UploadLimits): MultipartRequestError {
  return new MultipartRequestError(413, `More than ${filesMax} files`);
}

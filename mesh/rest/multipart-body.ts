import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BodyPart, RequestBody } from './bodies.ts';
import { writeJsonExactly } from '../exact-integers.ts';
import { isJson, isRange, isWithin } from './media-type.ts';
import { isUpload, type UploadedFile } from '../uploads.ts';
import { entriesOf } from './form-body.ts';
import { scalarText } from './parameter-text.ts';
import { restError, type RestCallName } from './rest-error.ts';
import type { WrittenBody } from './written-body.ts';

/** One part: its header lines, and what follows them. */
interface Part {
  head: string;
  content: string | UploadedFile;
}

/**
 * Compiles a `multipart/form-data` body (RFC 7578; OpenAPI 3.1.1, section 4.8.15.4). A list is one part for each item.
 * Without a `contentType` in `encoding`, a file is of the type that the client gave it, base64 is
 * `application/octet-stream`, an object is JSON and everything else is plain text. Null, for which there is no
 * notation, is an empty part; an empty list is refused.
 * @throws GraphQLError BAD_USER_INPUT (from the compiled function) for an input that can't be written
 */
export function writeMultipart({ parts }: RequestBody, call: RestCallName): (input: unknown) => WrittenBody {
  return (input) => {
    const written = entriesOf(input, call).flatMap(([name, value]) => {
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      return items.map((item) => writePart(name, item, parts.get(name), call));
    });
    // Nobody who gives a value can know it, so that no value ends a part.
    const boundary = `sluice-${randomUUID()}`;
    const contentType = `multipart/form-data; boundary=${boundary}`;
    if (!written.some(({ content }) => isUpload(content))) {
      const text = written.map(({ head, content }) => `--${boundary}\r\n${head}${content as string}\r\n`);
      return { content: `${text.join('')}--${boundary}--\r\n`, headers: { 'content-type': contentType } };
    }
    return {
      content: Readable.from(bytesOf(written, boundary), { objectMode: false }),
      headers: { 'content-type': contentType, 'content-length': String(lengthOf(written, boundary)) },
    };
  };
}

async function* bytesOf(parts: readonly Part[], boundary: string): AsyncGenerator<Buffer> {
  for (const { head, content } of parts) {
    yield Buffer.from(`--${boundary}\r\n${head}`);
    if (isUpload(content)) yield* content.open() as AsyncIterable<Buffer>;
    else yield Buffer.from(content);
    yield Buffer.from('\r\n');
  }
  yield Buffer.from(`--${boundary}--\r\n`);
}

function lengthOf(parts: readonly Part[], boundary: string): number {
  const around = Buffer.byteLength(`--${boundary}\r\n\r\n`);
  return parts.reduce(
    (sum, { head, content }) =>
      sum +
      around +
      Buffer.byteLength(head) +
      (isUpload(content) ? content.bytes : Buffer.byteLength(content)),
    Buffer.byteLength(`--${boundary}--\r\n`),
  );
}

function writePart(name: string, value: unknown, part: BodyPart | undefined, call: RestCallName): Part {
  const mediaTypes = part?.mediaTypes ?? [];
  if (isUpload(value)) {
    const mediaType = fileType(name, value.mediaType, mediaTypes, call);
    return { head: head(name, mediaType, value.filename ?? name), content: value };
  }
  const [given] = mediaTypes;
  const isScalar = typeof value !== 'object' || value === null;
  const byDefault = isScalar
    ? part?.isBase64
      ? 'application/octet-stream'
      : 'text/plain'
    : 'application/json';
  const mediaType = given === undefined || isRange(given) ? byDefault : given;
  const content = isJson(mediaType) ? writeJsonExactly(value) : scalarText(value ?? '');
  return { head: head(name, mediaType, undefined), content };
}

/** The type of a file: the only one that the document has, or one of several and ranges that it fits. */
function fileType(name: string, own: string, mediaTypes: readonly string[], call: RestCallName): string {
  const [only = own] = mediaTypes;
  if (mediaTypes.length === 0 || (mediaTypes.length === 1 && !isRange(only))) return only;
  const fitting = mediaTypes.find((candidate) => isWithin(own, candidate));
  if (fitting === undefined) {
    throw restError(call, 'BAD_USER_INPUT', `"${name}" must be a file of type ${mediaTypes.join(' or ')}`);
  }
  return isRange(fitting) ? own : fitting;
}

function head(name: string, mediaType: string, filename: string | undefined): string {
  const file = filename === undefined ? '' : `; filename="${quoted(filename)}"`;
  return `Content-Disposition: form-data; name="${quoted(name)}"${file}\r\nContent-Type: ${mediaType}\r\n\r\n`;
}

/** HTML, section 4.10.21.8: what would end the name or its line is percent-encoded. */
function quoted(text: string): string {
  return text.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
}

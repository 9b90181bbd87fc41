import { Readable } from 'node:stream';
import type { RequestBody } from './bodies.ts';
import { writeJsonExactly } from '../exact-integers.ts';
import { isRange, isWithin, kindOf } from './media-type.ts';
import { isUpload, type UploadedFile } from '../uploads.ts';
import { writeForm } from './form-body.ts';
import { writeMultipart } from './multipart-body.ts';
import { scalarText } from './parameter-text.ts';
import { restError, type RestCallName } from './rest-error.ts';
import type { WrittenBody } from './written-body.ts';

/** Writes a body; undefined when there is none. */
export type BodyWriter = (input: unknown) => WrittenBody | undefined;

/**
 * Compiles how an operation's body is written (OpenAPI 3.1.1, sections 4.8.14 and 4.8.15). Without an input there is
 * no body. Null is JSON's null where the schema allows it, and no body elsewhere.
 * @throws GraphQLError BAD_USER_INPUT (from the compiled function) for an input that can't be sent
 */
export function compileBody(body: RequestBody, call: RestCallName): BodyWriter {
  const { mediaType, isRequired, isNullable } = body;
  const write = writerOf(body, call);
  const isNullSent = isNullable && kindOf(mediaType) === 'json';
  return (input) => {
    const given = input === undefined && isRequired && isNullSent ? null : input;
    if (given === undefined || (given === null && !isNullSent)) return undefined;
    return write(given);
  };
}

function writerOf(body: RequestBody, call: RestCallName): (input: unknown) => WrittenBody {
  const { mediaType } = body;
  const headers = { 'content-type': mediaType };
  switch (kindOf(mediaType)) {
    case 'json':
      return (input) => ({ content: writeJsonExactly(input), headers: { ...headers } });
    case 'form': {
      const write = writeForm(body, call);
      return (input) => ({ content: write(input), headers: { ...headers } });
    }
    case 'multipart':
      return writeMultipart(body, call);
    case 'text':
      return (input) => ({ content: scalarText(input), headers: { ...headers } });
    default:
      return (input) =>
        isUpload(input) ? fileBody(input, mediaType, call) : base64Body(input, mediaType, call);
  }
}

/** A file is of the type that the document says; where that is a range, of its own. */
function fileBody(file: UploadedFile, mediaType: string, call: RestCallName): WrittenBody {
  if (isRange(mediaType) && !isWithin(file.mediaType, mediaType)) {
    throw restError(call, 'BAD_USER_INPUT', `the file must be of type ${mediaType}`);
  }
  return {
    // Opened when it is read: a call that fails before leaves nothing open.
    content: Readable.from(bytesOf(file), { objectMode: false }),
    headers: {
      'content-type': isRange(mediaType) ? file.mediaType : mediaType,
      'content-length': String(file.bytes),
    },
  };
}

async function* bytesOf(file: UploadedFile): AsyncGenerator<Buffer> {
  yield* file.open() as AsyncIterable<Buffer>;
}

/** Bytes that the document wants as base64 go as the text that they are. */
function base64Body(input: unknown, mediaType: string, call: RestCallName): WrittenBody {
  if (typeof input === 'string' && !isRange(mediaType)) {
    return { content: input, headers: { 'content-type': mediaType } };
  }
  throw restError(call, 'BAD_USER_INPUT', `a body of type ${mediaType} has to be a file`);
}

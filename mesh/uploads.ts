import type { Readable } from 'node:stream';
import { GraphQLError, GraphQLScalarType, Kind, parse, visit, type DocumentNode } from 'graphql';
import { isPlainMediaType } from './rest/media-type.ts';

/** The scalar of a file in an input (GraphQL multipart request specification). */
export const uploadName = 'Upload';

/** What Mesh calls `format: binary`. */
const meshFileName = 'File';

/** A file that a client sent and that has arrived whole. */
export interface UploadedFile {
  /** As the client called it; undefined when it did not. */
  filename: string | undefined;
  /** As the client called it, without parameters; `application/octet-stream` when that is no media type. */
  mediaType: string;
  bytes: number;
  /** Opens the file from its start, as often as wanted. */
  open(): Readable;
}

const uploads = new WeakSet<object>();

/**
 * Makes a file an upload, which nothing in the JSON of a request can be.
 * @param file its `mediaType` may be anything that a client sent
 */
export function asUpload(file: UploadedFile): UploadedFile {
  const mediaType = isPlainMediaType(file.mediaType) ? file.mediaType : 'application/octet-stream';
  // A file among the properties of a JSON body, where a schema is used for both.
  const upload = { ...file, mediaType, toJSON: () => void refuse('a file can not be part of JSON') };
  uploads.add(upload);
  return upload;
}

export function isUpload(value: unknown): value is UploadedFile {
  return typeof value === 'object' && value !== null && uploads.has(value);
}

/** Takes files that came with a GraphQL multipart request, and nothing else. */
export const uploadScalar = new GraphQLScalarType<unknown>({
  name: uploadName,
  parseValue: (value) => (isUpload(value) ? value : refuse(notUploaded)),
  parseLiteral: () => refuse(notUploaded),
});

const notUploaded = 'Upload takes a file of a GraphQL multipart request';

function refuse(message: string): never {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

const scalars = parse(
  `"""A file, sent with the request as the GraphQL multipart request specification says."""
   scalar Upload
   """Bytes as text, in base64 (RFC 4648, section 4)."""
   scalar Byte`,
  { noLocation: true },
).definitions;

/**
 * Calls a file `Upload` where it is given. A type that is answered with has no files: what is one in its input is text
 * there.
 */
export function withUploads(wrapped: DocumentNode): DocumentNode {
  const used = new Set<string>();
  const rename = (name: string) => ({
    NamedType: (node: { name: { value: string } }) => {
      if (node.name.value === 'Byte') used.add('Byte');
      if (node.name.value !== meshFileName) return undefined;
      used.add(name);
      return { ...node, name: { ...node.name, value: name } };
    },
  });
  const renamed = visit(wrapped, {
    ScalarTypeDefinition: (node) => ([meshFileName, 'Byte'].includes(node.name.value) ? null : undefined),
    InputValueDefinition: (node) => visit(node, rename(uploadName)),
    FieldDefinition: (node) => ({ ...node, type: visit(node.type, rename('String')) }),
  });
  const added = scalars.filter(
    (node) => node.kind === Kind.SCALAR_TYPE_DEFINITION && used.has(node.name.value),
  );
  return { ...renamed, definitions: [...renamed.definitions, ...added] };
}

import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Documents that clients may name by an id. */
export interface TrustedDocuments {
  textOf(id: string): string | undefined;
  /** Whether a document is one of them, to the letter. */
  has(text: string): boolean;
  readonly entries: ReadonlyMap<string, string>;
}

/**
 * Reads a manifest: Apollo's (`format: "apollo-persisted-query-manifest"`, version 1), or an object of documents by id.
 * An id that is a SHA-256 in hexadecimal, with the prefix `sha256:` or without, has to be that of its document.
 * @throws Error that says in one line what is wrong with the file
 */
export async function readTrustedDocuments(path: string): Promise<TrustedDocuments> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path} can not be read: ${error.code ?? error.message}`);
  });
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON`);
  }
  const entries = new Map<string, string>();
  for (const [id, document] of idsAndDocuments(manifest, path)) {
    const sha256 = sha256Of(id);
    if (sha256 !== undefined && sha256 !== hash('sha256', document)) {
      throw new Error(`${path}: ${id} is not the SHA-256 of its document`);
    }
    const key = sha256 ?? id;
    // Apollo's manifests repeat a document that several clients have.
    if ((entries.get(key) ?? document) !== document) throw new Error(`${path}: ${id} names two documents`);
    entries.set(key, document);
  }
  const texts = new Set(entries.values());
  return {
    textOf: (id) => entries.get(sha256Of(id) ?? id),
    has: (document) => texts.has(document),
    entries,
  };
}

/** The hash that an id is, in lower case; undefined for any other id. */
function sha256Of(id: string): string | undefined {
  return /^(?:sha256:)?([0-9a-f]{64})$/i.exec(id)?.[1]?.toLowerCase();
}

function idsAndDocuments(manifest: unknown, path: string): [string, string][] {
  const malformed = new Error(
    `${path} must be a persisted query manifest of Apollo (version 1), or an object of documents by id`,
  );
  if (!isObject(manifest)) throw malformed;
  if (!('format' in manifest)) return Object.entries(manifest).map((entry) => asEntry(entry, malformed));
  const { format, version, operations } = manifest;
  if (format !== 'apollo-persisted-query-manifest' || version !== 1 || !Array.isArray(operations)) {
    throw malformed;
  }
  return operations.map((operation: unknown) => {
    if (!isObject(operation)) throw malformed;
    return asEntry([operation['id'], operation['body']], malformed);
  });
}

function asEntry([id, document]: [unknown, unknown], malformed: Error): [string, string] {
  if (typeof id !== 'string' || typeof document !== 'string') throw malformed;
  return [id, document];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

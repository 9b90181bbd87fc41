import { dirname, join, posix } from 'node:path';
import { parse } from 'yaml';
import { readDocumentSource, type DocumentSource } from './document-source.ts';

export interface DocumentPartsOptions {
  /** Path of the document, or its http(s) URL. */
  source: string;
  /** The document itself. */
  root: DocumentSource;
  /** Most files. @default 500 */
  filesMax?: number;
}

/**
 * Reads the files beside a document and below that it refers to, and those that they refer to. What lies elsewhere, or
 * can't be read, is left to the compiler to tell.
 * @returns content by path relative to the document
 * @throws Error when there are more than `filesMax`
 */
export async function documentParts(options: DocumentPartsOptions): Promise<ReadonlyMap<string, Buffer>> {
  const { source, root, filesMax = 500 } = options;
  const parts = new Map<string, Buffer>();
  const seen = new Set<string>();
  const waiting = fileReferences(root.bytes, '');
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    if (seen.size > filesMax) throw new Error(`${source}: refers to more than ${filesMax} files`);
    const address = root.url ? new URL(path, root.url).href : join(dirname(source), path);
    const part = await readDocumentSource({ source: address }).catch(() => undefined);
    if (!part) continue;
    parts.set(path, part.bytes);
    waiting.push(...fileReferences(part.bytes, path));
  }
  return parts;
}

/** Paths, relative to the document, of the files below its folder that one of its parts refers to. */
function fileReferences(bytes: Buffer, from: string): string[] {
  const found = new Set<string>();
  const seen = new Set<unknown>();
  const look = (value: unknown): void => {
    if (value === null || typeof value !== 'object' || seen.has(value)) return;
    seen.add(value);
    const reference = (value as { $ref?: unknown }).$ref;
    const path = typeof reference === 'string' ? relativePath(reference, from) : undefined;
    if (path !== undefined) found.add(path);
    for (const child of Object.values(value)) look(child);
  };
  look(valuesOf(bytes));
  return [...found];
}

function valuesOf(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  // Most documents are one file, and parsing a large one takes a second.
  if (!/\$ref["']?\s*:\s*["']?[^#"'\s]/.test(text)) return undefined;
  try {
    return parse(text, { maxAliasCount: 1000 });
  } catch {
    // Not YAML: it refers to nothing.
    return undefined;
  }
}

/** @returns undefined for what lies in the same file, above the folder, or behind an address of its own */
function relativePath(reference: string, from: string): string | undefined {
  const [file = ''] = reference.split('#');
  if (file === '' || /^[a-z][a-z0-9+.-]*:|^[/\\]/i.test(file) || file.includes('?')) return undefined;
  const path = posix.join(posix.dirname(from), file);
  return path.startsWith('../') || path.includes('\0') ? undefined : path;
}

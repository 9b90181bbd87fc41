import { isObject, resolvePointer, type JsonObject, type OpenApiDocument } from './openapi-document.ts';
import type { DocumentFiles } from './document-files.ts';
import { parseDocumentText } from './document-text.ts';

export interface BundleOptions {
  document: JsonObject;
  /** Of the document's own file. */
  address: string;
  files: DocumentFiles;
  warnings: string[];
}

export interface Bundled {
  document: JsonObject;
  /** Why a file is not in it, by the file's part of the references that remain. */
  missing: ReadonlyMap<string, string>;
}

/** Whether anything in a document refers to another file. */
export function refersToFiles(value: unknown, seen = new Set<unknown>()): boolean {
  if (value === null || typeof value !== 'object' || seen.has(value)) return false;
  seen.add(value);
  const { $ref: reference, mapping } = value as { $ref?: unknown; mapping?: unknown };
  if (isOutside(reference)) return true;
  // A discriminator may name files where nothing else does.
  if (isObject(mapping) && Object.values(mapping).some((target) => isFileName(target))) return true;
  return Object.values(value).some((child) => refersToFiles(child, seen));
}

/** Whether a reference leads out of the document. */
export function isOutside(reference: unknown): reference is string {
  return typeof reference === 'string' && !reference.startsWith('#');
}

function isFileName(target: unknown): boolean {
  return typeof target === 'string' && /^[^#]+\.(ya?ml|json)(#|$)/i.test(target);
}

/**
 * Puts what a document refers to in other files into it, under `components` by the names that it has there
 * (`@redocly/openapi-core`). Of two different things with one name, the second gets a number. References to what can't
 * be read remain, for outside-references.ts.
 */
export async function bundleDocument(options: BundleOptions): Promise<Bundled> {
  const { files, warnings } = options;
  // Takes half a second to load, and most documents are one file.
  const { BaseResolver, Source, bundle, createConfig } = await import('@redocly/openapi-core');
  const missing = new Map<string, string>();
  const resolver = new BaseResolver();
  const references = new Map<string, Set<string>>();
  resolver.resolveExternalRef = (base, reference) => {
    const address = files.addressOf(base ?? options.address, reference);
    references.set(address, (references.get(address) ?? new Set()).add(reference));
    return address;
  };
  const whenMissing = (address: string, error: Error) => {
    for (const reference of references.get(address) ?? []) missing.set(reference, error.message);
    return error;
  };
  resolver.loadExternalRef = async (address) => {
    try {
      return new Source(address, await files.read(address));
    } catch (error) {
      throw whenMissing(address, error as Error);
    }
  };
  resolver.parseDocument = (source) => {
    try {
      const { absoluteRef, body } = source;
      return { source, parsed: parseDocumentText(body, files.nameOf(absoluteRef), warnings) };
    } catch (error) {
      throw whenMissing(source.absoluteRef, error as Error);
    }
  };
  const { bundle: bundled, problems } = await bundle({
    doc: { source: new Source(options.address, ''), parsed: structuredClone(options.document) },
    config: await createConfig({}),
    externalRefResolver: resolver,
  });
  const document = bundled.parsed as JsonObject;
  for (const problem of problems) {
    const renamed = /Renamed (\S+) to (\S+)\.$/.exec(problem.message);
    if (renamed) warnings.push(`${renamedPlace(document, renamed[2] ?? '')}: ${twoOfAName(renamed[1])}`);
  }
  await tellApart(problems, options, resolver);
  return { document, missing };
}

function twoOfAName(name = ''): string {
  return `two files describe different things as "${name}"; this one has a name with a number`;
}

function renamedPlace(document: JsonObject, name: string): string {
  const components = isObject(document['components']) ? document['components'] : {};
  const kind = Object.keys(components).find((one) => isObject(components[one]) && name in components[one]);
  return kind === undefined ? `/definitions/${name}` : `/components/${kind}/${name}`;
}

interface BundleProblem {
  readonly message: string;
  readonly location: readonly {
    readonly source: { readonly absoluteRef: string };
    readonly pointer?: string | undefined;
  }[];
}

/**
 * A reference that leads nowhere inside another file would lead somewhere in the whole: it gets the name of its file.
 */
async function tellApart(
  problems: readonly BundleProblem[],
  { address, files }: BundleOptions,
  resolver: { resolveDocument(base: null, ref: string): Promise<unknown> },
): Promise<void> {
  for (const { message, location } of problems) {
    const [place] = location;
    if (!message.startsWith("Can't resolve $ref") || !place || place.source.absoluteRef === address) continue;
    const file = await resolver.resolveDocument(null, place.source.absoluteRef).catch(() => undefined);
    const parsed = isObject(file) ? file['parsed'] : undefined;
    const node = resolvePointer(parsed as OpenApiDocument, place.pointer ?? '');
    if (isObject(node) && typeof node['$ref'] === 'string' && node['$ref'].startsWith('#')) {
      node['$ref'] = `${files.nameOf(place.source.absoluteRef)}${node['$ref']}`;
    }
  }
}

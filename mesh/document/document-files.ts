import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a document may refer to besides files of its own folder and below; both empty by default. */
export interface AllowedReferences {
  /** Files and folders, relative to the folder of the subgraph. */
  files: readonly string[];
  /** URLs that are fetched: these, and what is below them. */
  urls: readonly string[];
}

/** The files that make up a document. An address is an absolute path or a URL. */
export interface DocumentFiles {
  /** Address of what `reference` means in the file at `base`. */
  addressOf(base: string, reference: string): string;
  /**
   * Text of the file at an address.
   * @throws Error that says why it is not read and what to do, without the address
   */
  read(address: string): Promise<string>;
  /** SHA-256 of all that was read, by address; undefined of what could not be read. */
  readonly hashes: ReadonlyMap<string, string | undefined>;
  /** An address as messages name it: relative to the folder. */
  nameOf(address: string): string;
}

export interface DocumentFilesOptions {
  /** Absolute. */
  folder: string;
  /** Name of the document in it, which may be a link to anywhere. */
  documentName: string;
  allowed: AllowedReferences;
}

/** Largest document that is fetched. */
const fetchedBytesMax = 64 * 1024 * 1024;
const fetchTimeoutMs = 10_000;

/**
 * Reads the files of a folder, and others only where they are allowed. Symbolic links are followed as long as they stay
 * where reading is allowed. Redirects are not followed.
 */
export function documentFiles({ folder, documentName, allowed }: DocumentFilesOptions): DocumentFiles {
  const hashes = new Map<string, string | undefined>();
  const readAny = async (address: string): Promise<string> => {
    if (isUrl(address)) return fetchText(address, allowed.urls);
    return readInside(
      address,
      ['.', documentName, ...allowed.files].map((file) => resolve(folder, file)),
    );
  };
  return {
    hashes,
    addressOf,
    nameOf: (address) => (isUrl(address) ? address : relative(folder, address)),
    read: async (address) => {
      hashes.set(address, undefined);
      const text = await readAny(address);
      hashes.set(address, sha256(text));
      return text;
    },
  };
}

/** Hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Whether an address is a URL; otherwise it is a path. */
export function isUrl(address: string): boolean {
  return !isAbsolute(address) && URL.canParse(address);
}

function addressOf(base: string, reference: string): string {
  if (isUrl(base)) return new URL(reference, base).href;
  if (/^file:/i.test(reference)) return fileURLToPath(reference);
  if (/^[a-z][a-z0-9+.-]+:/i.test(reference))
    return URL.canParse(reference) ? new URL(reference).href : reference;
  return resolve(dirname(base), decoded(reference));
}

function decoded(reference: string): string {
  try {
    return decodeURIComponent(reference);
  } catch {
    return reference;
  }
}

async function readInside(path: string, roots: readonly string[]): Promise<string> {
  const refused = new Error(
    'it is outside of the folder; to have it read, name it in references.files of subgraph.yaml',
  );
  // Before anything is looked at: what is elsewhere is not even told to exist.
  if (!roots.some((root) => isWithin(path, root))) throw refused;
  const real = await realpath(path).catch(() => {
    throw new Error('there is no such file');
  });
  const realRoots = await Promise.all(roots.map((root) => realpath(root).catch(() => root)));
  if (!realRoots.some((root) => isWithin(real, root))) throw refused;
  if (!(await stat(real)).isFile()) throw new Error('it is not a file');
  return readFile(real, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`it can not be read (${error.code})`);
  });
}

function isWithin(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

async function fetchText(address: string, allowed: readonly string[]): Promise<string> {
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol) || !allowed.some((prefix) => isBelow(url, new URL(prefix)))) {
    throw new Error(
      'URLs are not fetched; to have this one fetched, name it in references.urls of subgraph.yaml',
    );
  }
  url.hash = '';
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(fetchTimeoutMs) }).catch(
    () => {
      throw new Error('it can not be fetched');
    },
  );
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`it can not be fetched: the server answered ${response.status}`);
  }
  return textOf(response);
}

async function textOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > fetchedBytesMax) throw new Error(`it has more than ${fetchedBytesMax} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The same origin, and the same path or one below it. */
function isBelow(url: URL, prefix: URL): boolean {
  if (url.origin !== prefix.origin || url.username !== '' || url.password !== '') return false;
  const { pathname } = prefix;
  const folder = pathname.endsWith('/') ? pathname : `${pathname}/`;
  return url.pathname === pathname || url.pathname.startsWith(folder);
}

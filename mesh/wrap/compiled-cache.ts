import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, print } from 'graphql';
import type { CompiledDocument } from './compile-document.ts';
import { isUrl, sha256, type DocumentFiles } from '../document/document-files.ts';
import type { LiftedEvent } from '../normalise/lift-events.ts';
import type { OpenApiDocument } from '../document/openapi-document.ts';

export interface CompiledCacheOptions {
  /** Folder of the cache; made when it is not there. */
  dir: string;
  /** Absolute path of the folder that the document is of: each has one entry. */
  folder: string;
  /** All that changes what is made of the same files: name, allowed references. Only its hash is kept. */
  settings: readonly unknown[];
}

/** Keeps what was compiled from a folder's document, as long as every file of it has the same content. */
export interface CompiledCache {
  /** @returns undefined when there is nothing, when anything has changed, and when what is kept is not as it was written */
  read(files: DocumentFiles): Promise<CompiledDocument | undefined>;
  /** Replaces what was kept. What can't be written is not kept. */
  write(files: DocumentFiles, compiled: CompiledDocument): Promise<void>;
}

/**
 * A file holds two lines of JSON: what the entry depends on with the hash of the second line, and what was compiled.
 * It holds nothing of subgraph.yaml, whose values may be secrets.
 */
export function compiledCache({ dir, folder, settings }: CompiledCacheOptions): CompiledCache {
  const file = join(dir, `${sha256(folder).slice(0, 32)}.json`);
  const key = async () => sha256(JSON.stringify([await compilerVersion(), folder, ...settings]));
  return {
    async read(files) {
      try {
        const [head, body] = splitLine(await readFile(file, 'utf8'));
        const kept = JSON.parse(head) as Head;
        if (kept.key !== (await key()) || kept.sha256 !== sha256(body)) return undefined;
        for (const [address, hash] of kept.files) {
          if (await hasChanged(files, address, hash)) return undefined;
        }
        return decode(JSON.parse(body) as Body);
      } catch {
        return undefined;
      }
    },
    async write(files, compiled) {
      const temporary = `${file}.${randomUUID()}`;
      try {
        const body = JSON.stringify(encode(compiled));
        const hashes = [...files.hashes].map(([address, hash]): [string, string | null] => [
          address,
          hash ?? null,
        ]);
        const head: Head = { key: await key(), sha256: sha256(body), files: hashes };
        await mkdir(dir, { recursive: true });
        await writeFile(temporary, `${JSON.stringify(head)}\n${body}`);
        await rename(temporary, file);
      } catch {
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
  };
}

/** What is kept stands in for a URL that can't be fetched now. */
async function hasChanged(files: DocumentFiles, address: string, hash: string | null): Promise<boolean> {
  try {
    await files.read(address);
  } catch {
    return hash !== null && !isUrl(address);
  }
  return files.hashes.get(address) !== hash;
}

interface Head {
  key: string;
  /** Of the second line. */
  sha256: string;
  /** Address to SHA-256; null of what could not be read, so that it is noticed when it can. */
  files: [string, string | null][];
}

interface Body {
  document: OpenApiDocument;
  normalised: {
    document: OpenApiDocument;
    operationIds: [string, string][];
    typeNames: [string, string][];
    events: LiftedEvent[];
    warnings: readonly string[];
  };
  wrapped: string;
}

function encode({ document, normalised, wrapped }: CompiledDocument): Body {
  const { operationIds, typeNames, events } = normalised;
  return {
    document,
    normalised: {
      ...normalised,
      operationIds: [...operationIds],
      typeNames: [...typeNames],
      events: [...events],
    },
    wrapped: print(wrapped),
  };
}

function decode({ document, normalised, wrapped }: Body): CompiledDocument {
  return {
    document,
    normalised: {
      ...normalised,
      operationIds: new Map(normalised.operationIds),
      typeNames: new Map(normalised.typeNames),
    },
    wrapped: parse(wrapped, { noLocation: true }),
  };
}

function splitLine(text: string): [string, string] {
  const at = text.indexOf('\n');
  return [text.slice(0, at), text.slice(at + 1)];
}

const meshFolder = join(import.meta.dirname, '..');
const root = join(meshFolder, '..');
let version: Promise<string> | undefined;

/** Changes with the code that compiles and with the libraries that it uses. */
function compilerVersion(): Promise<string> {
  version ??= hashCompiler();
  return version;
}

async function hashCompiler(): Promise<string> {
  const sources = await readdir(meshFolder, { recursive: true });
  const names = sources.filter((name) => name.endsWith('.ts')).toSorted();
  const paths = [...names.map((name) => join(meshFolder, name)), join(root, 'package.json')];
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  // An installed package has none.
  const lock = await readFile(join(root, 'package-lock.json'), 'utf8').catch(() => '');
  return sha256([...names, ...texts, lock].join('\0'));
}

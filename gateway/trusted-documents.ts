import { Kind, parse, type DocumentNode } from 'graphql';
import type { Logger } from '../events/logger.ts';
import { ConfigError } from './config.ts';
import type { Operations } from './operations/operations.ts';
import { readTrustedDocuments, type TrustedDocuments } from './operations/trusted-documents.ts';

export interface TrustedDocumentsOptions {
  /** Of the manifest; empty when there is none. */
  path: string;
  operations: Operations;
  logger: Logger;
}

export interface OpenTrustedDocuments extends TrustedDocuments {
  /** Stops trying out. */
  close(): void;
}

/**
 * Reads the manifest and tries its documents out, one after the other, which also plans them before clients ask. One that
 * can not be executed is told in the log and keeps nobody from starting: its subgraph may only be left out for now.
 * @throws ConfigError when the manifest itself is wrong
 */
export async function openTrustedDocuments(
  options: TrustedDocumentsOptions,
): Promise<OpenTrustedDocuments | undefined> {
  const { path, operations, logger } = options;
  if (path === '') return undefined;
  const trusted = await readTrustedDocuments(path).catch((error: Error) => {
    throw new ConfigError(`TRUSTED_DOCUMENTS ${error.message}`);
  });
  let isClosed = false;
  const tryOut = async (): Promise<void> => {
    for (const [id, document] of trusted.entries) {
      for (const name of operationNames(document)) {
        if (isClosed) return;
        const prepared = await operations.prepare(document, name);
        if ('operation' in prepared) continue;
        const reason = prepared.errors.map(({ message }) => message).join('; ');
        logger.warn({ document: id }, `A trusted document can not be executed: ${reason}`);
      }
      // Requests come first.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  void tryOut();
  return { ...trusted, close: () => void (isClosed = true) };
}

function operationNames(source: string): (string | undefined)[] {
  let document: DocumentNode;
  try {
    document = parse(source);
  } catch {
    // What is wrong with it is found again, and told; like a document without operations.
    return [undefined];
  }
  const names = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? [node.name?.value] : [],
  );
  return names.length > 0 ? names : [undefined];
}

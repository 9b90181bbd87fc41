import { isObject, type OpenApiDocument } from './openapi-document.ts';
import { bundleDocument, refersToFiles } from './bundle.ts';
import type { DocumentFiles } from './document-files.ts';
import { parseDocumentText } from './document-text.ts';
import { settleOutsideReferences } from './outside-references.ts';
import { asOpenApi3, checkedDocument } from './parse-document.ts';

export interface ReadDocumentOptions {
  text: string;
  /** Absolute path of the file that the text is of. */
  address: string;
  /** The same for messages. */
  file: string;
  files: DocumentFiles;
}

/** A document of one or of several files as one, in OpenAPI 3.0 or 3.1. */
export interface ReadDocument {
  document: OpenApiDocument;
  /** What was lost on the way. */
  warnings: readonly string[];
}

/**
 * Reads a document and what it refers to. Only a document that refers to other files pays for bundling.
 * @throws OpenApiDocumentError when the document's own file is no OpenAPI document
 */
export async function readDocument({
  text,
  address,
  file,
  files,
}: ReadDocumentOptions): Promise<ReadDocument> {
  const warnings: string[] = [];
  let document = checkedDocument(parseDocumentText(text, file, warnings), file);
  if (refersToFiles(document)) {
    const bundled = await bundleDocument({ document, address, files, warnings });
    document = bundled.document;
    settleOutsideReferences(document, (name) => bundled.missing.get(name), warnings);
  }
  for (const keyword of ['paths', 'components', 'webhooks']) {
    if (document[keyword] !== undefined && !isObject(document[keyword])) delete document[keyword];
  }
  return { document: asOpenApi3(document, warnings), warnings };
}

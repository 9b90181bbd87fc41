import { loadNonExecutableGraphQLSchemaFromOpenAPI } from '@omnigraph/openapi';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { parse, type DocumentNode } from 'graphql';
import { withConstants } from './alternatives.ts';
import { httpOperation } from './annotations.ts';
import { emptyTypesAsJson } from './empty-types.ts';
import type { NormalisedDocument } from './normalise/normalise.ts';
import { withOtherProperties } from './other-properties.ts';
import { propertyAccess } from './property-access.ts';
import { withoutRootFields } from './schema-document.ts';
import { withScalarAnswers } from './scalar-alternatives.ts';
import { schemaTypes } from './schema-types.ts';
import { withUploads } from './uploads.ts';

/**
 * GraphQL Mesh as a compiler: a normalised OpenAPI document becomes a schema whose root fields carry
 * `@httpOperation`. It is never executed by Mesh; mesh/rest/ makes the calls. What Mesh gets wrong is corrected in what it made.
 * @throws Error with Mesh's reason when the document can't be expressed
 */
export async function wrapWithMesh(
  subgraph: string,
  { document, alternatives }: Pick<NormalisedDocument, 'document' | 'alternatives'>,
): Promise<DocumentNode> {
  refuseOutsideReferences(document, new Set());
  const types = schemaTypes(document);
  const corrections = [
    withoutUncalledFields,
    propertyAccess(document, types),
    withOtherProperties,
    withScalarAnswers,
    withConstants(types, alternatives),
    emptyTypesAsJson,
    withUploads,
  ];
  const schema = await loadNonExecutableGraphQLSchemaFromOpenAPI(subgraph, {
    // Typed as a file name, but a document is taken as well; `endpoint` keeps `servers` from being used.
    source: document as unknown as string,
    endpoint: 'http://subgraph.invalid',
    cwd: import.meta.dirname,
    ignoreErrorResponses: true,
    fetch: () => Promise.reject(new Error('references out of the document are not followed')),
    logger: silentLogger,
  });
  const wrapped = parse(printSchemaWithDirectives(schema), { noLocation: true });
  return corrections.reduce((corrected, correct) => correct(corrected), wrapped);
}

/** A document without a GET gets a `Query.dummy`, which calls nothing. */
function withoutUncalledFields(wrapped: DocumentNode): DocumentNode {
  return withoutRootFields(wrapped, (field) => httpOperation(field) === undefined);
}

/** Mesh would read any file or address that a document names. */
function refuseOutsideReferences(value: unknown, seen: Set<unknown>): void {
  if (value === null || typeof value !== 'object' || seen.has(value)) return;
  seen.add(value);
  const reference = (value as { $ref?: unknown }).$ref;
  if (typeof reference === 'string' && !reference.startsWith('#')) {
    throw new Error(
      `it refers to ${JSON.stringify(reference)}, which is not in it; bundle them into one file`,
    );
  }
  for (const child of Object.values(value)) refuseOutsideReferences(child, seen);
}

const nothing = () => undefined;
const silentLogger = {
  log: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger,
};

import { sanitizeNameForGraphQL } from '@graphql-mesh/utils';
import { loadNonExecutableGraphQLSchemaFromOpenAPI } from '@omnigraph/openapi';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { buildASTSchema, parse, validateSchema, visit, type DocumentNode, type GraphQLSchema } from 'graphql';
import { withConstants } from './alternatives.ts';
import { httpOperation } from '../annotations.ts';
import { basesAsInterfaces } from './base-interfaces.ts';
import { emptyTypesAsJson } from './empty-types.ts';
import { openInputCycles } from './input-cycles.ts';
import { withoutImpossibleDefaults } from './input-defaults.ts';
import { settleInterfaceFields } from './interface-fields.ts';
import type { NormalisedDocument } from '../normalise/normalise.ts';
import { withOtherProperties } from './other-properties.ts';
import { propertyAccess } from './property-access.ts';
import { withoutRootFields } from '../schema-document.ts';
import { withScalarAnswers } from './scalar-alternatives.ts';
import { schemaTypes } from './schema-types.ts';
import { withUploads } from '../uploads.ts';

/** What of a normalised document is wrapped. */
export type WrappedParts = Pick<NormalisedDocument, 'document' | 'alternatives' | 'bases'>;

/**
 * GraphQL Mesh as a compiler: a normalised OpenAPI document becomes a schema whose root fields carry
 * `@httpOperation`. It is never executed by Mesh; mesh/rest/ makes the calls. What Mesh gets wrong is corrected in what it
 * made.
 * @param normalised left as it is
 * @param warnings what GraphQL can't have and was changed is told here
 * @throws Error with Mesh's reason when the document can't be expressed, and with that of GraphQL when what Mesh made
 * of it is no schema
 */
export async function wrapWithMesh(
  subgraph: string,
  { document, alternatives, bases }: WrappedParts,
  warnings: string[] = [],
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
    (made: DocumentNode) => basesAsInterfaces(made, new Set(bases.map(sanitizeNameForGraphQL))),
  ];
  const schema = await loadNonExecutableGraphQLSchemaFromOpenAPI(subgraph, {
    // Typed as a file name, but a document is taken as well; `endpoint` keeps `servers` from being used. Mesh resolves
    // references in place, so it gets a copy.
    source: structuredClone(document) as unknown as string,
    endpoint: 'http://subgraph.invalid',
    cwd: import.meta.dirname,
    ignoreErrorResponses: true,
    fetch: () => Promise.reject(new Error('references out of the document are not followed')),
    logger: silentLogger,
  });
  const wrapped = parse(printSchemaWithDirectives(schema), { noLocation: true });
  const corrected = corrections.reduce((current, correct) => correct(current), wrapped);
  const possible = settleInterfaceFields(openInputCycles(corrected, warnings), warnings);
  return withoutImpossibleDefaults(possible, validSchema(possible), warnings);
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
    throw new Error(`it refers to ${JSON.stringify(reference)}, which is not in it`);
  }
  for (const child of Object.values(value)) refuseOutsideReferences(child, seen);
}

/** Directives are left out: Mesh uses some otherwise than GraphQL defines them, and they are read and gone soon. */
function validSchema(document: DocumentNode): GraphQLSchema {
  const bare = visit(document, {
    Directive: () => null,
    DirectiveDefinition: () => null,
    SchemaDefinition: () => null,
    SchemaExtension: () => null,
  });
  const schema = buildASTSchema(bare);
  const [problem] = validateSchema(schema).filter(({ message }) => message !== withoutQuery);
  if (problem) throw problem;
  return schema;
}

/** A folder without a GET operation has no Query, which only composition can judge. */
const withoutQuery = 'Query root type must be provided.';

const nothing = () => undefined;
const silentLogger = {
  log: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger,
};

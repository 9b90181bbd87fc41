import type { OpenApiDocument } from '../document/openapi-document.ts';
import { readAlternatives, settleMixedAlternatives, type Alternatives } from './alternatives.ts';
import { tellDanglingReferences } from './dangling-references.ts';
import { settleAlternatives } from './choices.ts';
import { settleAnswers } from './answers.ts';
import { dropImpossible } from './boolean-schemas.ts';
import { findBases, splitBases } from './bases.ts';
import { joinCompositions } from './compositions.ts';
import { dropDiscriminators } from './discriminators.ts';
import { settleFixedQueries } from './fixed-queries.ts';
import { settleExamples } from './examples.ts';
import { tellFoldedNames } from './folded-names.ts';
import { leaveOutOperations } from './left-out.ts';
import { dropLinks } from './links.ts';
import { liftEvents, type LiftedEvent } from './lift-events.ts';
import { nameInlineSchemas } from './inline-names.ts';
import { nameOperations } from './operation-ids.ts';
import { settleMaps } from './maps.ts';
import { dropMisplacedItems } from './misplaced-items.ts';
import { markNullable } from './nullable.ts';
import { relaxFormats } from './relax-formats.ts';
import { describeEmptyBodies, settleRequestBodies } from './request-bodies.ts';
import { mergeScalarUnions } from './scalar-unions.ts';
import { markSolidLists } from './solid-lists.ts';
import { dropUndescribedNames, settleRequiredNames } from './required-names.ts';
import { renameReservedSchemas } from './reserved-names.ts';
import { schemaPlaces } from './schemas.ts';
import { settleXmlAnswers } from './xml-answers.ts';

/** A document in the form in which Mesh loads everything that is in it. */
export interface NormalisedDocument {
  document: OpenApiDocument;
  /** operationId of the document (or method and path where it has none) to the safe id it has now. */
  operationIds: ReadonlyMap<string, string>;
  events: readonly LiftedEvent[];
  /** Components that are a choice of their subtypes. */
  bases: readonly string[];
  /** What Mesh is told to call the type of a schema, by the schema's JSON pointer. */
  typeNames: ReadonlyMap<string, string>;
  /** What tells the alternatives of a schema apart, by the schemas of `document`. */
  alternatives: Alternatives;
  /** What was lost or changed in a way that people should know. */
  warnings: readonly string[];
}

/**
 * Runs the normalising passes over a copy of a document, in the order in which they build on each other.
 * @param original left as it is: payload schemas for validation are read from it
 * @param subgraph name of the subgraph, put before names that GraphQL reserves
 */
export function normalise(original: OpenApiDocument, subgraph: string): NormalisedDocument {
  const document = structuredClone(original);
  const warnings: string[] = [];
  settleFixedQueries(document, warnings);
  leaveOutOperations(document, warnings);
  settleExamples(document, warnings);
  settleRequestBodies(document, warnings);
  settleXmlAnswers(document, warnings);
  tellDanglingReferences(document, warnings);
  dropLinks(document, warnings);
  dropMisplacedItems(document, warnings);
  tellFoldedNames(document, warnings);
  const operationIds = nameOperations(document, warnings);
  const events = liftEvents(document, operationIds, warnings);
  // From here on every schema stays the object that it is.
  const alternatives = readAlternatives(document);
  settleMaps(document);
  settleMixedAlternatives(document, warnings);
  renameReservedSchemas(document, subgraph, warnings);
  dropImpossible(document);
  settleAnswers(document);
  const places = schemaPlaces(document);
  const bases = findBases(document);
  settleRequiredNames(document, warnings);
  joinCompositions(document);
  const choices = splitBases(document, bases);
  dropDiscriminators(document);
  settleAlternatives(document);
  dropUndescribedNames(document);
  markSolidLists(document);
  markNullable(document);
  mergeScalarUnions(document);
  relaxFormats(document);
  const typeNames = nameInlineSchemas(document, places);
  describeEmptyBodies(document);
  return { document, operationIds, events, alternatives, bases: choices, typeNames, warnings };
}

import { sanitizeNameForGraphQL } from '@graphql-mesh/utils';
import { visit, type DocumentNode, type FieldDefinitionNode } from 'graphql';
import { valuesDirective, wireName } from '../annotations.ts';
import type { NamedDocument } from '../naming/naming.ts';
import { answersOf } from '../normalise/answers.ts';
import type { ReadDocument } from '../wrap/compile-document.ts';
import {
  dereference,
  forEachOperation,
  isObject,
  pointerTo,
  type JsonObject,
  type OpenApiDocument,
  type Operation,
} from '../document/openapi-document.ts';
import {
  createSchemaComparer,
  type Loss,
  type SchemaComparer,
  type SchemaComparison,
} from './schema-comparer.ts';
import { rootField } from '../schema-document.ts';

export interface TellLossesOptions {
  /** As the service has it. */
  document: OpenApiDocument;
  normalised: ReadDocument;
  named: NamedDocument;
}

export interface ToldLosses {
  /** The named document, its fields with the `@values` that tell members of a union apart. */
  document: DocumentNode;
  /** One for each place of the document that the schema does not have and nobody has told of. */
  warnings: readonly string[];
}

/**
 * Compares a document with the schema that was made of it, so that nothing is lost without a warning, whichever pass
 * lost it: operations, parameters, bodies, answers and events, with every property, enum value and alternative.
 */
export function tellLosses({ document, normalised, named }: TellLossesOptions): ToldLosses {
  const comparer = createSchemaComparer(document, named.document, normalised.typeNames);
  const losses: Loss[] = [];
  const fieldOf = (safeId: string) => rootField(named.document, named.rootFields.get(safeId) ?? safeId);
  forEachOperation(normalised.document, (safe, path, method) => {
    const item = dereference(document, document.paths?.[path]);
    const operation = item?.[method];
    // Synthetic operations stand for events, which come below.
    if (!isObject(operation)) return;
    const pointer = pointerTo('paths', path, method);
    const field = fieldOf(safe.operationId ?? '');
    if (field) losses.push(...compareOperation({ document, comparer, field, operation, item, pointer }));
    else losses.push({ pointer, reason: 'the operation is not in the schema' });
  });
  for (const event of normalised.events) {
    const field = event.operationId === undefined ? undefined : fieldOf(event.operationId);
    if (field) comparer.compare(event.schema, event.pointer, field.type, 'answers');
    else if (event.schema) losses.push({ pointer: event.pointer, reason: 'the event is not in the schema' });
  }
  const { losses: inSchemas, constants } = comparer.result();
  return {
    document: withValues(named.document, constants),
    warnings: untold([...losses, ...inSchemas], normalised.warnings),
  };
}

interface ComparedOperation {
  document: OpenApiDocument;
  comparer: SchemaComparer;
  field: FieldDefinitionNode;
  operation: Operation;
  item: JsonObject | undefined;
  pointer: string;
}

function compareOperation(options: ComparedOperation): Loss[] {
  const { document, comparer, field, operation, pointer } = options;
  const losses: Loss[] = [];
  for (const place of parametersOf(options)) {
    const { name, in: where, schema } = dereference(document, place.value) ?? {};
    if (typeof name !== 'string' || (where === 'header' && ignoredHeaders.has(name.toLowerCase()))) continue;
    const argument = argumentOf(field, sanitizeNameForGraphQL(name));
    if (argument) comparer.compare(schema, `${place.pointer}/schema`, argument.type, 'requests');
    else losses.push({ pointer: place.pointer, reason: `the parameter "${name}" has no argument` });
  }
  const body = bodyOf(document, operation, pointer);
  const input = argumentOf(field, 'input');
  if (body && input) comparer.compare(body.value, body.pointer, input.type, 'requests');
  else if (body) losses.push({ pointer: body.pointer, reason: 'the body has no argument' });
  for (const { status, mediaType, schema } of answersOf(document, operation)) {
    const holder = placeOf(operation.responses?.[status], pointer + pointerTo('responses', status));
    const place = `${holder}${pointerTo('content', mediaType)}/schema`;
    comparer.compare(schema, place, field.type, 'answers');
  }
  return losses;
}

/** Parameters that OpenAPI ignores (3.1.1, section 4.8.12.1). */
const ignoredHeaders: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization']);

function argumentOf(field: FieldDefinitionNode, wire: string) {
  return field.arguments?.find((argument) => wireName(argument) === wire);
}

interface Place {
  value: unknown;
  pointer: string;
}

/** Of the operation and of its path item, which the operation may replace. */
function parametersOf({ document, operation, item, pointer }: ComparedOperation): Iterable<Place> {
  const places = new Map<string, Place>();
  const collect = (parameters: unknown, holder: string) => {
    if (!Array.isArray(parameters)) return;
    (parameters as unknown[]).forEach((value, index) => {
      const { name, in: where } = dereference(document, value) ?? {};
      places.set(`${String(where)} ${String(name)}`, { value, pointer: `${holder}/parameters/${index}` });
    });
  };
  collect(item?.['parameters'], pointer.slice(0, pointer.lastIndexOf('/')));
  collect(operation.parameters, pointer);
  return places.values();
}

/** The schema of a body, of JSON where it can be JSON. */
function bodyOf(document: OpenApiDocument, operation: Operation, pointer: string): Place | undefined {
  const contents = contentsOf(document, operation.requestBody, `${pointer}/requestBody`);
  return contents.find(({ mediaType }) => mediaType.includes('json')) ?? contents[0];
}

function contentsOf(
  document: OpenApiDocument,
  holder: unknown,
  pointer: string,
): readonly (Place & { mediaType: string })[] {
  const content = dereference(document, holder)?.['content'];
  if (!isObject(content)) return [];
  const place = placeOf(holder, pointer);
  return Object.entries(content).flatMap(([mediaType, media]) => {
    const schema = isObject(media) ? media['schema'] : undefined;
    if (!isObject(schema) || Object.keys(schema).length === 0) return [];
    return [{ mediaType, value: schema, pointer: `${place}${pointerTo('content', mediaType)}/schema` }];
  });
}

/** JSON pointer to what stands somewhere, or to what it refers to. */
function placeOf(value: unknown, pointer: string): string {
  const reference = isObject(value) ? value['$ref'] : undefined;
  return typeof reference === 'string' ? reference.slice(1) : pointer;
}

/** Leaves out what a warning at the same place or above it has told. A warning of a whole operation tells nothing of its parts. */
function untold(losses: readonly Loss[], warnings: readonly string[]): string[] {
  // What is told of alternatives is told of the schema that has them.
  const told = new Set(
    warnings.map((warning) => warning.slice(0, warning.indexOf(': ')).replace(/\/(oneOf|anyOf)$/, '')),
  );
  const operations = new Set([...told].filter((pointer) => /^\/paths\/[^/]*\/[^/]*$/.test(pointer)));
  // What is told of an operation is not about its parts.
  for (const pointer of operations) told.delete(pointer);
  const isTold = (pointer: string): boolean => {
    if (operations.has(pointer)) return true;
    for (let place = pointer; place !== ''; place = place.slice(0, place.lastIndexOf('/'))) {
      if (told.has(place)) return true;
    }
    return false;
  };
  return losses
    .filter(({ pointer }) => !isTold(pointer))
    .map(({ pointer, reason }) => `${pointer}: ${reason}`);
}

/** Adds `@values` to the fields by which the members of a union are told apart. */
function withValues(document: DocumentNode, constants: SchemaComparison['constants']): DocumentNode {
  return visit(document, {
    ObjectTypeDefinition: (type) => ({
      ...type,
      fields: (type.fields ?? []).map((field) => {
        const values = constants.get(`${type.name.value}.${field.name.value}`);
        if (!values) return field;
        return { ...field, directives: [...(field.directives ?? []), valuesDirective([...values])] };
      }),
    }),
  });
}

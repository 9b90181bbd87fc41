import { sanitizeNameForGraphQL } from '@graphql-mesh/utils';
import { visit, type DocumentNode, type FieldDefinitionNode, type InputValueDefinitionNode } from 'graphql';
import { optionsOf } from '../normalise/required-names.ts';
import { forEachSchema, partsOf } from '../normalise/schemas.ts';
import {
  dereference,
  isObject,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import type { SchemaTypes } from './schema-types.ts';

type Access = 'readOnly' | 'writeOnly';

/** Takes fields out of a wrapped document. */
export type Correction = (wrapped: DocumentNode) => DocumentNode;

/**
 * Takes `readOnly` properties out of input types and `writeOnly` ones out of object types (OpenAPI 3.0.4, section
 * 4.7.24.2; JSON Schema Validation 2020-12, section 9.4): Mesh has them in both, and asks for those that are required. A
 * property that several schemas of one type describe is taken out when all of them say so.
 */
export function propertyAccess(document: OpenApiDocument, types: SchemaTypes): Correction {
  // Read now: Mesh changes the document.
  const readOnly = new Map<JsonObject, Names>();
  const writeOnly = new Map<JsonObject, Names>();
  forEachSchema(document, (schema) => {
    readOnly.set(schema, readNames(document, schema, 'readOnly'));
    writeOnly.set(schema, readNames(document, schema, 'writeOnly'));
  });
  const keep = <T extends FieldDefinitionNode | InputValueDefinitionNode>(
    type: string,
    fields: readonly T[] | undefined,
    access: ReadonlyMap<JsonObject, Names>,
  ): readonly T[] =>
    (fields ?? []).filter(({ name }) => {
      const describing = types
        .schemasOf(type)
        .map((schema) => access.get(schema))
        .filter((names) => names?.all.has(name.value));
      return describing.length === 0 || describing.some((names) => !names?.oneWay.has(name.value));
    });
  return (wrapped) =>
    visit(wrapped, {
      ObjectTypeDefinition: (node) => ({
        ...node,
        fields: keep(node.name.value, node.fields, writeOnly),
      }),
      InterfaceTypeDefinition: (node) => ({
        ...node,
        fields: keep(node.name.value, node.fields, writeOnly),
      }),
      InputObjectTypeDefinition: (node) => ({
        ...node,
        fields: keep(node.name.value, node.fields, readOnly),
      }),
    });
}

/** Properties by the names of their fields. */
interface Names {
  all: ReadonlySet<string>;
  oneWay: ReadonlySet<string>;
}

function readNames(document: OpenApiDocument, schema: JsonObject, access: Access): Names {
  const all = new Set<string>();
  const oneWay = new Set<string>();
  for (const owner of [schema, ...partsOf(document, schema), ...optionsOf(document, schema)]) {
    if (!isObject(owner['properties'])) continue;
    for (const [name, property] of Object.entries(owner['properties'])) {
      const field = sanitizeNameForGraphQL(name);
      all.add(field);
      if (hasAccess(document, property, access)) oneWay.add(field);
    }
  }
  return { all, oneWay };
}

function hasAccess(document: OpenApiDocument, property: unknown, access: Access): boolean {
  const schema = dereference(document, property);
  if (!schema || !isObject(property)) return false;
  return [property, schema, ...partsOf(document, schema)].some((part) => part[access] === true);
}

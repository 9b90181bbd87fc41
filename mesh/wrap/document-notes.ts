import { sanitizeNameForGraphQL } from '@graphql-mesh/utils';
import {
  Kind,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type StringValueNode,
  type TypeNode,
} from 'graphql';
import { nameOnTheWire } from '../annotations.ts';
import { forEachSchema, partsOf } from '../normalise/schemas.ts';
import { isSolidList } from '../normalise/solid-lists.ts';
import {
  dereference,
  forEachOperation,
  isObject,
  jsonContent,
  type JsonObject,
  type OpenApiDocument,
  type Operation,
} from '../document/openapi-document.ts';
import { namedTypeOf, typeDefinitions } from '../schema-document.ts';

/** What a document says of a property, parameter or answer, and Mesh does not. */
interface Note {
  /** For a list, a list of lists and so on: whether its items are never null. */
  solid: readonly boolean[];
  /** Why not to use it any more. */
  deprecation: string | undefined;
}

interface OperationNotes {
  answer: Note;
  /** By the name that Mesh gives the argument. */
  arguments: ReadonlyMap<string, Note>;
}

export interface DocumentNotes {
  /** By the type that Mesh makes of a schema, then by property. */
  properties: ReadonlyMap<string, ReadonlyMap<string, Note>>;
  /** Descriptions of values, by the type that Mesh makes of an enum. */
  values: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** By operationId. */
  operations: ReadonlyMap<string, OperationNotes>;
}

/** Reads what Mesh would lose of a normalised document. To be called before Mesh, which resolves references in place. */
export function readNotes(document: OpenApiDocument): DocumentNotes {
  const properties = new Map<string, Map<string, Note>>();
  const values = new Map<string, ReadonlyMap<string, string>>();
  const titles = new Set<string>();
  forEachSchema(document, (schema) => {
    if (typeof schema['title'] !== 'string') return;
    const type = sanitizeNameForGraphQL(schema['title']);
    const described = enumDescriptions(schema);
    if (described.size > 0) values.set(type, described);
    const notes = propertyNotes(document, schema);
    // Where two schemas have one name, nothing is sure of either.
    if (titles.has(type)) properties.delete(type);
    else properties.set(type, notes);
    titles.add(type);
  });
  const operations = new Map<string, OperationNotes>();
  forEachOperation(document, (operation, path) => {
    const shared = dereference(document, document.paths?.[path])?.['parameters'];
    const inherited = Array.isArray(shared) ? (shared as unknown[]) : [];
    operations.set(operation.operationId ?? '', operationNotes(document, operation, inherited));
  });
  return { properties, values, operations };
}

function propertyNotes(document: OpenApiDocument, schema: JsonObject): Map<string, Note> {
  const notes = new Map<string, Note>();
  for (const { properties } of [...partsOf(document, schema), schema]) {
    if (!isObject(properties)) continue;
    for (const [name, property] of Object.entries(properties)) notes.set(name, noteOf(document, property));
  }
  return notes;
}

function operationNotes(
  document: OpenApiDocument,
  operation: Operation,
  inherited: readonly unknown[],
): OperationNotes {
  const args = new Map<string, Note>();
  for (const value of [...inherited, ...(operation.parameters ?? [])]) {
    const parameter = dereference(document, value);
    if (!parameter || typeof parameter['name'] !== 'string') continue;
    const schema = parameter['schema'] ?? jsonContent(document, parameter)?.schema;
    const note = noteOf(document, schema);
    const deprecation = note.deprecation ?? deprecationOf(parameter);
    args.set(sanitizeNameForGraphQL(parameter['name']), { ...note, deprecation });
  }
  if (operation.requestBody !== undefined) {
    args.set('input', noteOf(document, jsonContent(document, operation.requestBody)?.schema));
  }
  const answers = Object.entries(operation.responses ?? {})
    .filter(([status]) => status.startsWith('2'))
    .map(([, response]) => noteOf(document, jsonContent(document, response)?.schema).solid);
  const [first = []] = answers;
  const solid = first.map((_, level) => answers.every((answer) => answer[level] === true));
  return {
    answer: { solid, deprecation: deprecationOf(operation) },
    arguments: args,
  };
}

function noteOf(document: OpenApiDocument, value: unknown): Note {
  const schema = dereference(document, value);
  const deprecation =
    (isObject(value) ? deprecationOf(value) : undefined) ?? (schema && deprecationOf(schema));
  return { solid: solidLevels(document, schema), deprecation };
}

function solidLevels(document: OpenApiDocument, schema: JsonObject | undefined, depth = 0): boolean[] {
  if (!schema || !('items' in schema) || depth > 10) return [];
  return [isSolidList(schema), ...solidLevels(document, dereference(document, schema['items']), depth + 1)];
}

/** The reason is the sentence of the description that says it. */
function deprecationOf({ deprecated, description }: JsonObject): string | undefined {
  if (deprecated !== true) return undefined;
  const sentences = typeof description === 'string' ? description.split(/(?<=[.!?])\s+|\n+/) : [];
  return (
    sentences.find((sentence) => /deprecat|instead|replaced by/i.test(sentence))?.trim() ??
    'Deprecated by the service.'
  );
}

/** `x-enum-descriptions`, a list in the order of the values or by value; `x-enumDescriptions` by value (Redocly). */
function enumDescriptions(schema: JsonObject): ReadonlyMap<string, string> {
  const found = schema['x-enum-descriptions'] ?? schema['x-enumDescriptions'];
  const values = Array.isArray(schema['enum']) ? (schema['enum'] as unknown[]) : [];
  return new Map(
    values.flatMap((value, index): [string, string][] => {
      const text: unknown = Array.isArray(found)
        ? found[index]
        : isObject(found)
          ? found[String(value)]
          : undefined;
      return typeof text === 'string' && text.trim() !== '' ? [[String(value), text.trim()]] : [];
    }),
  );
}

/** Adds the notes to what Mesh made of the document. */
export function withNotes(wrapped: DocumentNode, notes: DocumentNotes): DocumentNode {
  const isSafe = safeItems(wrapped);
  const rootTypes = ['Query', 'Mutation'];
  const noted = (type: string, field: FieldDefinitionNode | InputValueDefinitionNode) =>
    notes.properties.get(type)?.get(nameOnTheWire(field));
  return visit(wrapped, {
    ObjectTypeDefinition: (node) => ({
      ...node,
      fields: (node.fields ?? []).map((field) =>
        rootTypes.includes(node.name.value)
          ? withOperationNotes(field, notes.operations.get(field.name.value), isSafe)
          : withFieldNote(field, noted(node.name.value, field), isSafe),
      ),
    }),
    InputObjectTypeDefinition: (node) => ({
      ...node,
      fields: (node.fields ?? []).map((field) =>
        withArgumentNote(field, noted(node.name.value.replace(/_Input$/, ''), field)),
      ),
    }),
    EnumTypeDefinition: (node) => {
      const described = notes.values.get(node.name.value);
      return described && { ...node, values: (node.values ?? []).map((value) => withText(value, described)) };
    },
  });
}

/**
 * Whether an item can be answered whatever the service says. A value that an enum or a format does not know is an error
 * at its item, and must not take the list with it.
 */
function safeItems(wrapped: DocumentNode): (type: TypeNode) => boolean {
  const types = typeDefinitions(wrapped);
  const plain = new Set(['String', 'ID', 'Boolean', 'Float', 'Int']);
  return (type) => {
    const name = namedTypeOf(type);
    return plain.has(name) || types.get(name)?.kind === Kind.OBJECT_TYPE_DEFINITION;
  };
}

function withOperationNotes(
  field: FieldDefinitionNode,
  notes: OperationNotes | undefined,
  isSafe: (type: TypeNode) => boolean,
): FieldDefinitionNode {
  if (!notes) return field;
  return {
    ...withFieldNote(field, notes.answer, isSafe),
    arguments: (field.arguments ?? []).map((argument) =>
      withArgumentNote(argument, notes.arguments.get(argument.name.value)),
    ),
  };
}

function withFieldNote(
  field: FieldDefinitionNode,
  note: Note | undefined,
  isSafe: (type: TypeNode) => boolean,
): FieldDefinitionNode {
  if (!note) return field;
  const type = isSafe(field.type) ? solidType(field.type, note.solid) : field.type;
  return { ...field, type, directives: deprecated(field.directives ?? [], note) };
}

/** What is required can't be deprecated (GraphQL specification, section 3.13.3). */
function withArgumentNote(
  argument: InputValueDefinitionNode,
  note: Note | undefined,
): InputValueDefinitionNode {
  if (!note) return argument;
  const type = solidType(argument.type, note.solid);
  const isRequired = type.kind === Kind.NON_NULL_TYPE && argument.defaultValue === undefined;
  return isRequired
    ? { ...argument, type }
    : { ...argument, type, directives: deprecated(argument.directives ?? [], note) };
}

function solidType(type: TypeNode, [isSolid, ...below]: readonly boolean[]): TypeNode {
  if (type.kind === Kind.NAMED_TYPE) return type;
  if (type.kind === Kind.NON_NULL_TYPE) {
    const inner = solidType(type.type, [isSolid ?? false, ...below]);
    return inner.kind === Kind.NON_NULL_TYPE ? inner : { ...type, type: inner };
  }
  const item = solidType(type.type, below);
  const isWrapped = isSolid !== true || item.kind === Kind.NON_NULL_TYPE;
  return { ...type, type: isWrapped ? item : { kind: Kind.NON_NULL_TYPE, type: item } };
}

function deprecated(
  directives: readonly ConstDirectiveNode[],
  { deprecation }: Note,
): readonly ConstDirectiveNode[] {
  if (deprecation === undefined) return directives;
  const directive: ConstDirectiveNode = {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'deprecated' },
    arguments: [
      { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'reason' }, value: text(deprecation) },
    ],
  };
  return [...directives.filter(({ name }) => name.value !== 'deprecated'), directive];
}

function withText(
  value: EnumValueDefinitionNode,
  described: ReadonlyMap<string, string>,
): EnumValueDefinitionNode {
  const found = described.get(nameOnTheWire(value));
  return found === undefined ? value : { ...value, description: text(found) };
}

function text(value: string): StringValueNode {
  return { kind: Kind.STRING, value };
}

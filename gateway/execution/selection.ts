import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { WireRead } from '../../mesh/wire-fields.ts';

/** What a selection of an operation takes from a value. Objects are looked into when they are first met. */
export type Shape = LeafShape | ListShape | ObjectShape | AbstractShape;

export interface LeafShape {
  kind: 'leaf';
  /** Whether values are in the form of the answer already. */
  isWritten: boolean;
  isNonNull: boolean;
  type: GraphQLLeafType;
}

export interface ListShape {
  kind: 'list';
  isNonNull: boolean;
  item: Shape;
}

export interface ObjectShape {
  kind: 'object';
  isNonNull: boolean;
  type: GraphQLObjectType;
  fields: () => readonly SelectedField[];
}

export interface AbstractShape {
  kind: 'abstract';
  isNonNull: boolean;
  type: GraphQLAbstractType;
  /** Tells the possible type of a value; undefined when there is more to it. */
  typeNameOf: ((value: unknown) => unknown) | undefined;
  /** For a possible type of `type`. */
  of: (type: GraphQLObjectType) => ObjectShape;
}

export interface SelectedField {
  responseName: string;
  parentType: GraphQLObjectType;
  nodes: readonly [FieldNode, ...FieldNode[]];
  /** Undefined for `__typename`. */
  definition: GraphQLField<unknown, unknown> | undefined;
  /** How it is read from JSON; undefined when there is more to it. */
  read: WireRead | undefined;
  /** Undefined for `__typename`. */
  shape: Shape | undefined;
}

/** What selections are read with. */
export interface SelectionScope {
  schema: GraphQLSchema;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Values of the variables that `@skip` and `@include` look at. */
  conditions: Readonly<Record<string, unknown>>;
  source: SelectionSource;
}

/** Where the values come from that selections are taken from. */
export interface SelectionSource {
  /** How a field is read from JSON; undefined when there is more to it. */
  readOf: (
    field: GraphQLField<unknown, unknown>,
    nodes: SelectedField['nodes'],
    responseName: string,
  ) => WireRead | undefined;
  /** Tells the possible type of a value; undefined when there is more to it. */
  typeNameOf: (type: GraphQLAbstractType) => ((value: unknown) => unknown) | undefined;
  /** Whether leaves are in the form of the answer already. */
  areLeavesWritten: boolean;
}

/** The operation's own selection on a root type. */
export function rootShape(
  scope: SelectionScope,
  type: GraphQLObjectType,
  selectionSet: SelectionSetNode,
): ObjectShape {
  return objectShape(scope, type, [selectionSet], true);
}

function objectShape(
  scope: SelectionScope,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
  isNonNull: boolean,
): ObjectShape {
  let fields: readonly SelectedField[] | undefined;
  return {
    kind: 'object',
    isNonNull,
    type,
    fields: () => (fields ??= selectFields(scope, type, selectionSets)),
  };
}

function shapeOf(
  scope: SelectionScope,
  type: GraphQLOutputType,
  selectionSets: readonly SelectionSetNode[],
  isNonNull = false,
): Shape {
  if (isNonNullType(type)) return shapeOf(scope, type.ofType, selectionSets, true);
  if (isListType(type)) return { kind: 'list', isNonNull, item: shapeOf(scope, type.ofType, selectionSets) };
  if (isLeafType(type)) return { kind: 'leaf', isWritten: scope.source.areLeavesWritten, isNonNull, type };
  if (isObjectType(type)) return objectShape(scope, type, selectionSets, isNonNull);
  const shapes = new Map<GraphQLObjectType, ObjectShape>();
  const of = (possible: GraphQLObjectType): ObjectShape => {
    const found = shapes.get(possible) ?? objectShape(scope, possible, selectionSets, isNonNull);
    shapes.set(possible, found);
    return found;
  };
  return { kind: 'abstract', isNonNull, type, typeNameOf: scope.source.typeNameOf(type), of };
}

/** The fields that are asked of an object type, by response name (GraphQL, section 6.3.2, CollectFields). */
function selectFields(
  scope: SelectionScope,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): readonly SelectedField[] {
  const nodes = new Map<string, [FieldNode, ...FieldNode[]]>();
  const visited = new Set<string>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (!isIncluded(selection, scope)) continue;
      if (selection.kind === Kind.FIELD) {
        const responseName = selection.alias?.value ?? selection.name.value;
        const found = nodes.get(responseName);
        if (found) found.push(selection);
        else nodes.set(responseName, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(scope.schema, selection.typeCondition?.name.value, type)) collect(selection.selectionSet);
      } else if (!visited.has(selection.name.value)) {
        visited.add(selection.name.value);
        const fragment = scope.fragments.get(selection.name.value);
        if (fragment && applies(scope.schema, fragment.typeCondition.name.value, type)) {
          collect(fragment.selectionSet);
        }
      }
    }
  };
  selectionSets.forEach(collect);
  return [...nodes].flatMap(([responseName, own]) => selectField(scope, type, responseName, own));
}

function selectField(
  scope: SelectionScope,
  parentType: GraphQLObjectType,
  responseName: string,
  nodes: SelectedField['nodes'],
): SelectedField[] {
  const name = nodes[0].name.value;
  if (name === '__typename') {
    return [{ responseName, parentType, nodes, definition: undefined, read: undefined, shape: undefined }];
  }
  const definition = parentType.getFields()[name];
  if (!definition) return [];
  const selectionSets = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
  const shape = shapeOf(scope, definition.type, selectionSets);
  const read = scope.source.readOf(definition, nodes, responseName);
  return [{ responseName, parentType, nodes, definition, read, shape }];
}

function isIncluded(node: SelectionNode, { conditions }: SelectionScope): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, node, conditions)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, node, conditions)?.['if'] !== false;
}

function applies(schema: GraphQLSchema, condition: string | undefined, type: GraphQLObjectType): boolean {
  if (condition === undefined || condition === type.name) return true;
  const conditional = schema.getType(condition);
  return isAbstractType(conditional) && schema.isSubType(conditional, type);
}

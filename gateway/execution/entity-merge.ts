import { isObjectType, Kind, parse, type GraphQLSchema, type SelectionSetNode } from 'graphql';
import type { ShowMade } from './generated-code.ts';
import { compileMerge, mergeInto, type Merge } from './merge.ts';
import type { FetchNode } from './plan.ts';

/** How often a fetch is executed before its merge is compiled: many operations are sent only once. */
const coldRuns = 2;

/** Most fields of a compiled merge. */
const fieldsMax = 500;

/**
 * Makes the merge of the entities of a fetch, for one execution. An object whose type is known keeps it: a subgraph with
 * an interface object knows no more than the name of the interface.
 */
export function createEntityMerge(schema: GraphQLSchema, node: FetchNode, show?: ShowMade): () => Merge {
  let runs = 0;
  let fields: Merge = mergeInto;
  let isTypeAsked = true;
  const merge: Merge = (target, source) => {
    const known = target['__typename'];
    fields(target, source);
    if (!isTypeAsked || known === target['__typename']) return;
    if (typeof known === 'string' && isObjectType(schema.getType(known))) target['__typename'] = known;
  };
  return () => {
    if (runs++ === coldRuns) {
      const names = responseNames(node.operation);
      isTypeAsked = names.includes('__typename');
      if (names.length <= fieldsMax) fields = compileMerge(names, show);
    }
    return isTypeAsked ? merge : fields;
  };
}

/** Response names that an operation asks of entities, whatever their type. */
function responseNames(operation: string): readonly string[] {
  const { definitions } = parse(operation, { noLocation: true });
  const fragments = new Map<string, SelectionSetNode>();
  const names = new Set<string>();
  const collect = ({ selections }: SelectionSetNode, isEntity: boolean): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        if (isEntity) names.add(selection.alias?.value ?? selection.name.value);
        else if (selection.selectionSet) collect(selection.selectionSet, true);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, isEntity);
      else {
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment, isEntity);
      }
    }
  };
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node.selectionSet);
  }
  for (const node of definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION) collect(node.selectionSet, false);
  }
  return [...names];
}

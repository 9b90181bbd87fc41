import {
  GraphQLError,
  isAbstractType,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import { clientError } from '../errors.ts';
import type { RequiredFields } from '../supergraph/required-fields.ts';

/**
 * A subscription whose only field may be left out has no stream to follow. Looked for before validation, because
 * graphql-js throws at a condition with a variable there.
 */
export function conditionsOnSubscriptionRoots(document: DocumentNode): GraphQLError[] {
  const errors: GraphQLError[] = [];
  const seen = new Set<string>();
  const look = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      const condition = selection.directives?.find(({ name }) => ['skip', 'include'].includes(name.value));
      if (condition) {
        const message = `@${condition.name.value} can not be put on the root field of a subscription`;
        errors.push(clientError('GRAPHQL_VALIDATION_FAILED', message, {}, [condition]));
      }
      if (selection.kind === Kind.INLINE_FRAGMENT) look(selection.selectionSet);
      if (selection.kind !== Kind.FRAGMENT_SPREAD || seen.has(selection.name.value)) continue;
      seen.add(selection.name.value);
      const fragment = document.definitions.find(
        (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value,
      );
      if (fragment?.kind === Kind.FRAGMENT_DEFINITION) look(fragment.selectionSet);
    }
  };
  for (const node of document.definitions) {
    if (node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.SUBSCRIPTION) {
      look(node.selectionSet);
    }
  }
  return errors;
}

/**
 * An alias must not take the name of another field that a plan fetches under that name: the planner (2.14) merges
 * the two and the client would get the value of the wrong one, without an error.
 * @param required fields of the supergraph that plans fetch under their own names
 */
export function requiredNamesRule(required: RequiredFields): ValidationRule {
  return function aliasTakesRequiredName(context) {
    const schema = context.getSchema();
    const isTaken = (type: ReturnType<ValidationContext['getParentType']>, alias: string): boolean => {
      if (!type) return false;
      if (alias === '__typename' || required.get(type.name)?.has(alias)) return true;
      return isAbstractType(type) && schema.getPossibleTypes(type).some((member) => isTaken(member, alias));
    };
    return {
      Field(node) {
        const alias = node.alias?.value;
        if (alias === undefined || alias === node.name.value || !isTaken(context.getParentType(), alias))
          return;
        const message = `The alias "${alias}" is the name of another field that identifies the object; choose another one`;
        context.reportError(new GraphQLError(message, { nodes: node }));
      },
    };
  };
}

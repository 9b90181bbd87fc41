import { Kind, visit, type ASTNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Most combinations of conditions of one operation that are kept; clients choose them. */
const combinationsMax = 16;

/** Names of the variables that `@skip` and `@include` look at. */
export function conditionVariables(nodes: readonly ASTNode[]): readonly string[] {
  const names = new Set<string>();
  for (const node of nodes) {
    visit(node, {
      Directive: (directive) => {
        for (const { value } of directive.arguments ?? []) {
          if (value.kind === Kind.VARIABLE) names.add(value.name.value);
        }
      },
    });
  }
  return [...names];
}

/**
 * Compiles something that depends on conditions, once for each combination of their values.
 * @param names the variables that are conditions
 */
export function createConditional<Compiled extends object>(
  names: readonly string[],
  compile: (conditions: Readonly<Record<string, boolean>>) => Compiled,
): (variables: Readonly<Record<string, unknown>>) => Compiled {
  if (names.length === 0) {
    let only: Compiled | undefined;
    return () => (only ??= compile({}));
  }
  const compiled = new LRUCache<string, Compiled>({ max: combinationsMax });
  return (variables) => {
    const key = names.map((name) => (variables[name] === true ? '1' : '0')).join('');
    const found = compiled.get(key);
    if (found) return found;
    const made = compile(Object.fromEntries(names.map((name) => [name, variables[name] === true])));
    compiled.set(key, made);
    return made;
  };
}

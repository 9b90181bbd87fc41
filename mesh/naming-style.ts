import { camelCase, constantCase, pascalCase } from 'change-case';
import type { SubgraphConfig } from './subgraph-config.ts';

/** How names of the document are written in GraphQL. */
export interface NamingStyle {
  type: (name: string) => string;
  field: (name: string) => string;
  enumValue: (name: string) => string;
}

const graphqlStyle: NamingStyle = {
  type: (name) => (/^[A-Z][A-Za-z0-9]*$/.test(name) ? name : startSafely(pascalCase(name))),
  field: (name) => (/^[a-z][A-Za-z0-9]*$/.test(name) ? name : startSafely(camelCase(name))),
  enumValue: (name) => (/^[A-Z][A-Z0-9_]*$/.test(name) ? name : startSafely(constantCase(name))),
};

const sourceStyle: NamingStyle = {
  type: same,
  field: unreserved,
  enumValue: (name) => (['true', 'false', 'null'].includes(name) ? `_${name}` : unreserved(name)),
};

export function styleOf(naming: SubgraphConfig['naming']): NamingStyle {
  return naming === 'graphql' ? graphqlStyle : sourceStyle;
}

/** A root field with the prefix of its subgraph: `Shop` and `listOrders` are `shopListOrders`. */
export function prefixedField(prefix: string, field: string): string {
  return prefix === '' ? field : `${camelCase(prefix)}${pascalCase(field)}`;
}

/**
 * The subscription field of an event, which may be called anything: styled like other fields, with every character
 * that no GraphQL name has as `_`, and with the prefix. Different events can get one field.
 */
export function eventField(
  event: string,
  { naming, prefix }: Pick<SubgraphConfig, 'naming' | 'prefix'>,
): string {
  const styled = startSafely(
    styleOf(naming)
      .field(event)
      .replaceAll(/[^A-Za-z0-9_]+/g, '_'),
  );
  return prefixedField(prefix, unreserved(styled));
}

/** GraphQL keeps names that start with two underscores for itself. */
function unreserved(name: string): string {
  return name.replace(/^__+/, '_');
}

function same(name: string): string {
  return name;
}

function startSafely(name: string): string {
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`;
}

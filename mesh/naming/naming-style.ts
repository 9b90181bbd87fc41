import { camel, constant, pascal, wordsOf } from './name-words.ts';
import type { SubgraphConfig } from '../config/subgraph-config.ts';

/** How names of the document are written in GraphQL. */
export interface NamingStyle {
  type: (name: string) => string;
  field: (name: string) => string;
  enumValue: (name: string) => string;
}

const graphqlStyle: NamingStyle = {
  type: (name) => (/^[A-Z][A-Za-z0-9]*$/.test(name) ? name : startSafely(pascal(wordsOf(name)))),
  field: (name) =>
    /^[a-z][A-Za-z0-9]*$/.test(name) && !/[A-Z]{2}/.test(name) ? name : startSafely(camel(wordsOf(name))),
  enumValue: (name) => (/^[A-Z][A-Z0-9_]*$/.test(name) ? name : enumName(name)),
};

/** What tells values apart that have the same words, such as `asc` and `-asc`, or that have no words. */
const symbolWords: readonly (readonly [RegExp, string])[] = [
  [/^-/g, 'minus'],
  [/\+/g, 'plus'],
  [/\*/g, 'asterisk'],
  [/</g, 'less'],
  [/>/g, 'greater'],
  [/=/g, 'equal'],
  [/!/g, 'not'],
  [/%/g, 'percent'],
  [/&/g, 'and'],
  [/#/g, 'hash'],
  [/@/g, 'at'],
  [/\$/g, 'dollar'],
];

function enumName(value: string): string {
  if (value === '') return 'EMPTY';
  let spelled = value;
  for (const [symbol, word] of symbolWords) spelled = spelled.replaceAll(symbol, ` ${word} `);
  const name = constant(wordsOf(spelled));
  return startSafely(name);
}

const sourceStyle: NamingStyle = {
  type: same,
  field: unreserved,
  enumValue: (name) => (['true', 'false', 'null'].includes(name) ? `_${name}` : unreserved(name)),
};

export function styleOf(naming: SubgraphConfig['naming']): NamingStyle {
  return naming === 'graphql' ? graphqlStyle : sourceStyle;
}

/** A root field with the prefix of its subgraph: `Shop` and `orders` are `shopOrders`. */
export function prefixedField(prefix: string, field: string): string {
  return prefix === '' ? field : `${camel(wordsOf(prefix))}${pascal(wordsOf(field))}`;
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

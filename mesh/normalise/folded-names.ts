import { sanitizeNameForGraphQL } from '@graphql-mesh/utils';
import {
  dereference,
  forEachOperation,
  isObject,
  pointerTo,
  type JsonObject,
  type OpenApiDocument,
  type Operation,
} from '../document/openapi-document.ts';
import { forEachSchema } from './schemas.ts';

/**
 * Warns of names that Mesh makes one of: of several properties or values of an enum the last is there, and parameters
 * share an argument.
 */
export function tellFoldedNames(document: OpenApiDocument, warnings: string[]): void {
  forEachSchema(document, (schema, { pointer }) => {
    const { properties, enum: values } = schema;
    if (isObject(properties)) warnings.push(...lostProperties(properties, `${pointer}/properties`));
    // Others become no enum: see relax-formats.ts.
    const isText =
      Array.isArray(values) && values.every((value) => value === null || typeof value === 'string');
    if (isText) warnings.push(...lostValues(values as (string | null)[], `${pointer}/enum`));
  });
  forEachOperation(document, (operation, path, method) => {
    const shared = dereference(document, document.paths?.[path])?.['parameters'];
    const inherited = Array.isArray(shared) ? (shared as unknown[]) : [];
    warnings.push(...sharedArguments(document, operation, inherited, pointerTo('paths', path, method)));
  });
}

function lostProperties(properties: JsonObject, pointer: string): string[] {
  const names = Object.keys(properties);
  const lost = folded(names, sanitizeNameForGraphQL).map(
    ([name, other]) => `${pointer}${pointerTo(name)}: lost, because GraphQL can not tell it from "${other}"`,
  );
  // Mesh takes a property of this name for the keyword.
  if (names.includes('additionalProperties')) {
    lost.push(`${pointer}/additionalProperties: lost, because it is called like a keyword of JSON Schema`);
  }
  return lost;
}

function lostValues(values: readonly (string | null)[], pointer: string): string[] {
  const texts = values.filter((value) => value !== null);
  return folded(texts, enumName).map(([value, other]) => {
    const place = `${pointer}/${values.indexOf(value)}`;
    return `${place}: "${value}" is lost, because GraphQL can not tell it from "${other}"`;
  });
}

/** The name that Mesh gives a value. */
function enumName(value: string): string {
  return ['true', 'false', 'null'].includes(value) ? value.toUpperCase() : sanitizeNameForGraphQL(value);
}

/** Each name that becomes the same as a later one, with the last of those. */
function folded(
  names: readonly string[],
  nameOf: (name: string) => string,
): readonly (readonly [string, string])[] {
  const last = new Map(names.map((name) => [nameOf(name), name]));
  return [...new Set(names)].flatMap((name) => {
    const other = last.get(nameOf(name));
    return other === undefined || other === name ? [] : [[name, other] as const];
  });
}

function sharedArguments(
  document: OpenApiDocument,
  operation: Operation,
  inherited: readonly unknown[],
  pointer: string,
): string[] {
  const owners = new Map<string, string>(operation.requestBody === undefined ? [] : [['input', 'the body']]);
  const warnings: string[] = [];
  for (const parameter of [...(operation.parameters ?? []), ...inherited]) {
    const { name, in: place } = dereference(document, parameter) ?? {};
    if (typeof name !== 'string' || typeof place !== 'string') continue;
    const label = `"${name}" in ${place}`;
    const argument = sanitizeNameForGraphQL(name);
    const owner = owners.get(argument);
    if (owner === undefined) owners.set(argument, label);
    else if (owner !== label)
      warnings.push(`${pointer}: ${label} and ${owner} share the argument ${argument}`);
  }
  return warnings;
}

import { sanitizeNameForGraphQL } from '@graphql-mesh/utils';
import {
  dereference,
  forEachOperation,
  isObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';

const places = ['path', 'query', 'header', 'cookie'] as const;

export type ParameterPlace = (typeof places)[number];
export type ParameterStyle =
  'matrix' | 'label' | 'simple' | 'form' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject';

/** A parameter object of a document, with its defaults (OpenAPI 3.0.4 and 3.1.1, section 4.8.12). */
export interface Parameter {
  name: string;
  in: ParameterPlace;
  /** The argument that Mesh makes of it. */
  argument: string;
  style: ParameterStyle;
  explode: boolean;
  /** Of a parameter with `content` instead of a style. */
  mediaType: string | undefined;
  /** The properties that its schema names. */
  properties: ReadonlySet<string>;
}

/** What Mesh does not keep: how each operation writes its parameters, by operationId, those of its path item first. */
export function parametersByOperation(document: OpenApiDocument): Map<string, readonly Parameter[]> {
  const operations = new Map<string, readonly Parameter[]>();
  forEachOperation(document, (operation, path) => {
    const shared = dereference(document, document.paths?.[path])?.['parameters'];
    const parameters = new Map<string, Parameter>();
    for (const value of [...(Array.isArray(shared) ? shared : []), ...(operation.parameters ?? [])]) {
      const parameter = readParameter(document, value);
      // An operation's own replaces that of its path item.
      if (parameter) parameters.set(`${parameter.in} ${parameter.name}`, parameter);
    }
    operations.set(operation.operationId ?? '', [...parameters.values()]);
  });
  return operations;
}

function readParameter(document: OpenApiDocument, value: unknown): Parameter | undefined {
  const found = dereference(document, value) ?? {};
  const { name, content } = found;
  const place = places.find((candidate) => candidate === found['in']);
  if (typeof name !== 'string' || place === undefined) return undefined;
  const style = styleOf(place, found['style']);
  return {
    name,
    in: place,
    argument: sanitizeNameForGraphQL(name),
    style,
    explode: typeof found['explode'] === 'boolean' ? found['explode'] : style === 'form',
    mediaType: isObject(content) ? Object.keys(content)[0] : undefined,
    properties: propertiesOf(document, found['schema']),
  };
}

const stylesOf: Readonly<Record<ParameterPlace, readonly [ParameterStyle, ...ParameterStyle[]]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};

/** A style that the specification does not have at a place is the default there. */
export function styleOf(place: ParameterPlace, style: unknown): ParameterStyle {
  const known = stylesOf[place];
  return known.find((candidate) => candidate === style) ?? known[0];
}

/** The names of the properties that a schema describes, in its parts and alternatives too. */
export function propertiesOf(document: OpenApiDocument, schema: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<unknown>();
  const walk = (value: unknown): void => {
    const found = dereference(document, value);
    if (!found || seen.has(found)) return;
    seen.add(found);
    if (isObject(found['properties'])) for (const name of Object.keys(found['properties'])) names.add(name);
    for (const parts of [found['allOf'], found['anyOf'], found['oneOf']]) {
      if (Array.isArray(parts)) parts.forEach(walk);
    }
  };
  walk(schema);
  return names;
}

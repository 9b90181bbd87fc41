import { dereference, isObject, type OpenApiDocument } from '../document/openapi-document.ts';
import type { Credential } from './subgraph-yaml.ts';

/**
 * The base URL that a document names first, if it can be called: http(s), absolute, its variables filled with their
 * defaults. A relative one is taken from where the document came from.
 * @param from URL of the document; undefined for a file
 */
export function documentEndpoint(document: OpenApiDocument, from: URL | undefined): string | undefined {
  const { servers } = document as { servers?: unknown };
  const server: unknown = Array.isArray(servers) ? servers[0] : undefined;
  if (!isObject(server) || typeof server['url'] !== 'string') return undefined;
  const variables = isObject(server['variables']) ? server['variables'] : {};
  const filled = server['url'].replaceAll(/\{([^{}]*)\}/g, (written, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined;
    return isObject(variable) && typeof variable['default'] === 'string' ? variable['default'] : written;
  });
  return (
    callableUrl(filled) ??
    (from && URL.canParse(filled, from) ? callableUrl(new URL(filled, from).href) : undefined)
  );
}

/**
 * A base URL that can stand in `endpoint` as it is: it holds nothing that YAML or a variable would read.
 * @returns undefined for any other text
 */
export function callableUrl(url: string): string | undefined {
  if (!/^https?:\/\/[^\s${}"'`#?\\@]+$/.test(url) || !URL.canParse(url)) return undefined;
  return url.replace(/\/+$/, '');
}

/** The security schemes of a document that can be given something. */
export function documentCredentials(document: OpenApiDocument): Credential[] {
  const schemes = document.components?.['securitySchemes'] ?? {};
  return Object.entries(schemes).flatMap(([name, one]): Credential[] => {
    const { type, scheme, in: place, name: parameter } = dereference(document, one) ?? {};
    if (type === 'apiKey') {
      const header = place === 'header' ? String(parameter).toLowerCase() : undefined;
      return [{ name, kind: 'apiKey', header }];
    }
    if (type !== 'http' && type !== 'oauth2' && type !== 'openIdConnect') return [];
    const isBasic = type === 'http' && String(scheme).toLowerCase() === 'basic';
    return [{ name, kind: isBasic ? 'basic' : 'token', header: 'authorization' }];
  });
}

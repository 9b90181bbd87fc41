import { dereference, isObject, type OpenApiDocument } from '../openapi-document.ts';
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
    callable(filled) ??
    (from && URL.canParse(filled, from) ? callable(new URL(filled, from).href) : undefined)
  );
}

/** Whether a URL can stand in `endpoint` as it is, and hold nothing that YAML or a variable would read. */
function callable(url: string): string | undefined {
  if (!/^https?:\/\/[^\s${}"'`#?\\@]+$/.test(url) || !URL.canParse(url)) return undefined;
  return url.replace(/\/+$/, '');
}

/** The security schemes of a document that a header satisfies. */
export function documentCredentials(document: OpenApiDocument): Credential[] {
  const schemes = document.components?.['securitySchemes'] ?? {};
  return Object.entries(schemes).flatMap(([name, one]): Credential[] => {
    const scheme = dereference(document, one);
    if (!scheme) return [];
    const { type, in: place, name: header, scheme: kind } = scheme;
    if (type === 'apiKey' && place === 'header' && typeof header === 'string' && isHeaderName(header)) {
      return [{ name, header: header.toLowerCase(), scheme: '' }];
    }
    if (type === 'http' && String(kind).toLowerCase() === 'basic') {
      return [{ name, header: 'authorization', scheme: 'Basic ' }];
    }
    const isToken = type === 'http' || type === 'oauth2' || type === 'openIdConnect';
    return isToken ? [{ name, header: 'authorization', scheme: 'Bearer ' }] : [];
  });
}

function isHeaderName(text: string): boolean {
  return /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(text) && !text.includes("'");
}

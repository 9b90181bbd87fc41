import {
  dereference,
  forEachOperation,
  isObject,
  pointerTo,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';

/**
 * Takes the `links` of responses out, each with a warning. Mesh makes a field of each, which only resolvers of Mesh's own
 * could answer, and fails where the operation at the other end has no answer (DigitalOcean).
 */
export function dropLinks(document: OpenApiDocument, warnings: string[]): void {
  const seen = new Set<JsonObject>();
  forEachOperation(document, ({ responses = {} }, path, method) => {
    for (const [status, value] of Object.entries(responses)) {
      const response = dereference(document, value);
      const links = response?.['links'];
      if (!response || seen.has(response) || !isObject(links)) continue;
      seen.add(response);
      delete response['links'];
      if (Object.keys(links).length === 0) continue;
      const reference = isObject(value) ? value['$ref'] : undefined;
      const place =
        typeof reference === 'string'
          ? reference.slice(1)
          : pointerTo('paths', path, method, 'responses', status);
      const names = Object.keys(links).join(', ');
      warnings.push(`${place}/links: are no fields (${names}); "links" of subgraph.yaml can say the same`);
    }
  });
}

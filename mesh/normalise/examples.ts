import {
  dereference,
  forEachOperation,
  isObject,
  pointerTo,
  type OpenApiDocument,
} from '../document/openapi-document.ts';

/** What Mesh takes for any JSON; it does not look at a schema that says nothing at all. */
const anyJson = { additionalProperties: true };

/**
 * Makes any JSON of JSON bodies and answers that have no schema, with a warning where there is an example. Mesh would
 * guess a type from the example, which others of the same kind may not have, and fails on one that is no JSON
 * (dataflowkit.com).
 */
export function settleExamples(document: OpenApiDocument, warnings: string[]): void {
  const seen = new Set<unknown>();
  const settle = (holder: unknown, pointer: string) => {
    const content = dereference(document, holder)?.['content'];
    if (!isObject(content)) return;
    for (const [type, media] of Object.entries(content)) {
      if (!isObject(media) || seen.has(media) || !/json/i.test(type)) continue;
      seen.add(media);
      const { schema, example, examples } = media;
      if (isObject(schema) && Object.keys(schema).length > 0) continue;
      delete media['example'];
      delete media['examples'];
      media['schema'] = { ...anyJson };
      if (example === undefined && examples === undefined) continue;
      warnings.push(`${pointer}${pointerTo('content', type)}: has an example and no schema; any JSON`);
    }
  };
  forEachOperation(document, ({ requestBody, responses }, path, method) => {
    const pointer = pointerTo('paths', path, method);
    settle(requestBody, `${pointer}/requestBody`);
    for (const [status, response] of Object.entries(isObject(responses) ? responses : {})) {
      settle(response, pointer + pointerTo('responses', status));
    }
  });
}

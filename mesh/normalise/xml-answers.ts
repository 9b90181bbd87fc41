import {
  dereference,
  forEachOperation,
  isObject,
  pointerTo,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import { answersOf } from './answers.ts';

/**
 * Makes any JSON of successes that are XML alone: the text is answered as it comes, where an object of the schema's
 * properties would be an error every time (Amazon S3 Control).
 */
export function settleXmlAnswers(document: OpenApiDocument, warnings: string[]): void {
  const settled = new Set<unknown>();
  forEachOperation(document, (operation, path, method) => {
    for (const { status, mediaType, schema } of answersOf(document, operation)) {
      const content = dereference(document, operation.responses?.[status])?.['content'];
      const media = isObject(content) ? content[mediaType] : undefined;
      if (!isObject(media) || !/[/+]xml\s*(;|$)/i.test(mediaType) || settled.has(media)) continue;
      settled.add(media);
      if (dereference(document, schema)?.['type'] === 'string') continue;
      media['schema'] = { type: 'object', additionalProperties: true };
      const pointer = pointerTo('paths', path, method, 'responses', status, 'content', mediaType);
      warnings.push(`${pointer}: XML is not read; its text is the answer, as any JSON`);
    }
  });
}

import type { OpenApiDocument } from '../document/openapi-document.ts';
import { forEachSchema } from './schemas.ts';

/**
 * Takes `items` out of what is said to be no list: they say nothing there (JSON Schema 2020-12, section 10.3.1.2), and
 * Mesh makes a list of it (Slack: `type: object` with `items`).
 */
export function dropMisplacedItems(document: OpenApiDocument, warnings: string[]): void {
  forEachSchema(document, (schema, { pointer }) => {
    const types = [schema['type'] ?? []].flat();
    if (!('items' in schema) || types.length === 0 || types.includes('array')) return;
    delete schema['items'];
    warnings.push(`${pointer}/items: its type is ${types.map(String).join(' or ')} and no list; left out`);
  });
}

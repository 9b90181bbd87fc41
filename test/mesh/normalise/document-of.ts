import { parseOpenApiDocument } from '../../../mesh/document/parse-document.ts';
import type { OpenApiDocument } from '../../../mesh/document/openapi-document.ts';

/** A document from the YAML of its `paths`, `webhooks` and `components`; of 3.1 unless told. */
export function documentOf(yaml: string, openapi = '3.1.0'): OpenApiDocument {
  return parseOpenApiDocument(
    `openapi: ${openapi}\ninfo: { title: Test, version: '1' }\n${yaml}`,
    'openapi.yaml',
  );
}

/** The value at a path of keys. */
export function at(document: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string, unknown> | undefined)?.[key],
    document,
  );
}

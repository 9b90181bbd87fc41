import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** As much of an OpenAPI document as a service needs to know about itself. */
export type OpenApiDocument = {
  openapi: string;
  info: { title: string; version: string };
  /** By path template, such as `/orders/{orderId}`. */
  paths: Record<string, unknown>;
};

/** Reads a service's own document. Throws when the file is missing or is not YAML. */
export function readOpenApiDocument(file: URL): OpenApiDocument {
  return parse(readFileSync(file, 'utf8')) as OpenApiDocument;
}

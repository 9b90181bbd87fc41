import { githubPayloads } from './github-delivery.ts';

type Json = Readonly<Record<string, unknown>>;

/** An event of GitHub as a document describes it here, and what is asked of it. */
export interface DescribedPayload {
  readonly event: string;
  /** OpenAPI operation of the webhook. */
  readonly operation: object;
  /** GraphQL selection of everything that is described. */
  readonly selection: string;
  /** What the payload has of it. */
  readonly expected: Json;
}

/**
 * Each payload with its texts and booleans described, those of the objects in it included. All of them are required, so a
 * payload that does not arrive whole is none of the event.
 */
export const describedPayloads: readonly DescribedPayload[] = [...githubPayloads].map(([event, body]) => {
  const expected = described(JSON.parse(String(body)) as Json);
  const content = { 'application/json': { schema: schemaOf(expected) } };
  return {
    event,
    operation: { post: { requestBody: { content }, responses: { '202': { description: 'Received' } } } },
    selection: selectionOf(expected),
    expected,
  };
});

function described(payload: Json, isWithin = false): Json {
  const parts = Object.entries(payload).flatMap(([name, value]) => {
    if (isScalar(value)) return [[name, value]];
    if (isWithin || !isObject(value)) return [];
    const part = described(value, true);
    return Object.keys(part).length > 0 ? [[name, part]] : [];
  });
  return Object.fromEntries(parts) as Json;
}

function schemaOf(part: Json): object {
  const properties = Object.entries(part).map(([name, value]) => [
    name,
    isObject(value) ? schemaOf(value) : { type: typeof value },
  ]);
  return {
    type: 'object',
    required: Object.keys(part),
    properties: Object.fromEntries(properties) as object,
  };
}

function selectionOf(part: Json): string {
  const fields = Object.entries(part).map(([name, value]) =>
    isObject(value) ? `${name} ${selectionOf(value)}` : name,
  );
  return `{ ${fields.join(' ')} }`;
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean';
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

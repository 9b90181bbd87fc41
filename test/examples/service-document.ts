import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const SERVICE_NAMES = ['orders', 'payments', 'inventory', 'customers'] as const;

export type ServiceName = (typeof SERVICE_NAMES)[number];

type Content = Record<string, { schema: object }>;
type Operation = {
  operationId: string;
  description?: string;
  requestBody?: { content: Content };
  responses: Record<string, { $ref?: string; content?: Content }>;
  callbacks?: Record<string, Record<string, { post: Operation }>>;
};
type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  webhooks?: Record<string, { post: Operation }>;
};

/** A service's OpenAPI document, read by the tests on their own, with what they ask about it. */
export function openServiceDocument(name: ServiceName) {
  const file = new URL(`../../examples/${name}/openapi.yaml`, import.meta.url);
  const document = parse(readFileSync(file, 'utf8')) as Document;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'document');

  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
  );
  const callbacks = operations.flatMap(({ callbacks = {} }) =>
    Object.entries(callbacks).map(([event, paths]) => [event, Object.values(paths)[0]?.post] as const),
  );
  const webhooks = Object.entries(document.webhooks ?? {}).map(([event, { post }]) => [event, post] as const);
  const events = Object.fromEntries([...callbacks, ...webhooks]);

  /** Makes references within the document absolute, so that a part of it can be compiled alone. */
  function compile(schema: object): ValidateFunction {
    return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/')) as object);
  }

  function resolve(response: Operation['responses'][string] | undefined) {
    if (!response?.$ref) return response;
    const shared = document as unknown as { components: { responses: Operation['responses'] } };
    return shared.components.responses[response.$ref.split('/').at(-1) ?? ''];
  }

  return {
    document,
    operations,
    events,
    operation(operationId: string) {
      const found = operations.find((operation) => operation.operationId === operationId);
      if (!found) throw new Error(`${name} has no operation ${operationId}`);
      return found;
    },
    /** What is wrong with an answer, by the document; undefined when nothing is. */
    answerErrors({
      operationId,
      status,
      type,
      body,
    }: Record<'operationId' | 'type', string> & { status: number; body: unknown }) {
      const response = resolve(this.operation(operationId).responses[status]);
      if (!response) return `${operationId} does not describe a ${status}`;
      const [mediaType = '', content] = Object.entries(response.content ?? {})[0] ?? [];
      if (!content) return undefined;
      if (!type.startsWith(mediaType)) return `${type} is not ${mediaType}`;
      const validate = compile(content.schema);
      return validate(body) ? undefined : ajv.errorsText(validate.errors);
    },
    /** What is wrong with an event's payload, by the document; undefined when nothing is. */
    payloadErrors(event: string, payload: unknown) {
      const schema = events[event]?.requestBody?.content['application/json']?.schema;
      if (!schema) return `${name} does not describe ${event}`;
      const validate = compile(schema);
      return validate(payload) ? undefined : ajv.errorsText(validate.errors);
    },
  };
}

import {
  dereference,
  forEachOperation,
  forEachWebhook,
  formContent,
  isObject,
  jsonContent,
  pointerTo,
  type JsonObject,
  type MediaContent,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import { eventName } from './schemas.ts';

/** An event that a document describes: a callback of an operation, or a webhook. */
export interface LiftedEvent {
  /** Name of the callback or webhook. */
  name: string;
  description: string | undefined;
  /** Payload schema as the document has it, references included; undefined when it describes none. */
  schema: JsonObject | undefined;
  /** JSON pointer to that schema, or to the event when it has none. */
  pointer: string;
  /** operationId of the synthetic operation whose response is the payload; undefined without a schema. */
  operationId: string | undefined;
  /** 2xx status that the document wants as the answer; 202 where it says none. */
  successStatus: number;
  /** Only for callbacks: the document's operation that owns it, and the runtime expression that tells where the URL is put. */
  callback: { operationId: string; expression: string } | undefined;
}

/**
 * Turns callbacks and webhooks into synthetic GET operations that answer with the payload: Mesh skips
 * callbacks whose key starts with `$`, keeps one method of several and ignores 3.1 `webhooks`, but gives
 * an answer's schema its types like any other.
 * @param operationIds the document's operationId to the one in `document`
 */
export function liftEvents(
  document: OpenApiDocument,
  operationIds: ReadonlyMap<string, string>,
  warnings: string[],
): LiftedEvent[] {
  const events = new Map<string, LiftedEvent>();
  const keep: Keep = (event, pointer) => {
    if (events.has(event.name)) {
      warnings.push(`${pointer}: an event named "${event.name}" exists already; this one is left out`);
      return;
    }
    const operationId = event.schema ? `sluiceEvent${events.size}` : undefined;
    if (!event.schema) warnings.push(`${pointer}: has no JSON payload schema; any JSON is accepted`);
    events.set(event.name, { ...event, operationId });
  };
  liftWebhooks(document, keep);
  liftCallbacks(document, new Map([...operationIds].map(([id, safe]) => [safe, id])), keep);
  for (const event of events.values()) addSyntheticOperation(document, event);
  return [...events.values()];
}

type Keep = (event: Omit<LiftedEvent, 'operationId'>, pointer: string) => void;

function liftWebhooks(document: OpenApiDocument, keep: Keep): void {
  forEachWebhook(document, (name, item, pointer) => {
    const pathItem = dereference(document, item);
    const delivery = pathItem && deliveryOf(pathItem);
    if (delivery) keep({ ...describe(document, name, delivery, pointer), callback: undefined }, pointer);
  });
  delete document.webhooks;
  delete document['x-webhooks'];
}

function liftCallbacks(document: OpenApiDocument, originals: ReadonlyMap<string, string>, keep: Keep): void {
  forEachOperation(document, (operation, path, method) => {
    for (const [name, reference] of Object.entries(operation.callbacks ?? {})) {
      const callback = dereference(document, reference);
      for (const [expression, item] of Object.entries(callback ?? {})) {
        const pathItem = dereference(document, item);
        const delivery = pathItem && deliveryOf(pathItem);
        const operationId = originals.get(operation.operationId ?? '');
        if (!delivery || operationId === undefined) continue;
        const pointer = pointerTo('paths', path, method, 'callbacks', name, expression);
        const owner = { operationId, expression };
        keep({ ...describe(document, name, delivery, pointer), callback: owner }, pointer);
      }
    }
    delete operation.callbacks;
  });
}

interface Delivery {
  method: string;
  operation: JsonObject;
}

function deliveryOf(pathItem: JsonObject): Delivery | undefined {
  for (const method of ['post', 'put', 'patch']) {
    const operation = pathItem[method];
    if (isObject(operation)) return { method, operation };
  }
  return undefined;
}

function describe(
  document: OpenApiDocument,
  name: string,
  { method, operation }: Delivery,
  pointer: string,
): Omit<LiftedEvent, 'operationId' | 'callback'> {
  const status = Object.keys(isObject(operation['responses']) ? operation['responses'] : {})
    .map(Number)
    .find((code) => code >= 200 && code < 300);
  const content = payloadContent(document, operation['requestBody']);
  const body = content && pointerTo(method, 'requestBody', 'content', content.mediaType, 'schema');
  return {
    name,
    description: [operation['description'], operation['summary']].find((text) => typeof text === 'string'),
    schema: content?.schema,
    pointer: `${pointer}${body ?? ''}`,
    successStatus: status ?? 202,
  };
}

/**
 * What describes the payload: JSON, else a form, whose fields are the payload. The one field `payload` is none of them: it
 * holds the payload as JSON text, of which the document says nothing.
 */
function payloadContent(document: OpenApiDocument, body: unknown): MediaContent | undefined {
  const json = jsonContent(document, body);
  if (json) return json;
  const form = formContent(document, body);
  const names = Object.keys(dereference(document, form?.schema)?.['properties'] ?? {});
  return names.join() === 'payload' ? undefined : form;
}

function addSyntheticOperation(document: OpenApiDocument, event: LiftedEvent): void {
  if (!event.operationId || !event.schema) return;
  document.paths ??= {};
  document.paths[`/${event.operationId}`] = {
    get: {
      operationId: event.operationId,
      [eventName]: event.name,
      // Nobody calls it, so nobody has to say who calls.
      security: [],
      responses: {
        200: { description: '', content: { 'application/json': { schema: structuredClone(event.schema) } } },
      },
    },
  };
}

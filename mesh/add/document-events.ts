import { normalise } from '../normalise/normalise.ts';
import type { OpenApiDocument } from '../openapi-document.ts';
import type { GuessedWebhook } from './guess-webhooks.ts';

/** The callbacks and webhooks of a document, before anything is known about their payloads. */
export function documentEvents(document: OpenApiDocument, subgraph: string): GuessedWebhook[] {
  return normalise(document, subgraph).events.map(({ name, callback }) => ({ name, config: {}, callback }));
}

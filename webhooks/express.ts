import { type ErrorRequestHandler, Router } from 'express';
import { answerDelivery, readBody } from './http-body.ts';
import { refusal } from './problem.ts';
import type { WebhookReceiver } from './receive.ts';

export interface WebhooksRouterOptions {
  readonly receiver: Pick<WebhookReceiver, 'receive'>;
  /** Largest body of a source, in bytes; undefined for a source that nobody knows. */
  readonly bodyBytesMaxOf: (source: string) => number | undefined;
}

/**
 * Serves `POST /webhooks/:source` and `/webhooks/:source/:event` with Express 5. It reads the raw body itself, so it
 * must be mounted before any body parser. A sender that goes away before its body was read gets no answer.
 */
export function webhooksRouter({ receiver, bodyBytesMaxOf }: WebhooksRouterOptions): Router {
  const router = Router({ caseSensitive: true });
  router.all('/webhooks/:source{/:event}', async (request, response) => {
    if (request.readableDidRead) throw new Error('Mount the webhooks router before any body parser');
    const { source, event = null } = request.params;
    // Nothing is read for a source that nobody knows: the receiver answers 404 without a body.
    const body = await readBody({ request, bytesMax: bodyBytesMaxOf(source) ?? -1 });
    if (body === null) return;
    const headers = Object.fromEntries(
      Object.entries(request.headersDistinct).map(([name, values]) => [
        name,
        values?.length === 1 ? values[0] : values,
      ]),
    );
    const { method, originalUrl: target } = request;
    const answer = await receiver.receive({ source, event, method, target, headers, body });
    await answerDelivery({ request, response, answer });
  });
  router.use(answerMalformedPath);
  return router;
}

/** A path that can't be decoded (`%FF`) names no source. To Express it is an error, thrown before the route is reached. */
const answerMalformedPath: ErrorRequestHandler = async (error: unknown, request, response, next) => {
  if (!(error instanceof URIError)) {
    next(error);
    return;
  }
  const { refused } = refusal('WEBHOOK_SOURCE_UNKNOWN');
  await answerDelivery({ request, response, answer: { status: refused.status, headers: {}, body: refused } });
};
